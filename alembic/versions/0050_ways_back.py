"""What goes on after an ending: a practice's words for the way back, and messages that clients asked for.

Revision ID: 0050
Revises: 0049
"""

import re

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_KIND = "write_follow_up"
_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))
_ENDS = ("written", "withdrawn")
_REFERS = (
    ("client_id", "clients"),
    ("ended_by", "members"),
    ("episode_id", "episodes"),
    ("recorded_by", "members"),
)


def upgrade() -> None:
    _ways_back()
    _follow_ups()
    _allow((*_allowed(), _KIND))


def downgrade() -> None:
    """The code before has no word for the task: whoever was to write is not asked any more."""
    op.execute(sa.delete(_TASKS).where(_TASKS.c.kind == _KIND))
    _allow(tuple(kind for kind in _allowed() if kind != _KIND))
    op.drop_table("follow_ups")
    op.drop_table("ways_back")


def _ways_back() -> None:
    op.create_table(
        "ways_back",
        sa.Column("practice_id", base.Identifier, nullable=False),
        *(sa.Column(name, sa.String(length=600), nullable=True) for name in ("how_en", "how_es", "who_en", "who_es")),
        sa.Column("changed_by", base.Identifier, nullable=False),
        sa.Column("changed_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "changed_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_ways_back_practice_id_changed_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_ways_back")),
    )


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", base.Identifier, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.Column("ended_by", base.Identifier, nullable=True),
        sa.Column(
            "ended_because",
            sa.Enum(*_ENDS, name="followupend", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_follow_ups_ended_for_a_reason")
        ),
        sa.CheckConstraint("due_on > asked_on", name=op.f("ck_follow_ups_wanted_later")),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_follow_ups_practice_id_{column}_{table}"),
            )
            for column, table in _REFERS
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_follow_ups")),
    )
    for columns in (("episode_id", "id"), ("client_id",), ("ended_at", "due_on")):
        op.create_index(op.f(f"ix_follow_ups_practice_id_{'_'.join(columns)}"), "follow_ups", ["practice_id", *columns])


def _allowed() -> tuple[str, ...]:
    """As the database has it: other migrations add kinds of their own."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    (found,) = (one["sqltext"] for one in checks if one["name"] == _CHECK)
    return tuple(re.findall(r"'([a-z_]+)'", found))


def _allow(kinds: tuple[str, ...]) -> None:
    wanted = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(batch_op.f(_CHECK), f"kind IN ({wanted})")
