"""The practice's own templates of messages.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_in_templates",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
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
            "locale",
            sa.Enum("en", "es", name="locale", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("may_mention_therapy", sa.Boolean(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("override_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_by", base.Identifier, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "written_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_check_in_templates_practice_id_written_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_check_in_templates")),
    )


def downgrade() -> None:
    op.drop_table("check_in_templates")
