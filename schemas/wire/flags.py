"""What keeps messages to a client back, and each look that somebody took at it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import Channel, FlagKind, TaskKind
from schemas.wire.common import Day, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut


class FlagIn(WireIn):
    """Raising one stops at once what waits to be sent. It stands until somebody clears it."""

    kind: FlagKind
    consent_id: UUID | None = Field(
        default=None, description="With `unsafe_to_contact`: the one address it is about; without, every address."
    )
    note: Words | None = None
    review_on: Day | None = Field(
        default=None, description="The day on which somebody looks again. The two safety flags always have one."
    )
    owner_id: UUID | None = Field(
        default=None,
        description="With `risk_of_harm`: who reaches the client today; without, the responsible clinician, and when"
        " that one is away, whoever raises it.",
    )


class FlagReviewIn(WireIn):
    """Somebody looked again. For a risk of harm the note says what was found."""

    note: Words | None = None
    review_on: Day | None = Field(default=None, description="The day on which to look the next time.")


class FlagClearIn(WireIn):
    """It stands no longer. For a risk of harm the note says what was found."""

    note: Words | None = None


class FlagReviewOut(WireOut):
    at: datetime
    reviewed_by: UUID | None
    note: str | None
    cleared: bool


class FlagOut(WireOut):
    """Of a hold by the practice `note`, `raised_by` and `reviews` are shown to whoever raised it and to nobody else."""

    id: UUID
    kind: FlagKind
    consent_id: UUID | None
    note: str | None
    raised_by: UUID | None
    raised_at: datetime
    review_on: date | None
    cleared_at: datetime | None
    reviews: list[FlagReviewOut]
    may_clear: bool = Field(description="Whether the caller can clear it.")


class AddressOut(WireOut):
    """An address and whether it may be used, for whoever has to reach the client today."""

    channel: Channel
    address: str
    granted: bool
    voicemail_allowed: bool
    unsafe: bool


class RiskOut(WireOut):
    """What somebody needs at hand who has to reach a client today, also when the client is in a colleague's caseload."""

    task_kind: TaskKind = Field(
        description="`look_at_answer`: a questionnaire tells of thoughts of harm, and no flag was raised."
    )
    client: PersonOut
    flags: list[FlagOut]
    emergency_contact: str | None
    addresses: list[AddressOut]
