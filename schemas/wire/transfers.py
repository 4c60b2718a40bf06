"""Transfers: giving the work with one client to somebody else, and what may be handed over."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, model_validator

from schemas.vocabulary import (
    ConsentWay,
    FirstMeeting,
    RiskReview,
    TransferConsent,
    TransferPart,
    TransferReason,
    TransferState,
)
from schemas.wire.common import Day, Line, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut


class TransferPartIn(WireIn):
    """A part that may be handed over. What the record says of it is drawn; `words` are what is written besides."""

    part: TransferPart
    words: Words | None = None


class TransferOutsideIn(WireIn):
    """Somebody who does not work here: a clinician, a practice, a service."""

    name: Line
    contact: Line | None = None


class TransferContent(WireIn):
    """A draft, as unfinished as it may be; handing over asks for what is missing. Sealed with the client's key."""

    to_id: UUID | None = Field(default=None, description="A colleague here, who may have a caseload.")
    outside: TransferOutsideIn | None = Field(default=None, description="Or somebody elsewhere.")
    referral_id: UUID | None = Field(default=None, description="The referral it comes from, of the same client.")
    reason: TransferReason | None = None
    consent: TransferConsent = TransferConsent.NOT_ASKED
    consent_on: Day | None = None
    consent_way: ConsentWay | None = None
    consent_words: Words | None = Field(
        default=None, description="What the client said; where they did not agree or could not be asked, why."
    )
    parts: list[TransferPartIn] = Field(default_factory=list, max_length=len(TransferPart))
    words: Words | None = Field(default=None, description="What may be handed over, in words.")
    keep_back: list[TransferPart] = Field(
        default_factory=list, max_length=len(TransferPart), description="What the client asked not to be handed over."
    )
    keep_back_words: Words | None = Field(
        default=None, description="The same in words, one matter a line. It is in nothing that is handed over."
    )
    risk_review: RiskReview | None = Field(default=None, description="Asked for while a flag of harm stands.")
    risk_review_words: Words | None = None
    first_meeting_on: Day | None = Field(default=None, description="With whoever goes on, as far as it is known.")
    goodbye_on: Day | None = Field(default=None, description="A session with both, to say goodbye.")


class TransferIn(TransferContent):
    """Of one client's part in the episode."""

    client_id: UUID | None = Field(default=None, description="Whose, where several take part.")


class FirstMeetingIn(WireIn):
    """What became of it, or when to ask again."""

    outcome: FirstMeeting | None = Field(
        default=None, description="`held`, `not_wanted`, `found_their_own` or `other`: nobody asks any more."
    )
    follow_up_on: Day | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "FirstMeetingIn":
        if (self.outcome is None) == (self.follow_up_on is None):
            raise ValueError("send either outcome or follow_up_on")
        return self


class TransferSectionOut(WireOut):
    """One part as it is read: what the record said of it, then what was written."""

    part: TransferPart
    lines: list[str]
    words: str | None


class TransferHandedOut(WireOut):
    """What is handed over: of a draft as it would be now, else as it was."""

    sections: list[TransferSectionOut]
    words: str | None


class TransferAlongOut(WireOut):
    """What stands open in the episode. Tasks go to whoever goes on and answers wait with them; times that are held and messages
    that wait are given up. To reach somebody at risk stays with whoever was asked.
    """

    tasks: int
    risk_tasks: int
    replies: int
    offered_times: int
    messages: int


class TransferOut(WireOut):
    """What the client asked to keep back is shown to whoever wrote it down alone, once it is no draft any more."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    state: TransferState
    from_clinician: PersonOut
    to: PersonOut | None
    outside: TransferOutsideIn | None
    referral_id: UUID | None
    note_id: UUID | None = Field(description="The termination note of the same part, where there is one.")
    reason: TransferReason | None
    consent: TransferConsent
    consent_on: date | None
    consent_way: ConsentWay | None
    consent_words: str | None
    consent_recorded_by: PersonOut | None
    parts: list[TransferPartIn]
    words: str | None
    keep_back: list[TransferPart]
    keep_back_words: str | None
    handed: TransferHandedOut
    along: TransferAlongOut | None = Field(description="Of a draft: what stands open.")
    risk_review: RiskReview | None
    risk_review_words: str | None
    risk_reviewed_at: datetime | None
    risk_review_needed: bool
    first_meeting_on: date | None
    goodbye_on: date | None
    owner: PersonOut | None = Field(description="Who asks whether the first meeting took place.")
    follow_up_on: date | None
    first_meeting: FirstMeeting | None
    met_at: datetime | None = Field(
        description="A session with the colleague who goes on, as the record has it, while nobody has said that they met."
    )
    created_at: datetime
    updated_at: datetime
    handed_over_at: datetime | None
    received_at: datetime | None
    withdrawn_at: datetime | None
    version: int
