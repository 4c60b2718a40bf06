"""A client who writes of their own accord, by text message, answers no message of ours.

Revision ID: 0034
Revises: 0033
"""

from alembic import op

from schemas.tables import base

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.alter_column("check_in_id", existing_type=base.Identifier, nullable=True)


def downgrade() -> None:
    """Refused where there is such an answer: the code before could not show it, and what a client wrote is not thrown away."""
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.alter_column("check_in_id", existing_type=base.Identifier, nullable=False)
