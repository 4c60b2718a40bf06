"""Releases a period and shows what was released."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from api.commands import choosing, console
from api.commands.refusals import Refused
from api.domain.access import operator_principal
from api.services import releases
from api.services.work import Runtime, unit
from schemas.wire.releases import ReleaseIn


@dataclass(frozen=True, slots=True)
class Released:
    """The two files, letter by letter."""

    document: str
    sheet: str


def release(runtime: Runtime, practice: str | None, *, first_year: int, last_year: int | None) -> Released:
    """Raises Refused, and what the release itself refuses."""
    try:
        given = ReleaseIn(first_year=first_year, last_year=last_year)
    except ValidationError:
        raise Refused("--year and --through are years, such as 2025.") from None
    chosen = choosing.practice(runtime, practice)
    with unit(runtime, operator_principal(chosen.id)) as work:
        made = releases.release(work, given)
        return Released(releases.document(work, made.id), releases.sheet(work, made.id))


def show(released: Released) -> None:
    document: dict[str, Any] = json.loads(released.document)
    console.say(f"{document['title']}: {document['practice']}, {document['period']['name']}")
    console.table(["definition", "version", "clients", "of", "per cent", "counted in", "says"], _rows(document))
    promise = document["promise"]
    if promise["withheld"]:
        console.say(f"Withheld: {', '.join(promise['withheld'])}. {promise['why_withheld']}")
    console.say(*promise["says"], *(f"Not promised: {line}" for line in promise["does_not_promise"]))


def _rows(document: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in document["definitions"]:
        shown = (one["count"], one["of_count"], one["percent"])
        yield (
            f"{one['label']} {one['figure']}",
            str(one["version"]),
            *("withheld" if value is None else str(value) for value in shown),
            one["of"],
            one["says"],
        )
