"""Which contact is a message sent from here, and when the record last learned what a message did not know of.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEY = "fk_contacts_practice_id_check_in_id_check_ins"
_ONCE = "uq_contacts_practice_id_check_in_id"


def upgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("check_in_id", base.Identifier, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(_KEY), "check_ins", ["practice_id", "check_in_id"], ["practice_id", "id"]
        )
        batch_op.create_unique_constraint(batch_op.f(_ONCE), ["practice_id", "check_in_id"])

    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overtaken_at", base.Instant, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_column("overtaken_at")

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_ONCE), type_="unique")
        batch_op.drop_constraint(batch_op.f(_KEY), type_="foreignkey")
        batch_op.drop_column("check_in_id")
