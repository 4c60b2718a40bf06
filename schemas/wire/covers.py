"""Covers, and what a covering colleague is shown: the due list with safety flags and contact limits, and no notes."""

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from schemas.vocabulary import (
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    FlagKind,
    Locale,
    Recipient,
    ReplyAnswer,
    Stage,
)
from schemas.wire.common import Day, WireIn, WireOut, Words
from schemas.wire.episodes import CaseloadEpisode, NextStepOut, PersonOut, ReasonOut

ShortNote = Annotated[Words, StringConstraints(max_length=1000)]


class CoverIn(WireIn):
    """Days of a leave that is on record, both included, on the practice's calendar."""

    covering_id: UUID = Field(
        description="Who sees what is due: a clinician or practice lead who is here on these days."
    )
    from_on: Day = Field(examples=["2026-08-03"])
    to_on: Day = Field(examples=["2026-08-21"])

    @model_validator(mode="after")
    def _in_order(self) -> "CoverIn":
        if self.to_on < self.from_on:
            raise ValueError("to_on must not be before from_on")
        return self


class CoverOut(WireOut):
    id: UUID
    absent: PersonOut
    covering: PersonOut
    from_on: date
    to_on: date
    named_by: UUID
    named_at: datetime
    ended_at: datetime | None
    runs: bool = Field(
        description="Whether it opens anything today: not ended, on one of its days, and the leave stands."
    )


class CoverFlagOut(WireOut):
    """What keeps messages back, without the words of whoever raised it."""

    kind: FlagKind
    consent_id: UUID | None = Field(description="The one address it is about; null: every address.")
    raised_at: datetime
    review_on: date | None


class CoverAddressOut(WireOut):
    """An address and its limits. `may_be_used` is false wherever anything on record speaks against it."""

    id: UUID
    channel: Channel
    address: str
    may_be_used: bool
    state: ConsentState
    valid_until: date | None
    unsafe: bool
    refused_elsewhere: bool = Field(description="Somebody else who is reached there does not want to be written to.")
    safe_from: time | None = Field(description="Local time in the client's zone.")
    safe_until: time | None
    may_mention_therapy: bool
    voicemail_allowed: bool
    sender_name: str | None
    recipient: Recipient | None


class CoverClientOut(WireOut):
    id: UUID
    name: str
    time_zone: str
    locale: Locale | None
    client_contacts_us: bool
    adult_on: date | None
    died_on: date | None
    flags: list[CoverFlagOut]
    addresses: list[CoverAddressOut]
    emergency_contact: str | None


class CoverReplyOut(WireOut):
    """That there is an answer from a client. Its words are shown by opening it, and only where nobody else is there to."""

    id: UUID
    client: PersonOut
    at: datetime
    here: PersonOut | None = Field(description="A co-therapist who is here and answers it; null: it is the cover's.")


class CoverRiskOut(WireOut):
    """A risk that was the absent clinician's task. `/v1/tasks/{task_id}/risk` opens what has to be at hand."""

    task_id: UUID
    client: PersonOut | None
    due_on: date


class CoverReferralOut(WireOut):
    """A client whom the absent clinician was to ask how finding somebody else went. Whom, since when, how to reach them; not what they
    wish for, nor who was suggested.
    """

    episode_id: UUID
    client: CoverClientOut
    due_on: date


class CoverTransferOut(WireOut):
    """Somebody whose work was passed on. What was handed over is for whoever has it: a cover is told that it waits."""

    episode_id: UUID
    client: CoverClientOut
    due_on: date
    unread: bool = Field(
        description="Nobody has read what was handed over; else: whether the first meeting took place."
    )


class CoverItem(WireOut):
    """One episode in which somebody has to do something: what to do, what keeps messages back, and how to reach whom."""

    clients: list[CoverClientOut]
    episode: CaseloadEpisode
    stage: Stage
    since: datetime | None
    reasons: list[ReasonOut]
    next_step: NextStepOut


class CoverWaitingOut(WireOut):
    cover: CoverOut
    risks: list[CoverRiskOut]
    replies: list[CoverReplyOut] = Field(description="Whoever has waited longest comes first; also after an ending.")
    referrals: list[CoverReferralOut] = Field(
        description="Due by today; also after an ending. A contact says how it went, and the referral waits for whoever has it."
    )
    transfers: list[CoverTransferOut] = Field(
        description="Due by today; also after an ending. To be read, or asked about, by whoever has it."
    )


class CoverOpenedReplyOut(WireOut):
    """What a client answered, for whoever covers. Reasons that were given are about the work with another and are left out."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    at: datetime
    answer: ReplyAnswer | None
    words: str | None
    spoken_by: Recipient | None = Field(
        description="Who held the address that the message went to. Of a guardian: these are not the client's own words."
    )
    chosen_time: datetime | None = Field(description="The offered time that was tapped. Nothing is booked by it.")
    opted_out: bool


class CoverContactIn(WireIn):
    """A call, a letter or a personal line that the covering colleague made just now."""

    client_id: UUID | None = Field(
        default=None,
        description="With whom, of those whom the cover shows. Needed where one of several has left and is to be asked all the same.",
    )
    direction: ContactDirection = ContactDirection.OUTBOUND
    channel: Channel
    outcome: ContactOutcome
    note: ShortNote | None = Field(
        default=None, description="For the clinician's return. No session content belongs here."
    )


class CoverContactOut(WireOut):
    id: UUID
    episode_id: UUID
    client_id: UUID | None
    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome
