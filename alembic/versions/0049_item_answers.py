"""Answers beside a total that a person has to look at, and the task to do so.

Revision ID: 0049
Revises: 0048
"""

import re

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_KIND = "look_at_answer"
_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))
_HOWS = ("in_session", "by_phone", "with_another_service", "from_the_record")
_REFERS = (("client_id", "clients"), ("episode_id", "episodes"), ("assessed_by", "members"))


def upgrade() -> None:
    op.create_table(
        "item_answers",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("score_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_at", base.Instant, nullable=True),
        sa.Column("assessed_by", base.Identifier, nullable=True),
        sa.Column(
            "assessed_how",
            sa.Enum(*_HOWS, name="riskreview", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("assessed_words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(assessed_at IS NULL) = (assessed_by IS NULL) AND (assessed_at IS NULL) = (assessed_how IS NULL)",
            name=op.f("ck_item_answers_assessed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "score_id"],
            ["scores.practice_id", "scores.id"],
            name=op.f("fk_item_answers_practice_id_score_id_scores"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_item_answers_practice_id_{column}_{table}"),
            )
            for column, table in _REFERS
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_item_answers")),
        sa.UniqueConstraint("practice_id", "score_id", name=op.f("uq_item_answers_practice_id_score_id")),
    )
    for column in ("episode_id", "client_id"):
        op.create_index(op.f(f"ix_item_answers_practice_id_{column}"), "item_answers", ["practice_id", column])
    _allow((*_allowed(), _KIND))


def downgrade() -> None:
    """The code before has no word for the task: whoever was to look is not asked any more."""
    op.execute(sa.delete(_TASKS).where(_TASKS.c.kind == _KIND))
    _allow(tuple(kind for kind in _allowed() if kind != _KIND))
    op.drop_table("item_answers")


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
