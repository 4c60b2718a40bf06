"""When the next message may go by each way, for all workers together.

Revision ID: 0042
Revises: 0041
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from schemas.tables import base
from schemas.vocabulary import Channel

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    paces = op.create_table(
        "channel_paces",
        sa.Column("channel", base.code_type(Channel), nullable=False),
        sa.Column("free_at", base.Instant, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_paces")),
    )
    # The rows are there from the beginning, so that workers only ever lock them.
    op.bulk_insert(paces, [{"channel": channel, "free_at": _LONG_AGO} for channel in Channel])


def downgrade() -> None:
    op.drop_table("channel_paces")
