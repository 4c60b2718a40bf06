"""Messages to clients: drafted, looked over, approved by a person, and everything that became of them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    Locale,
    MessageStep,
    StopReason,
    ToneFamily,
    ToneSeverity,
    ToneVerdict,
)
from schemas.wire.common import Day, Flag, Line, RefusalReasonOut, When, WireIn, WireOut, readable_text
from schemas.wire.tone_checks import TextSizeOut, WholeMessageOut

MessageWords = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(readable_text),
]
Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(readable_text),
]
# A closing letter comes with its note and is approved there.
DraftedKind = Literal[CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY, CheckInKind.ANSWER, CheckInKind.FOLLOW_UP]


class CheckInIn(WireIn):
    """A draft. Nothing leaves before a person has approved it."""

    episode_id: UUID
    client_id: UUID | None = Field(default=None, description="Whom it is to, where several take part.")
    consent_id: UUID | None = Field(
        default=None, description="The address it goes to; left out: the e-mail address that may be written to."
    )
    kind: DraftedKind = Field(
        default=CheckInKind.CHECK_IN,
        description="Why it is written. What a kind is exempt from has to stand in the record: an answer answers something.",
    )
    locale: Locale | None = Field(default=None, description="Left out: the client's language.")
    in_reply_to: UUID | None = Field(default=None, description="The reply that is answered. An answer needs one.")
    asked_for_on: Day | None = Field(
        default=None, description="The day on which the client asked for it. A follow-up needs one."
    )
    subject: Line | None = Field(default=None, description="Left out: a neutral one.")
    body: MessageWords
    plan_step_id: UUID | None = Field(
        default=None, description="The note of an outreach plan of which this is the draft, on its day or after it."
    )
    offered_times: list[When] = Field(
        default_factory=list,
        max_length=3,
        description="Two or three times to tap, or none. Held for this client until they answer or the time has come.",
    )
    offers_closing_session: Flag = Field(
        default=False, description="It offers a closing session: on record as offered once it has gone."
    )


class CheckInPatch(WireIn):
    """What is left out stays. Only a draft can be changed."""

    consent_id: UUID | None = None
    kind: DraftedKind | None = None
    in_reply_to: UUID | None = None
    asked_for_on: Day | None = None
    locale: Locale | None = None
    subject: Line | None = None
    body: MessageWords | None = None
    offered_times: list[When] | None = Field(
        default=None, max_length=3, description="Instead of those offered before; an empty list offers none."
    )
    offers_closing_session: Flag | None = None


class ApprovalIn(WireIn):
    override_reason: Why | None = Field(
        default=None, description="Why the wording stays as it is, where the review advises another."
    )


class SentByHandIn(WireIn):
    """You sent the words yourself, from a phone or mail of your own, or on paper."""

    consent_id: UUID | None = Field(
        default=None, description="To which address; it says by which way. Left out: the one the message is to."
    )
    at: When | None = Field(default=None, description="When; left out: now. Within the last two days.")
    override_reason: Why | None = Field(
        default=None, description="Why the wording stays as it is, where the review advises another."
    )


class SettlementIn(WireIn):
    """What the provider's record says of a message whose end is unknown."""

    went: Flag


class WordingFindingOut(WireOut):
    """Something in the wording, why it may hurt, and what could be said instead. `start` and `end` count characters of its part."""

    part: Literal["subject", "body"]
    family: ToneFamily
    severity: ToneSeverity
    start: int
    end: int
    why: str
    gentler: str


class WordingReviewOut(WireOut):
    """A review reduces harm and cannot certify kindness."""

    verdict: ToneVerdict
    findings: list[WordingFindingOut]
    reading_grade: float | None = Field(description="School years it takes to read the body with ease.")
    whole: WholeMessageOut = Field(description="Of the body.")


class ContactDecisionOut(WireOut):
    """Whether the message might go, asked at one moment; of the unsent as of the sent."""

    at: datetime
    asked: Asked
    allowed: bool
    reasons: list[RefusalReasonOut]


class OutlookOut(WireOut):
    """Whether the message could be approved at this moment. `waits_until`: only the hour speaks against it, and passes."""

    allowed: bool
    waits_until: datetime | None
    reasons: list[RefusalReasonOut]


class MessageStepOut(WireOut):
    """One step of a message, in words. Neither what it says nor to whom."""

    at: datetime
    step: MessageStep
    text: str


class OfferedTimeOut(WireOut):
    """A time that the client can tap. A tap books nothing: a person does, and then there is an appointment."""

    id: UUID
    starts_at: datetime
    held: bool = Field(description="Nobody else is offered it by the same clinician meanwhile.")
    appointment_id: UUID | None


class ByHandOut(WireOut):
    """Whether you may send it to this address yourself; and the words to copy, once they were asked for and where you may."""

    consent_id: UUID | None
    channel: Channel | None
    subject: str | None
    body: str | None
    outlook: OutlookOut
    review: WordingReviewOut
    version: int


class RecordTextOut(WireOut):
    """Plain text to paste into the practice's main record system."""

    text: str


class CheckInStandingOut(WireOut):
    """What a message has come to by an act; the rest of it is as it was read."""

    id: UUID
    state: CheckInState
    state_at: datetime
    stopped_by: StopReason | None
    approved_by: UUID | None
    due_at: datetime | None = Field(description="When it goes; until then it can be undone.")
    version: int


class CheckInOut(WireOut):
    id: UUID
    episode_id: UUID
    client_id: UUID
    consent_id: UUID | None
    kind: CheckInKind
    channel: Channel
    locale: Locale
    in_reply_to: UUID | None
    asked_for_on: date | None = Field(description="The day on which the client asked for a follow-up.")
    subject: str
    body: str
    typed_subject: str = Field(
        description="As its author typed it, before what stands in braces was filled in. Change this one."
    )
    typed_body: str = Field(
        description="As its author typed it, before what stands in braces was filled in. Change this one."
    )
    state: CheckInState
    state_at: datetime
    stopped_by: StopReason | None
    written_by: UUID
    written_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    due_at: datetime | None = Field(description="When it goes; until then it can be undone.")
    findings: list[str] = Field(description="What the review named and the author kept, as codes.")
    override_reason: str | None
    attempt_count: int
    failure_code: str | None
    decisions: list[ContactDecisionOut] = Field(description="Every decision on it, oldest first.")
    log: list[MessageStepOut] = Field(description="Everything that became of it, step by step.")
    review: WordingReviewOut | None = Field(description="Of a draft that is read by itself.")
    outlook: OutlookOut | None = Field(description="Of a draft that is read by itself.")
    offered_times: list[OfferedTimeOut]
    offers_closing_session: bool
    by_hand: bool = Field(description="A person sent it themselves.")
    text_size: TextSizeOut | None = Field(
        default=None, description="Of a draft that is read by itself and goes as a text message."
    )
    version: int
