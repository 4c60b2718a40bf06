"""How a caller describes another system's appointment file: which column says what, in which words and clock.

A mapping is checked whole before any row is read. Column names are matched without regard to case and outer
spaces. Meanings, defaults and worked examples are in docs/import.md.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.vocabulary import AppointmentStatus, EpisodeFormat, ImportKind, Initiator, time_zones
from schemas.wire.common import DayText, Flag, SourceName, Whole

ISO = "iso"
DAY_NUMBER = "day_number"
# Written and read by a pattern, it shows which parts of a time the pattern keeps.
_SAMPLE = datetime(2001, 2, 3, 16, 5, tzinfo=UTC)
_HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class WhenKnown(StrEnum):
    """When the record learned an outcome whose moment the file does not state."""

    IMPORT = "import"
    SESSION_END = "session_end"


def folded(word: str) -> str:
    """A word of a file without regard to case and spaces: `No Show`, `no show` and `NoShow` are one."""
    return "".join(word.casefold().split())


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _known_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError("no IANA time zone of this name is known")
    return name


def _apart(words: Iterable[str]) -> None:
    seen: set[str] = set()
    for word in words:
        if not folded(word):
            raise ValueError("a word must hold more than spaces")
        if folded(word) in seen:
            raise ValueError("two words are the same but for case and spaces")
        seen.add(folded(word))


Meaning = TypeVar("Meaning")


def _words_apart(words: dict[str, Meaning]) -> dict[str, Meaning]:
    _apart(words)
    return words


ColumnName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Columns = Annotated[tuple[ColumnName, ...], BeforeValidator(_one_or_more), Field(min_length=1, max_length=8)]
Word = Annotated[str, StringConstraints(max_length=100)]
Hour = Annotated[str, StringConstraints(pattern=_HOUR)]
ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _kept(pattern: str) -> datetime:
    try:
        return datetime.strptime(_SAMPLE.strftime(pattern), pattern)  # noqa: DTZ007 - a pattern need not hold a zone
    except (ValueError, re.error):
        # A directive that stands twice makes strptime's own expression invalid.
        raise ValueError(f"neither {ISO}, {DAY_NUMBER} nor a pattern that can be read, such as %d/%m/%Y") from None


class InstantColumn(_Shape):
    """A column that says when: `iso`, `day_number` (days since `epoch`, fractions being the time of day) or a pattern.

    `hour` is the local time of day to assume where the file has a date only.
    """

    column: ColumnName
    format: Annotated[str, StringConstraints(min_length=1, max_length=40)] = ISO
    epoch: DayText | None = None
    hour: Hour | None = None

    @model_validator(mode="after")
    def _format_is_usable(self) -> Self:
        if (self.format == DAY_NUMBER) != (self.epoch is not None):
            raise ValueError("day numbers, and nothing else, need an epoch: the date that has the number 0")
        if self.format not in {ISO, DAY_NUMBER} and _kept(self.format).date() != _SAMPLE.date():
            raise ValueError("the pattern must hold year, month and day")
        return self

    @property
    def has_time_of_day(self) -> bool | None:
        """None where only the rows can tell."""
        if self.format in {ISO, DAY_NUMBER}:
            return None
        return (_kept(self.format).hour, _kept(self.format).minute) == (_SAMPLE.hour, _SAMPLE.minute)


class StartColumn(InstantColumn):
    """When a session starts. The time of day may stand in a column of its own, `HH:MM` unless a pattern is given."""

    time_column: ColumnName | None = None
    time_format: Annotated[str, StringConstraints(min_length=1, max_length=40)] = ISO

    @model_validator(mode="after")
    def _time_of_day_is_known(self) -> Self:
        if self.time_format != ISO and _kept(self.time_format).time() != _SAMPLE.time():
            raise ValueError("the pattern of the time must hold hour and minute")
        if self.has_time_of_day is False and self.time_column is None and self.hour is None:
            raise ValueError("the pattern has no time of day: name a time_column or state an hour")
        if self.has_time_of_day and self.time_column is not None:
            raise ValueError("the pattern and the time_column both state a time of day")
        return self


class StatusColumn(_Shape):
    """The file's words for what came of a session. `excused` lists those of its words that mean an excused miss."""

    column: ColumnName
    values: Annotated[dict[Word, AppointmentStatus], Field(min_length=1, max_length=200), AfterValidator(_words_apart)]
    excused: Annotated[tuple[Word, ...], Field(max_length=200)] = ()
    empty: AppointmentStatus | None = None

    @model_validator(mode="after")
    def _excused_words_have_a_status(self) -> Self:
        known = {folded(word) for word in self.values}
        if not all(folded(word) in known for word in self.excused):
            raise ValueError("every excused word needs a status in values")
        return self


class InitiatorColumn(_Shape):
    """The file's words for who made, moved or cancelled a booking. An empty cell says nobody."""

    column: ColumnName
    values: Annotated[dict[Word, Initiator], Field(min_length=1, max_length=200), AfterValidator(_words_apart)]


class FormatColumn(_Shape):
    """The file's words for who sits in the room together. An empty cell is one person alone."""

    column: ColumnName
    values: Annotated[dict[Word, EpisodeFormat], Field(min_length=1, max_length=200), AfterValidator(_words_apart)]


class FlagColumn(_Shape):
    """A column that says yes or no. An empty cell is no."""

    column: ColumnName
    yes: Annotated[tuple[Word, ...], Field(min_length=1, max_length=50)] = ("1", "yes", "y", "true", "x")
    no: Annotated[tuple[Word, ...], Field(max_length=50)] = ("0", "no", "n", "false")

    @model_validator(mode="after")
    def _words_mean_one_thing(self) -> Self:
        _apart((*self.yes, *self.no))
        return self


class Mapping(_Shape):
    """How to read another system's appointment file.

    `source` names that system: its keys for clients, clinicians and appointments mean something only within it.
    Several columns may make one key together. Without `appointment`, the key is made of client and start.
    """

    kind: ImportKind = ImportKind.APPOINTMENTS
    source: SourceName
    delimiter: Literal[",", ";", "\t", "|"] = ","
    encoding: Literal["utf-8", "utf-8-sig", "latin-1", "cp1252"] = "utf-8"

    client: Columns
    client_name: Columns | None = None
    clinician: Columns | None = None
    appointment: Columns | None = None
    rescheduled_from: Columns | None = None

    starts_at: StartColumn
    time_zone: ZoneName | None = None
    time_zone_column: ColumnName | None = None
    duration_minutes: Annotated[Whole, Field(ge=1, le=1440)] = 50
    duration_column: ColumnName | None = None

    status: StatusColumn | None = None
    excused: FlagColumn | None = None
    initiator: InitiatorColumn | None = None
    booked_at: InstantColumn | None = None
    status_known_at: InstantColumn | None = None
    when_known: WhenKnown = WhenKnown.IMPORT
    attended_by_default: Flag = False

    standing: FlagColumn | None = None
    group: ColumnName | None = None
    format: EpisodeFormat | FormatColumn | None = None

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if self.kind is not ImportKind.APPOINTMENTS:
            raise ValueError("only appointment files can be mapped; for other facts use the native files")
        if self.rescheduled_from is not None and self.appointment is None:
            raise ValueError("rescheduled_from names another appointment's key, so appointment must be mapped too")
        if self.attended_by_default and self.status is None:
            raise ValueError("attended_by_default needs a status column")
        return self
