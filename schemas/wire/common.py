"""Shapes that every noun of the contract uses."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from schemas.vocabulary import OWN_SOURCE, SOURCE_NAME, time_zones

T = TypeVar("T")

# Years outside these are slips of the keyboard, and the edges of the calendar overflow in other zones.
_FIRST_YEAR, _LAST_YEAR = 1899, 2200


class WireIn(BaseModel):
    """What a caller sends. An unknown field is refused: it is a misspelt known one. The text of an error quotes nobody: it may end in
    a log.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WireOut(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


def _known_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError("not a time zone of the IANA database, such as Europe/Madrid")
    return name


# U+0000 to U+001F, U+007F to U+009F (a terminal takes U+009B for ESC [) and halves of surrogate pairs, which no encoding can keep.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


# The context in which what is on record is read: it was let in by the rules of its day, and has to be readable for ever.
ON_RECORD = {"on_record": True}


def readable_text(text: str, told: ValidationInfo) -> str:
    """Tab and line breaks, U+0085 among them, may stand in a text of several lines; no other control character, and no lone
    surrogate. All else is kept as it was written: other scripts and directions, pictures, and what elsewhere would be markup.
    """
    if _CONTROL.search(text) and told.context is not ON_RECORD:
        raise ValueError("contains a control character")
    return text


def one_line(text: str) -> str:
    """Nor what some programs read as the end of a line: U+0085, U+2028 and U+2029 break the header of a mail."""
    if any(character in "\t\n\r\x85\u2028\u2029" for character in text):
        raise ValueError("must be a single line")
    return text


def _of_another_system(name: str) -> str:
    if name == OWN_SOURCE:
        raise ValueError("is the name of what is recorded here, and of no other system")
    return name


def _written(pattern: str, kind: str, example: str, of_the_kind: type) -> Callable[[object], object]:
    """Numbers, and texts that are one, are no days and times: they would be taken for seconds since 1970."""
    begins = re.compile(pattern, re.ASCII)

    def read(value: object) -> object:
        if isinstance(value, str):
            if begins.match(value):
                return value
            raise PydanticCustomError(f"{kind}_parsing", f"Input should be written such as {example}")
        if isinstance(value, of_the_kind):
            return value
        raise PydanticKnownError(f"{kind}_type")  # type: ignore[arg-type]  # one of three that there are

    return read


def _within_reach(at: datetime) -> datetime:
    """In UTC, and far enough from the ends of the calendar that every zone can tell the day."""
    if not _FIRST_YEAR < at.year < _LAST_YEAR:
        raise ValueError("must be an instant from 1900 on and before 2200")
    return at.astimezone(UTC)


def _likely_day(day: date) -> date:
    if not _FIRST_YEAR < day.year < _LAST_YEAR:
        raise ValueError("must be a day from 1900 on and before 2200")
    return day


TimeZone = Annotated[
    str,
    Field(max_length=64, examples=["Europe/Madrid"], json_schema_extra={"format": "iana-time-zone"}),
    AfterValidator(_known_zone),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(readable_text),
    AfterValidator(one_line),
]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
    AfterValidator(readable_text),
]
SourceName = Annotated[
    str, StringConstraints(pattern=SOURCE_NAME), Field(examples=["cliniko"]), AfterValidator(_of_another_system)
]
ForeignId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(readable_text),
    AfterValidator(one_line),
]
# JSON has truth values and numbers of its own: a text that looks like one is a slip of whoever sent it.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
DayText = Annotated[date, BeforeValidator(_written(r"\d{4}-\d\d-\d\d", "date", "2026-03-10", date))]
LocalTime = Annotated[time, BeforeValidator(_written(r"\d\d:\d\d", "time", "09:00", time))]
Cadence = Annotated[float, Strict(), Field(gt=0, le=366, allow_inf_nan=False, description="Days between sessions.")]
When = Annotated[
    AwareDatetime,
    BeforeValidator(_written(r"\d{4}-\d\d-\d\d", "datetime", "2026-03-10T15:00:00Z", datetime)),
    Field(description="An instant with its offset, RFC 3339; from 1900 on and before 2200."),
    AfterValidator(_within_reach),
]
Day = Annotated[DayText, AfterValidator(_likely_day)]


class Page(WireOut, Generic[T]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`ClientOutPage` rather than `Page[ClientOut]`: generated clients make a class name of it."""
        return "".join(param.__name__ for param in params) + "Page"


class FieldProblemOut(WireOut):
    """`pointer` is a JSON Pointer (RFC 6901) into what was sent."""

    pointer: str = Field(examples=["/name"])
    detail: str = Field(examples=["String should have at least 1 character"])


class RefusalReasonOut(WireOut):
    """One thing that forbids a message, in words."""

    code: str = Field(examples=["not_asked"])
    text: str = Field(examples=["Whether this address may be written to has not been asked yet."])
    would_change: str = Field(
        description="What would change it, with the facts as they were when it was decided.",
        examples=["Ask the client whether this address may be written to, and record what they say."],
    )


class Problem(WireOut):
    """Every error has this shape (RFC 9457). `code` is stable; `detail` is for people and may change."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["not_found"])
    detail: str = Field(examples=["There is nothing here under this address."])
    request_id: str | None = None
    errors: list[FieldProblemOut] = Field(default_factory=list)
    reasons: list[RefusalReasonOut] = Field(
        default_factory=list, description="Where a message may not go (`may_not_contact`): all that forbids it."
    )
