"""The times that a message offers, the one that a client tapped, and the act of confirming it.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ACTS = (
    "reach_today",
    "answer_reply",
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
_REFERS = {
    "check_ins": "check_in_id",
    "episodes": "episode_id",
    "clients": "client_id",
    "members": "clinician_id",
    "appointments": "appointment_id",
}


def upgrade() -> None:
    op.create_table(
        "offered_times",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("clinician_id", base.Identifier, nullable=False),
        sa.Column("starts_at", base.Instant, nullable=False),
        sa.Column("held_until", base.Instant, nullable=False),
        sa.Column("released_at", base.Instant, nullable=True),
        sa.Column("appointment_id", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_offered_times_practice_id_{column}_{table}"),
            )
            for table, column in _REFERS.items()
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_offered_times")),
        sa.UniqueConstraint(
            "practice_id", "check_in_id", "starts_at", name=op.f("uq_offered_times_practice_id_check_in_id_starts_at")
        ),
    )
    for column in ("episode_id", "client_id"):
        name = op.f(f"ix_offered_times_practice_id_{column}")
        op.create_index(name, "offered_times", ["practice_id", column], unique=False)
    held = sa.text("released_at IS NULL")
    op.create_index(
        "uq_offered_times_held",
        "offered_times",
        ["practice_id", "clinician_id", "starts_at"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered_time_id", base.Identifier, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_replies_practice_id_offered_time_id_offered_times"),
            "offered_times",
            ["practice_id", "offered_time_id"],
            ["practice_id", "id"],
        )
    _allow((*_ACTS, "confirm_time"))


def downgrade() -> None:
    _allow(_ACTS)
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_replies_practice_id_offered_time_id_offered_times"), type_="foreignkey")
        batch_op.drop_column("offered_time_id")
    op.drop_table("offered_times")


def _allow(acts: tuple[str, ...]) -> None:
    """No snooze has such an act, for it never waits; the column's check has it all the same."""
    wanted = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_snoozes_nextstepkind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_snoozes_nextstepkind"), f"act IN ({wanted})")
