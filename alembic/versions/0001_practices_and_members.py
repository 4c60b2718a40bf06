"""The tenants, and the people of each.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation_keys",
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(16), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_installation_keys")),
    )
    op.create_table(
        "practices",
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("default_cadence_days", sa.Float(), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("default_cadence_days > 0", name=op.f("ck_practices_cadence_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
    )
    op.create_table(
        "members",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_digest", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", sa.String(255), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("joined_at", base.Instant, nullable=False),
        sa.Column("left_at", base.Instant, nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_members_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_members")),
        sa.UniqueConstraint("email_digest", name=op.f("uq_members_email_digest")),
    )
    op.create_table(
        "practice_keys",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(16), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_keys_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_practice_keys")),
    )
    op.create_table(
        "member_roles",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("member_id", base.Identifier, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clinician",
                "supervisor",
                "practice_lead",
                "admin",
                "integration",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_member_roles_practice_id_member_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "member_id", "role", name=op.f("pk_member_roles")),
    )
    op.create_table(
        "supervisions",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("supervisor_id", base.Identifier, nullable=False),
        sa.Column("supervisee_id", base.Identifier, nullable=False),
        sa.Column("since", base.Instant, nullable=False),
        sa.CheckConstraint("supervisor_id <> supervisee_id", name=op.f("ck_supervisions_not_oneself")),
        sa.ForeignKeyConstraint(
            ["practice_id", "supervisee_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_supervisions_practice_id_supervisee_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "supervisor_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_supervisions_practice_id_supervisor_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "supervisor_id", "supervisee_id", name=op.f("pk_supervisions")),
    )


def downgrade() -> None:
    op.drop_table("supervisions")
    op.drop_table("member_roles")
    op.drop_table("practice_keys")
    op.drop_table("members")
    op.drop_table("practices")
    op.drop_table("installation_keys")
