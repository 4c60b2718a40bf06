"""Answers that come first, who has opened them, what took the place of what; notes of a concern's reader; two kinds of task.

Revision ID: 0040
Revises: 0039
"""

import re

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_KINDS = ("read_reply_today", "answer_reply")
_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))


def upgrade() -> None:
    for table, more in (
        ("replies", sa.Column("waiting_since", base.Instant, nullable=True)),
        ("concerns", sa.Column("acknowledged_at", base.Instant, nullable=True)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("comes_first", sa.Boolean(), nullable=False, server_default=sa.false()))
            batch_op.add_column(sa.Column("seen_at", base.Instant, nullable=True))
            batch_op.add_column(sa.Column("superseded_by", base.Identifier, nullable=True))
            batch_op.add_column(more)
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{table}_practice_id_superseded_by_{table}"),
                table,
                ["practice_id", "superseded_by"],
                ["practice_id", "id"],
            )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_replies_practice_id_superseded_by"), ["practice_id", "superseded_by"], unique=False
        )
    op.create_table(
        "concern_notes",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("concern_id", base.Identifier, nullable=False),
        sa.Column("spoken_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "concern_id"],
            ["concerns.practice_id", "concerns.id"],
            name=op.f("fk_concern_notes_practice_id_concern_id_concerns"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_concern_notes")),
    )
    with op.batch_alter_table("concern_notes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_notes_practice_id_concern_id"), ["practice_id", "concern_id"], unique=False
        )
    _allow((*_allowed(), *_KINDS))


def downgrade() -> None:
    """The code before shows every answer on its own; which of two took the other's place is no longer known."""
    op.execute(sa.delete(_TASKS).where(_TASKS.c.kind.in_(_KINDS)))
    _allow(tuple(kind for kind in _allowed() if kind not in _KINDS))
    op.drop_table("concern_notes")
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replies_practice_id_superseded_by"))
    for table, more in (("replies", "waiting_since"), ("concerns", "acknowledged_at")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_practice_id_superseded_by_{table}"), type_="foreignkey")
            for column in ("comes_first", "seen_at", "superseded_by", more):
                batch_op.drop_column(column)


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
