"""Where help is now, by country: emergency numbers, and crisis lines that a practice has checked. Pure.

What ships with the product was entered from general knowledge on the day that stands beside it. A number that has changed would
do harm, so a client is shown a line only once somebody in the practice has rung it or read its page; until then
the country's emergency number alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

_TO_DIAL = re.compile(r"^[0-9*#+][0-9*# +()./-]*$")


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """`number` as people read it, also "text HOME to 741741". `source` is the organisation, `address` that of its page."""

    name: str
    number: str
    source: str
    address: str

    @property
    def dial(self) -> str | None:
        """What a telephone dials. None where it is no number to call."""
        return re.sub(r"[^0-9*#+]", "", self.number) if _TO_DIAL.match(self.number) else None


@dataclass(frozen=True, slots=True)
class Country:
    """`emergency`: the numbers for fire, police and ambulance, the usual one first. `lines` nobody in the practice has checked."""

    code: str
    name: str
    emergency: tuple[str, ...]
    lines: tuple[CrisisLine, ...]
    entered_on: date


@dataclass(frozen=True, slots=True)
class Help:
    """What a page shows beside its general words."""

    emergency: tuple[str, ...] = ()
    lines: tuple[CrisisLine, ...] = ()


@cache
def countries() -> Mapping[str, Country]:
    """By ISO 3166 code, in the order of their names."""
    known = json.loads(resources.files("api.domain").joinpath("crisis_lines.json").read_text(encoding="utf-8"))
    entered_on = date.fromisoformat(known["entered_on"])
    found = {
        code: Country(
            code,
            one["name"],
            tuple(one["emergency"]),
            tuple(CrisisLine(line["name"], line["number"], line["source"], line["address"]) for line in one["lines"]),
            entered_on,
        )
        for code, one in known["countries"].items()
    }
    return dict(sorted(found.items(), key=lambda item: item[1].name))


def shown(country: str | None, checked: Sequence[Mapping[str, str]] | None) -> Help:
    """To a client of a practice: `checked` is what it has looked at itself, None where it has not yet."""
    known = countries().get(country or "")
    lines = tuple(CrisisLine(one["name"], one["number"], one["source"], one["address"]) for one in checked or ())
    return Help(known.emergency if known else (), lines)
