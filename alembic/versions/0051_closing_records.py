"""What happened on the way to a closing session.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_STEPS = ("offered", "accepted", "declined", "not_answered", "booked", "untied", "held")
_TO = {
    "episode_id": "episodes",
    "client_id": "clients",
    "check_in_id": "check_ins",
    "reply_id": "replies",
    "recorded_by": "members",
    "withdrawn_by": "members",
}


def upgrade() -> None:
    op.create_table(
        "closing_records",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column(
            "step",
            sa.Enum(*_STEPS, name="closingstep", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=True),
        sa.Column("reply_id", base.Identifier, nullable=True),
        sa.Column("appointment_id", base.Identifier, nullable=True),
        sa.Column("recorded_at", base.Instant, nullable=False),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.Column("withdrawn_at", base.Instant, nullable=True),
        sa.Column("withdrawn_by", base.Identifier, nullable=True),
        *(_reference(column, table) for column, table in _TO.items()),
        _reference("appointment_id", "appointments", on_delete="CASCADE"),
        sa.CheckConstraint(
            "step <> 'booked' OR appointment_id IS NOT NULL", name=op.f("ck_closing_records_booked_for_a_time")
        ),
        sa.CheckConstraint("check_in_id IS NULL OR step = 'offered'", name=op.f("ck_closing_records_messages_offer")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_closing_records")),
    )
    op.create_index(
        op.f("ix_closing_records_practice_id_episode_id_client_id"),
        "closing_records",
        ["practice_id", "episode_id", "client_id"],
    )
    op.create_index(
        op.f("ix_closing_records_practice_id_check_in_id"), "closing_records", ["practice_id", "check_in_id"]
    )


def downgrade() -> None:
    """What notes say of closing sessions stays in the notes."""
    op.drop_table("closing_records")


def _reference(column: str, table: str, *, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{table}.practice_id", f"{table}.id"],
        name=op.f(f"fk_closing_records_practice_id_{column}_{table}"),
        ondelete=on_delete,
    )
