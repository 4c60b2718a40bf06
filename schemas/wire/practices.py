"""The practice's own settings."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.vocabulary import Sensitivity
from schemas.wire.common import Cadence, Line, TimeZone, Whole, WireIn, WireOut, Words

Notice = Annotated[Words, StringConstraints(max_length=600)]
Years = Annotated[Whole, Field(ge=1, le=100)]


class PracticeOut(WireOut):
    id: UUID
    name: str
    time_zone: str
    locale: str
    default_cadence_days: float
    sensitivity: Sensitivity = Field(description="How early the practice wants to be told.")
    help_now_en: str | None = Field(
        description="Where help is now, on the page behind a reply link. Null: in our own words."
    )
    help_now_es: str | None
    replies_read_en: str | None = Field(description="When answers are read, on the same page.")
    replies_read_es: str | None
    country: str | None = Field(description="Where its clients look for help; set with `/v1/practice/crisis-lines`.")
    retention_years: int | None = Field(description="How long a record is kept after the last episode ended.")
    retention_years_of_minors: int | None = Field(
        description="Of somebody who was a minor then: how long after they came of age, if that is later."
    )
    version: int


class PracticePatch(WireIn):
    """A new default cadence, sensitivity or zone has every running episode assessed again."""

    name: Line | None = None
    time_zone: TimeZone | None = None
    locale: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    default_cadence_days: Cadence | None = None
    sensitivity: Sensitivity | None = None
    help_now_en: Notice | None = None
    help_now_es: Notice | None = None
    replies_read_en: Notice | None = None
    replies_read_es: Notice | None = None
    retention_years: Years | None = Field(default=None, description="Null: no record is ever due.")
    retention_years_of_minors: Years | None = Field(default=None, description="Null: as many as for everybody.")


class ExpectedFlagsOut(WireOut):
    """Of a caseload, never of a client."""

    per_100_a_month: float = Field(description="Flags per 100 clients a month, measured on simulated practices.")
    a_month: float = Field(description="The same for as many running episodes as this practice has.")
    a_month_from: int = Field(description="In most months there are no fewer,")
    a_month_to: int = Field(description="and no more.")


class SensitivityOut(WireOut):
    sensitivity: Sensitivity
    chosen: bool
    drifting: ExpectedFlagsOut
    quiet: ExpectedFlagsOut


class NoticingOut(WireOut):
    """The levels that can be chosen, and what each would mean here."""

    levels: list[SensitivityOut] = Field(description="From the fewest flags to the earliest.")
    running_episode_count: int
    waiting_count: int = Field(description="Running episodes that are still to be assessed again.")
    model_version: str
