"""In which country a practice is, and the crisis lines that it has checked for the page behind a reply link.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_COLUMNS = ("country", "crisis_lines", "crisis_lines_checked_on", "crisis_lines_checked_by")


def upgrade() -> None:
    op.add_column("practices", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column("practices", sa.Column("crisis_lines", sa.JSON(), nullable=True))
    op.add_column("practices", sa.Column("crisis_lines_checked_on", sa.Date(), nullable=True))
    op.add_column("practices", sa.Column("crisis_lines_checked_by", base.Identifier, nullable=True))


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        with op.batch_alter_table("practices", schema=None) as batch_op:
            batch_op.drop_column(column)
