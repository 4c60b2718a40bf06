"""How clients come back after an ending, and who answers: the practice's own words, and ours where it has none."""

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.wire.common import WireIn, WireOut, Words

Notice = Annotated[Words, StringConstraints(max_length=600)]


class WayBackIn(WireIn):
    """The whole of it anew. Null: in our own general words."""

    how_en: Notice | None = Field(default=None, description="How to come back, in English.")
    how_es: Notice | None = Field(default=None, description="How to come back, in Spanish.")
    who_en: Notice | None = Field(default=None, description="Who answers then, in English.")
    who_es: Notice | None = Field(default=None, description="Who answers then, in Spanish.")


class WayBackOut(WireOut):
    """The practice's own words. `shown` is what a client reads, by language, with ours where the practice has none."""

    how_en: str | None
    how_es: str | None
    who_en: str | None
    who_es: str | None
    shown: dict[str, list[str]]
    version: int = Field(description="0 until the practice has words of its own.")
