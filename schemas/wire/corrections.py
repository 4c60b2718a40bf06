"""What somebody says is so, and where the episode stands after it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import Channel, CorrectionKind, Stage
from schemas.wire.common import Cadence, Day, When, WireIn, WireOut
from schemas.wire.episodes import ReasonOut


class CorrectionIn(WireIn):
    """One thing that is so, and at most what belongs to it. It is written as the ordinary facts it stands for, known from now on."""

    kind: CorrectionKind
    until_on: Day | None = Field(
        default=None,
        description="The last day of a pause or of days away; of `will_book`, until when nobody has to ask, a week where none is named.",
    )
    on: Day | None = Field(
        default=None,
        description="The first day of a pause or of days away, or the day of the end; without it, today. With"
        " `cadence_agreed`: since when; without it, since the last session.",
    )
    cadence_days: Cadence | None = Field(default=None, description="With `cadence_agreed`: days between sessions.")
    channel: Channel | None = Field(default=None, description="How the client said so; without it, in person.")
    at: When | None = Field(default=None, description="When the client said so; without it, just now.")
    client_id: UUID | None = Field(default=None, description="Which participant said so, where there are several.")
    appointment_id: UUID | None = Field(
        default=None, description="With `took_place`, `excused` and `moved`: which time."
    )
    starts_at: When | None = Field(default=None, description="With `moved`: the time to which it was moved.")


class FactOut(WireOut):
    """One thing that the correction was written as."""

    noun: str = Field(examples=["absence"])
    id: UUID


class CorrectionOut(WireOut):
    """The facts it was written as, none where the record said so already, and where the episode stands by them."""

    kind: CorrectionKind
    facts: list[FactOut]
    stage: Stage
    since: datetime | None
    reasons: list[ReasonOut]
