"""Sketches of up to three notes, and the act of looking one over on its day.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ACTS = (
    "reach_today",
    "answer_reply",
    "confirm_time",
    "record_outcome",
    "close_with_note",
    "wait_for_client",
    "closing_session",
    "call",
    "check_in",
    "review_pause",
    "review_booking",
    "book_next",
    "nothing",
)
_ENDS = (
    "done",
    "spoke",
    "does_not_fit",
    "other",
    "booked",
    "sign_of_life",
    "replied",
    "opted_out",
    "flagged",
    "held",
    "ended",
    "handed_over",
    "away",
)


def upgrade() -> None:
    op.create_table(
        "outreach_plans",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("sketched_by", base.Identifier, nullable=False),
        sa.Column("sketched_at", base.Instant, nullable=False),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.Column(
            "ended_because",
            sa.Enum(*_ENDS, name="planend", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("ended_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_references(
            "outreach_plans",
            {"episode_id": "episodes", "client_id": "clients", "sketched_by": "members", "ended_by": "members"},
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_outreach_plans")),
    )
    op.create_index(
        op.f("ix_outreach_plans_practice_id_client_id"), "outreach_plans", ["practice_id", "client_id"], unique=False
    )
    runs = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_outreach_plans_running",
        "outreach_plans",
        ["practice_id", "episode_id", "client_id"],
        unique=True,
        sqlite_where=runs,
        postgresql_where=runs,
    )
    _create_steps()
    _allow((*_ACTS, "look_over_note"))


def downgrade() -> None:
    """An act that was put off and has no name any more is the check-in that it stood for."""
    op.execute("UPDATE snoozes SET act = 'check_in' WHERE act = 'look_over_note'")
    _allow(_ACTS)
    op.drop_table("outreach_steps")
    op.drop_table("outreach_plans")


def _create_steps() -> None:
    op.create_table(
        "outreach_steps",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("plan_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=True),
        sa.Column("drafted_at", base.Instant, nullable=True),
        *_references(
            "outreach_steps",
            {
                "plan_id": "outreach_plans",
                "episode_id": "episodes",
                "client_id": "clients",
                "check_in_id": "check_ins",
            },
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_outreach_steps_three_at_most")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_outreach_steps")),
        sa.UniqueConstraint(
            "practice_id", "plan_id", "position", name=op.f("uq_outreach_steps_practice_id_plan_id_position")
        ),
    )
    op.create_index(
        op.f("ix_outreach_steps_practice_id_episode_id"), "outreach_steps", ["practice_id", "episode_id"], unique=False
    )


def _references(table: str, columns: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["practice_id", column],
            [f"{other}.practice_id", f"{other}.id"],
            name=op.f(f"fk_{table}_practice_id_{column}_{other}"),
        )
        for column, other in columns.items()
    ]


def _allow(acts: tuple[str, ...]) -> None:
    wanted = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_snoozes_nextstepkind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_snoozes_nextstepkind"), f"act IN ({wanted})")
