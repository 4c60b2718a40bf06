"""By what a message was overtaken: until now every fact read as a booking.

Of what was overtaken before, nobody kept it, and it reads as it did. Code of before that still runs beside moves `overtaken_at` and leaves what it was
as it finds it: the words may name the former fact until the draft is looked at. What it lets go does not depend on it.

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_WORDS = ("booked", "in_touch", "away", "handed_over", "merged")
_TOGETHER = "overtaken_by IS NULL OR overtaken_at IS NOT NULL"


def upgrade() -> None:
    kind = sa.Enum(*_WORDS, name="overtakenby", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overtaken_by", kind, nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_check_ins_overtaken_at_a_time"), _TOGETHER)


def downgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_check_ins_overtaken_at_a_time"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_check_ins_overtakenby"), type_="check")
        batch_op.drop_column("overtaken_by")
