"""Messages, their outbox, and the decisions on them.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_ins",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("consent_id", base.Identifier, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "check_in",
                "missed_today",
                "answer",
                "follow_up",
                "closing_letter",
                name="checkinkind",
                native_enum=False,
                create_constraint=True,
                length=32,
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
            "locale",
            sa.Enum("en", "es", name="locale", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("in_reply_to", base.Identifier, nullable=True),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("override_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "sending",
                "sent",
                "uncertain",
                "delivered",
                "bounced",
                "cancelled",
                "revoked",
                "failed",
                name="checkinstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stopped_by",
            sa.Enum(
                "by_hand",
                "booked",
                "sign_of_life",
                "replied",
                "opted_out",
                "permission_changed",
                "flagged",
                "held",
                "ended",
                "handed_over",
                "away",
                "too_late",
                "not_allowed",
                "not_accepted",
                name="stopreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("state_at", base.Instant, nullable=False),
        sa.Column("written_by", base.Identifier, nullable=False),
        sa.Column("written_at", base.Instant, nullable=False),
        sa.Column("approved_by", base.Identifier, nullable=True),
        sa.Column("approved_at", base.Instant, nullable=True),
        sa.Column("due_at", base.Instant, nullable=True),
        sa.Column("address_digest", sa.LargeBinary(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("reply_until", base.Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "approved_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_check_ins_practice_id_approved_by_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_check_ins_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "consent_id"],
            ["consents.practice_id", "consents.id"],
            name=op.f("fk_check_ins_practice_id_consent_id_consents"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_check_ins_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "written_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_check_ins_practice_id_written_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_check_ins_token_digest")),
    )

    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_ins_practice_id_client_id_state"), ["practice_id", "client_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_check_ins_practice_id_consent_id"), ["practice_id", "consent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_check_ins_practice_id_episode_id_id"), ["practice_id", "episode_id", "id"], unique=False
        )

    op.create_table(
        "contact_decisions",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column(
            "asked",
            sa.Enum("approving", "sending", name="asked", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("fk_contact_decisions_practice_id_check_in_id_check_ins"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_contact_decisions_practice_id_episode_id_episodes"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_contact_decisions")),
    )

    with op.batch_alter_table("contact_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_decisions_practice_id_check_in_id_at"),
            ["practice_id", "check_in_id", "at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contact_decisions_practice_id_episode_id"), ["practice_id", "episode_id"], unique=False
        )

    op.create_table(
        "deliveries",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("next_at", base.Instant, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(60), nullable=True),
        sa.Column("lease_token", base.Identifier, nullable=True),
        sa.Column("lease_until", base.Instant, nullable=True),
        sa.Column("handing_over_at", base.Instant, nullable=True),
        sa.Column("settled_at", base.Instant, nullable=True),
        sa.Column("settled_by", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("fk_deliveries_practice_id_check_in_id_check_ins"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_deliveries_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "settled_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_deliveries_practice_id_settled_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("practice_id", "check_in_id", name=op.f("uq_deliveries_practice_id_check_in_id")),
    )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_deliveries_practice_id_episode_id"), ["practice_id", "episode_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("contact_decisions")
    op.drop_table("check_ins")
