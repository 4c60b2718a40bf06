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


class ReplyOut(WireOut):
    """One answer. Without `answer` the client sent words or reasons alone. A later answer stands beside it."""

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
    handled_at: datetime | None
    handled_by: UUID | None
    handled_how: ReplyHandling | None
    version: int


class HandledIn(WireIn):
    """What was done about a reply."""

    how: ReplyHandling
