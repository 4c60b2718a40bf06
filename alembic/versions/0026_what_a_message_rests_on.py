"""What a message rests on: the client's wish for it, its author's own words, and the terms it was approved under.

What waits to be sent says nothing of its terms, so it is stopped in the moment of sending: somebody looks at it again.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_for_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("typed_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("terms_digest", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_column("terms_digest")
        batch_op.drop_column("typed_sealed")
        batch_op.drop_column("asked_for_on")
