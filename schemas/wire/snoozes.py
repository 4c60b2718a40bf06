"""Next acts that somebody put off."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import NextStepKind, SnoozeEnd, SnoozeReason
from schemas.wire.common import Day, Line, WireIn, WireOut


class SnoozeIn(WireIn):
    """Puts the next act off until a day: a week from now where none is named, at most sixty days ahead."""

    reason: SnoozeReason
    until_on: Day | None = Field(default=None, description="The day on which it is there again.")
    words: Line | None = Field(default=None, description="Kept sealed. No session content belongs here.")
    client_id: UUID | None = Field(default=None, description="Whom the words are about, where several take part.")


class SnoozeOut(WireOut):
    """`why` says the reason in words; `words` are its author's own, for people: a key and a cover get none."""

    id: UUID
    episode_id: UUID
    act: NextStepKind
    reason: SnoozeReason
    why: str
    words: str | None
    until_on: date
    made_at: datetime
    made_by: UUID | None
    ended_at: datetime | None
    ended_because: SnoozeEnd | None
    ended_by: UUID | None
