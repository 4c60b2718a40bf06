"""What was raised about an address stays on record when the address is removed.

On the way back what names an address that is gone goes, as it would have gone with the address.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEY = "fk_flags_practice_id_consent_id_consents"
_FLAGS, _LOOKS, _ADDRESSES = (
    sa.table(name, sa.column("practice_id"), sa.column("id"), sa.column(about))
    for name, about in (("flags", "consent_id"), ("flag_reviews", "flag_id"), ("consents", "client_id"))
)


def upgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_KEY), type_="foreignkey")


def downgrade() -> None:
    there = sa.exists().where(_ADDRESSES.c.practice_id == _FLAGS.c.practice_id, _ADDRESSES.c.id == _FLAGS.c.consent_id)
    gone = sa.and_(_FLAGS.c.consent_id.is_not(None), sa.not_(there))
    theirs = sa.exists().where(_FLAGS.c.practice_id == _LOOKS.c.practice_id, _FLAGS.c.id == _LOOKS.c.flag_id, gone)
    op.execute(sa.delete(_LOOKS).where(theirs))
    op.execute(sa.delete(_FLAGS).where(gone))
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f(_KEY), "consents", ["practice_id", "consent_id"], ["practice_id", "id"], ondelete="CASCADE"
        )
