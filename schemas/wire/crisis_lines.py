"""Where help is now, on the page behind a reply link: the practice's country, and the crisis lines that it has checked."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from schemas.wire.common import Line, WireIn, WireOut, one_line, readable_text

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
ShortLine = Annotated[Line, StringConstraints(max_length=120)]
PageAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^https?://\S+$"),
    AfterValidator(readable_text),
    AfterValidator(one_line),
]


class CrisisLineOut(WireOut):
    name: str
    number: str = Field(description="As people read it; also what to text to whom.")
    source: str = Field(description="The organisation that runs it.")
    address: str = Field(description="Its page, where the number can be checked.")


class CountryOut(WireOut):
    """What ships for a country, entered from general knowledge on that day. To be checked before anybody relies on it."""

    code: str
    name: str
    emergency: list[str]
    lines: list[CrisisLineOut] = Field(description="Not shown to clients until the practice has checked them.")
    entered_on: date


class CrisisLinesOut(WireOut):
    """`lines` is null until somebody in the practice has checked them: the page then shows the emergency number alone."""

    country: str | None
    lines: list[CrisisLineOut] | None
    checked_on: date | None
    checked_by: UUID | None
    countries: list[CountryOut]
    version: int = Field(description="That of the practice's settings.")


class CrisisLineIn(WireIn):
    name: ShortLine
    number: ShortLine
    source: ShortLine
    address: PageAddress


class CrisisLinesIn(WireIn):
    """With `lines` the caller says that each of them was checked today. Null takes them off the page again."""

    country: CountryCode | None
    lines: list[CrisisLineIn] | None = Field(default=None, max_length=12)
