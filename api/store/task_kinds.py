"""For migrations: which kinds of task the database allows. Each adds its own to what others allowed before it."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))


def allow(kinds: Collection[str]) -> None:
    _put([*_allowed(), *kinds])


def forget(kinds: Collection[str]) -> None:
    """The code before has no word for them: whoever was asked is not asked any more."""
    op.execute(sa.delete(_TASKS).where(_TASKS.c.kind.in_(kinds)))
    _put([kind for kind in _allowed() if kind not in kinds])


def _allowed() -> list[str]:
    checks = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    (found,) = (one["sqltext"] for one in checks if one["name"] == _CHECK)
    return re.findall(r"'([a-z_]+)'", found)


def _put(kinds: list[str]) -> None:
    wanted = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(batch_op.f(_CHECK), f"kind IN ({wanted})")
