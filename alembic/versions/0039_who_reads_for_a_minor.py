"""What lets somebody be written to about a minor, who held the address an answer came from, and tasks by the calendar.

Revision ID: 0039
Revises: 0038
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_TASKS = ("risk_overdue", "ask_again")
_AUTHORITIES = ("parental_responsibility", "both_parents", "court_order", "guardian_agreed", "consented_alone")


def upgrade() -> None:
    _allow_tasks(lambda words: [*words, *_TASKS])
    _add("consents", "authority", "authority", _AUTHORITIES)
    _add("replies", "spoken_by", "recipient", ("client", "guardian"))


def downgrade() -> None:
    """The code before has no such tasks: whoever had them has others that say the same."""
    op.execute("DELETE FROM tasks WHERE kind IN ('risk_overdue', 'ask_again')")
    for table, column, name in (("replies", "spoken_by", "recipient"), ("consents", "authority", "authority")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
            batch_op.drop_column(column)
    _allow_tasks(lambda words: [word for word in words if word not in _TASKS])


def _add(table: str, column: str, name: str, words: tuple[str, ...]) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
        batch_op.add_column(sa.Column(column, kind, nullable=True))


def _allow_tasks(changed: Callable[[list[str]], list[str]]) -> None:
    """From what the database allows by now, so that it does not matter which kinds other migrations have added."""
    name = "ck_tasks_taskkind"
    found = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    words = next(re.findall(r"'(\w+)'", one["sqltext"]) for one in found if one["name"] == name)
    wanted = ", ".join(f"'{word}'" for word in changed(words))
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.create_check_constraint(batch_op.f(name), f"kind IN ({wanted})")
