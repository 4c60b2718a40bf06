"""On SQLite the index of episodes that are due says so in the words of the query, or it would never be used

A truth value is compared with 1 there, and SQLite takes a partial index only where the query has its very condition.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_where("assessment_due = 1")


def downgrade() -> None:
    _index_where("assessment_due")


def _index_where(condition: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("ix_episodes_assessment_due", table_name="episodes")
    op.create_index("ix_episodes_assessment_due", "episodes", ["practice_id", "id"], sqlite_where=sa.text(condition))
