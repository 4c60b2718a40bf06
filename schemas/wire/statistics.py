"""What can be published: years, and whether one can be released. Never a figure."""

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import PeriodState, ReleaseAnswer
from schemas.wire.common import WireOut


class DefinitionOut(WireOut):
    """A definition as it stands beside every figure."""

    label: str = Field(examples=["D1"])
    figure: str = Field(examples=["missed_last"])
    of: str = Field(examples=["at_risk"], description="The figure that it is counted in.")
    version: int
    says: str


class YearOut(WireOut):
    """A year of the practice. `release_id` names the release that has it."""

    period: str = Field(
        examples=["2025"], description="A year; up to three years that follow one another can be joined."
    )
    state: PeriodState
    cut_off_on: date = Field(description="The last day whose facts count.")
    release_id: UUID | None = None


class TablesOut(WireOut):
    """The one table there is, and the years of the practice, newest first."""

    title: str
    threshold: int
    most_years: int
    definitions: list[DefinitionOut]
    years: list[YearOut]


class PreviewOut(WireOut):
    """One answer and no figure: a preview that showed more would show what a release withholds."""

    period: str = Field(examples=["2024-2025"])
    can_be_released: bool
    why: ReleaseAnswer
    cut_off_on: date
    release_id: UUID | None = None
