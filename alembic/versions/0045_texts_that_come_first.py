"""Text messages that come first, and the kind of task of whoever has to read one today.

Revision ID: 0045
Revises: 0044
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_TODAY = "read_text_today"
_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))


def upgrade() -> None:
    with op.batch_alter_table("received_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("comes_first", sa.Boolean(), nullable=False, server_default=sa.false()))
    _allow(lambda kinds: [*kinds, _TODAY])


def downgrade() -> None:
    """The task stays, among the others: the code before has one word for both."""
    op.execute(sa.update(_TASKS).where(_TASKS.c.kind == _TODAY).values(kind="read_text"))
    _allow(lambda kinds: [kind for kind in kinds if kind != _TODAY])
    with op.batch_alter_table("received_texts", schema=None) as batch_op:
        batch_op.drop_column("comes_first")


def _allow(changed: Callable[[list[str]], list[str]]) -> None:
    """From what the database allows by now: other migrations add kinds of their own."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    (found,) = (one["sqltext"] for one in checks if one["name"] == _CHECK)
    wanted = ", ".join(f"'{kind}'" for kind in changed(re.findall(r"'([a-z_]+)'", found)))
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(batch_op.f(_CHECK), f"kind IN ({wanted})")
