"""What a client told somebody who is not their clinician, for its one reader."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import GivenReason, Recipient, ReplyAnswer
from schemas.wire.common import Day, WireIn, WireOut
from schemas.wire.episodes import PersonOut
from schemas.wire.replies import FewWords, ReplacedReplyOut


class ConcernNoteOut(WireOut):
    """What was said when its reader spoke with the client, for that reader alone."""

    spoken_on: date
    words: str
    at: datetime


class ConcernOut(WireOut):
    """`held`: its reader keeps messages back, which others read as paused by the practice.

    Of somebody who was erased, that something was told and when is left, and not what.
    """

    id: UUID
    client: PersonOut
    episode_id: UUID
    at: datetime
    answer: ReplyAnswer | None
    reasons: list[GivenReason]
    words: str | None
    spoken_by: Recipient | None = Field(
        description="Who held the address that the message went to. Of a guardian: these are not the client's own words."
    )
    asks_not_to_be_written_to: bool = Field(
        description="By their words. Nothing was stopped: hold, if it is so. It binds once it is passed on."
    )
    held: bool
    erased: bool = Field(description="The client was erased: what they told can be read no more.")
    comes_first: bool = Field(
        description="Its words may be about danger, so it is read first. It errs towards that, and says nothing about the client."
    )
    acknowledged_at: datetime | None = Field(description="Since when its reader sees to it.")
    notes: list[ConcernNoteOut] = Field(description="What was said since, the first of it first.")
    replaced: list[ReplacedReplyOut] = Field(description="In whose place it stands, the latest first.")
    handled_at: datetime | None = Field(description="It is resolved.")
    released_at: datetime | None
    client_agreed_on: date | None
    version: int


class ConcernNoteIn(WireIn):
    """What was said when its reader spoke with the client, on this day."""

    spoken_on: Day
    words: FewWords


class ConcernReleaseIn(WireIn):
    """Shows a concern to the clinician, because the client agreed to it on this day. From then on it does what any answer does."""

    client_agreed_on: Day
