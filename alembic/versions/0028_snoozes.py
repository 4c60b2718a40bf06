"""Next acts that somebody put off; and each running episode is due once, for the order in which nothing sinks.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0028"
down_revision = "0027"
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
_STAGES = ("engaged", "drifting", "quiet", "paused", "ended")
_REASONS = ("spoke_about_it", "awaiting_answer", "agreed_to_leave_it", "will_book", "other")
_ENDS = (
    "over",
    "brought_back",
    "replaced",
    "risk",
    "reply",
    "in_touch",
    "setback",
    "quiet",
    "other_act",
    "handed_over",
    "settled",
)
_RUNNING = sa.text("ended_at IS NULL")
_PUT_OFF = sa.text("put_off_until IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "snoozes",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=True),
        sa.Column("act", _code(_ACTS, "nextstepkind"), nullable=False),
        sa.Column("stage", _code(_STAGES, "stage"), nullable=False),
        sa.Column("responsible_id", base.Identifier, nullable=True),
        sa.Column("reason", _code(_REASONS, "snoozereason"), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_at", base.Instant, nullable=False),
        sa.Column("made_by", base.Identifier, nullable=True),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.Column("ended_because", _code(_ENDS, "snoozeend"), nullable=True),
        sa.Column("ended_by", base.Identifier, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_snoozes_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_snoozes_practice_id_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_snoozes")),
    )
    op.create_index(
        op.f("ix_snoozes_practice_id_episode_id_made_at"), "snoozes", ["practice_id", "episode_id", "made_at"]
    )
    op.create_index(
        "uq_snoozes_running",
        "snoozes",
        ["practice_id", "episode_id"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.add_column("episodes", sa.Column("put_off_until", base.Instant, nullable=True))
    op.create_index(
        "ix_episodes_put_off",
        "episodes",
        ["practice_id", "attention_at", "id"],
        sqlite_where=_PUT_OFF,
        postgresql_where=_PUT_OFF,
    )
    # The order of the caseload is stored, and was worked out by the former rule.
    op.execute(sa.text("UPDATE episodes SET assessment_due = true WHERE ended_at IS NULL"))


def downgrade() -> None:
    # What waits is not to stay out of sight once nothing knows any more that it was put off.
    op.execute(sa.text("UPDATE episodes SET assessment_due = true WHERE put_off_until IS NOT NULL"))
    op.drop_index("ix_episodes_put_off", table_name="episodes")
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.drop_column("put_off_until")
    op.drop_table("snoozes")
    _newest_index()


def _code(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _newest_index() -> None:
    """SQLite takes the newest of indexes that look alike to it, and a table that is written anew gets them in any order."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_episodes_assessment_due", table_name="episodes")
        op.create_index(
            "ix_episodes_assessment_due",
            "episodes",
            ["practice_id", "id"],
            sqlite_where=sa.text("assessment_due = 1"),
        )
