"""What a client answers by the link of a message, and the inbox of those answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.vocabulary import GivenReason, Recipient, ReplyAnswer, ReplyHandling
from schemas.wire.common import WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut

FewWords = Annotated[Words, StringConstraints(max_length=4000)]


class AnswerIn(WireIn):
    """What the page behind a link sends."""

    answer: ReplyAnswer | None = None
    reasons: list[GivenReason] = Field(default_factory=list, max_length=len(GivenReason))
    words: FewWords | None = None
    time: UUID | None = Field(
        default=None, description="The offered time that was tapped: the client would come back then."
    )


class ReplacedReplyOut(WireOut):
    """What the client had sent by the same link before, and changed before anybody had opened it."""

    at: datetime
    answer: ReplyAnswer | None
    reasons: list[GivenReason]
    words: str | None
    spoken_by: Recipient | None = Field(description="Who held the address that the message went to.")


class ReplyOut(WireOut):
    """One answer. Without `answer` the client sent words or reasons alone. Until somebody opens it, a later answer by the same
    link takes its place; afterwards it stands beside it.
    """

    id: UUID
    check_in_id: UUID | None = Field(
        description="The message it answers. Null: the client wrote of their own accord, by text message."
    )
    episode_id: UUID
    client: PersonOut
    at: datetime
    answer: ReplyAnswer | None
    reasons: list[GivenReason] = Field(description="In the client's own choice, never as anybody's guess.")
    words: str | None
    chosen_time: datetime | None = Field(description="The offered time that was tapped. Nothing is booked by it.")
    appointment_id: UUID | None = Field(description="What a person has booked at that time.")
    opted_out: bool = Field(description="With it the client asked that this address is not written to any more.")
    spoken_by: Recipient | None = Field(
        description="Who held the address that the message went to. Of a guardian: these are not the client's own words."
    )
    comes_first: bool = Field(
        description="Its words may be about danger, so somebody looks first. It errs towards that, and says nothing about the client."
    )
    waiting_since: datetime = Field(
        description="Since when the client has waited, also with an answer that this one replaced."
    )
    waits_for: PersonOut | None = Field(description="Who is to answer it. Null once it is handled.")
    replaced: list[ReplacedReplyOut] = Field(description="In whose place it stands, the latest first.")
    handled_at: datetime | None
    handled_by: UUID | None
    handled_how: ReplyHandling | None
    version: int


class HandledIn(WireIn):
    """What was done about a reply."""

    how: ReplyHandling


class WaitingRepliesOut(WireOut):
    """How long clients wait for an answer, in the caseload of whoever asks."""

    waiting_count: int
    oldest_since: datetime | None
    answered_count: int = Field(description="How many were handled in the last `period_days`.")
    median_minutes: int | None = Field(
        description="Half of these were handled within so many minutes. Null: there were none."
    )
    period_days: int
