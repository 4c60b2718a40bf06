"""A practice's own words for how clients come back after an ending, and who answers.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ways_back",
        sa.Column("practice_id", base.Identifier, nullable=False),
        *(sa.Column(name, sa.String(length=600), nullable=True) for name in ("how_en", "how_es", "who_en", "who_es")),
        sa.Column("changed_by", base.Identifier, nullable=False),
        sa.Column("changed_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "changed_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_ways_back_practice_id_changed_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_ways_back")),
    )


def downgrade() -> None:
    op.drop_table("ways_back")
