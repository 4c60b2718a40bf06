"""Since when an address is said not to take messages.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("bouncing_since", base.Instant, nullable=True))


def downgrade() -> None:
    op.drop_column("consents", "bouncing_since")
