"""To whom somebody who left handed over.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = "fk_members_practice_id_handed_over_to_members"


def upgrade() -> None:
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handed_over_to", base.Identifier, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(_KEY), "members", ["practice_id", "handed_over_to"], ["practice_id", "id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_KEY), type_="foreignkey")
        batch_op.drop_column("handed_over_to")
