"""What happens outside the room: contacts, absences, agreements.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pause",
                "client_away",
                "clinician_leave",
                "practice_closed",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("episode_id", base.Identifier, nullable=True),
        sa.Column("member_id", base.Identifier, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column("withdrawn_at", base.Instant, nullable=True),
        sa.Column("fact_digest", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('pause', 'client_away') AND episode_id IS NOT NULL AND member_id IS NULL) OR (kind = 'clinician_leave' AND episode_id IS NULL AND member_id IS NOT NULL) OR (kind = 'practice_closed' AND episode_id IS NULL AND member_id IS NULL)",
            name=op.f("ck_absences_belongs_to_its_kind"),
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_absences_in_order")),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_absences_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_absences_practice_id_import_id_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_absences_practice_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_absences")),
        sa.UniqueConstraint("practice_id", "fact_digest", name=op.f("uq_absences_practice_id_fact_digest")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absences_practice_id_episode_id"), ["practice_id", "episode_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_absences_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_absences_practice_id_member_id"), ["practice_id", "member_id"], unique=False
        )
    op.create_table(
        "agreements",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "planned_end",
                "discharge",
                "cadence_change",
                name="agreementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("cadence_days", sa.Float(), nullable=True),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column("fact_digest", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.CheckConstraint("cadence_days > 0", name=op.f("ck_agreements_cadence_positive")),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_agreements_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_agreements_practice_id_import_id_imports"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("practice_id", "fact_digest", name=op.f("uq_agreements_practice_id_fact_digest")),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreements_practice_id_episode_id"), ["practice_id", "episode_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreements_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )
    op.create_table(
        "contacts",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=True),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "inbound", "outbound", name="contactdirection", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "sms",
                "phone",
                "letter",
                "portal",
                "in_person",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "spoke",
                "voicemail",
                "no_answer",
                "sent",
                "received",
                "not_delivered",
                name="contactoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fact_digest", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_contacts_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_contacts_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_contacts_practice_id_import_id_imports"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("practice_id", "fact_digest", name=op.f("uq_contacts_practice_id_fact_digest")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contacts_practice_id_episode_id_at"), ["practice_id", "episode_id", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contacts_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("contacts")
    op.drop_table("agreements")
    op.drop_table("absences")
