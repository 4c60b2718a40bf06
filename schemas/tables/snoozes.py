"""Next acts that somebody put off, each with its reason and its end."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import NextStepKind, SnoozeEnd, SnoozeReason, Stage


class Snooze(KeyedRow, table=True):
    """The act `act` of an episode waits until the day `until_on` begins. One at a time runs.

    `stage` and `responsible_id` are those of the moment at which it was put off: what was decided then holds for no other. Words
    are about the client in `client_id`, whose key seals them.
    """

    __tablename__ = "snoozes"
    __table_args__ = (
        belongs_to("episodes", "episode_id", on_delete="CASCADE"),
        belongs_to("clients", "client_id"),
        sa.Index(None, "practice_id", "episode_id", "made_at"),
        sa.Index(
            "uq_snoozes_running",
            "practice_id",
            "episode_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID | None = Field(default=None, sa_type=Identifier)
    act: NextStepKind = Field(sa_type=code_type(NextStepKind))
    stage: Stage = Field(sa_type=code_type(Stage))
    responsible_id: UUID | None = Field(default=None, sa_type=Identifier)
    reason: SnoozeReason = Field(sa_type=code_type(SnoozeReason))
    words_sealed: bytes | None = None
    until_on: date
    made_at: datetime = Field(sa_type=Instant)
    made_by: UUID | None = Field(default=None, sa_type=Identifier)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_because: SnoozeEnd | None = Field(default=None, sa_type=code_type(SnoozeEnd))
    ended_by: UUID | None = Field(default=None, sa_type=Identifier)
