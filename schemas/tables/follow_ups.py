"""Messages that clients asked for at the end: when they asked, for which day, and what for. Nothing is ever sent by it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import FollowUpEnd


class FollowUp(KeyedRow, table=True):
    """One wish of one client. From `due_on` on it is a named person's task to write the message, until somebody says what came of it."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "recorded_by"),
        belongs_to("members", "ended_by"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended_for_a_reason"),
        sa.CheckConstraint("due_on > asked_on", name="wanted_later"),
        sa.Index(None, "practice_id", "episode_id", "id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "ended_at", "due_on"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    asked_on: date
    due_on: date
    words_sealed: bytes
    recorded_by: UUID = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: UUID | None = Field(default=None, sa_type=Identifier)
    ended_because: FollowUpEnd | None = Field(default=None, sa_type=code_type(FollowUpEnd))
    version: int = 1
