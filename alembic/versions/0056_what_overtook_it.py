"""By what a message was overtaken, where every fact read as a booking; and a merge among what stops one, where it read as a change of permission.

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
_REASONS = (
    *("by_hand", "booked", "sign_of_life", "replied", "opted_out", "permission_changed", "flagged", "held", "ended"),
    *("handed_over", "away", "too_late", "not_allowed", "not_accepted"),
)
_STOPREASON = "ck_check_ins_stopreason"


def upgrade() -> None:
    kind = sa.Enum(*_WORDS, name="overtakenby", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overtaken_by", kind, nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_check_ins_overtaken_at_a_time"), _TOGETHER)
        batch_op.drop_constraint(batch_op.f(_STOPREASON), type_="check")
        batch_op.create_check_constraint(batch_op.f(_STOPREASON), _among(*_REASONS, "merged"))


def downgrade() -> None:
    """What a merge stopped reads as it did before."""
    op.execute("UPDATE check_ins SET stopped_by = 'permission_changed' WHERE stopped_by = 'merged'")
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_STOPREASON), type_="check")
        batch_op.create_check_constraint(batch_op.f(_STOPREASON), _among(*_REASONS))
        batch_op.drop_constraint(batch_op.f("ck_check_ins_overtaken_at_a_time"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_check_ins_overtakenby"), type_="check")
        batch_op.drop_column("overtaken_by")


def _among(*reasons: str) -> str:
    wanted = ", ".join(f"'{one}'" for one in reasons)
    return f"stopped_by IN ({wanted})"
