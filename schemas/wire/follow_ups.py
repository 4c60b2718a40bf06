"""Messages that clients asked for at the end of the work."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import FollowUpEnd
from schemas.wire.common import Day, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut


class FollowUpIn(WireIn):
    """A wish of the client's, and nobody else's. On the day a named person is asked to write the message; none goes by itself."""

    client_id: UUID | None = Field(default=None, description="Whose wish it is, where several take part.")
    asked_on: Day | None = Field(default=None, description="The day on which they asked. Without it, today.")
    due_on: Day = Field(description="From which day on they would like to hear, within half a year of asking.")
    words: Words = Field(description="What they asked for.", examples=["A line in spring: did the choir work out?"])


class FollowUpEndIn(WireIn):
    because: FollowUpEnd


class FollowUpOut(WireOut):
    id: UUID
    episode_id: UUID
    client: PersonOut
    asked_on: date
    due_on: date
    words: str
    created_at: datetime
    ended_at: datetime | None
    ended_because: FollowUpEnd | None
    version: int
