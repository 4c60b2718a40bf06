"""A release as CSV: its promise first, as lines that begin with `#`, then one row to each figure.

Made from the document alone, so the two cannot say different things. No cell begins in a way that a spreadsheet would
take for a formula.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

HEADER = ("figure", "definition", "version", "says", "of", "count", "of_count", "percent", "withheld")
# OWASP, CSV injection: what spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Document = Mapping[str, Any]


def sheet(document: Document) -> str:
    """RFC 4180, UTF-8, lines ending in CR LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for line in _promise(document):
        writer.writerow([f"# {line}"])
    writer.writerow(HEADER)
    for row in _rows(document):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _promise(document: Document) -> Iterator[str]:
    period, promise = document["period"], document["promise"]
    yield f"{document['title']}. Practice: {document['practice']}"
    yield f"Period {period['from_on']} to {period['to_on']} ({period['time_zone']}), facts known by {period['cut_off_on']}"
    yield f"Release {document['id']}, {document['released_at']}, by {_whom(document['released_by'])}"
    yield f"Rule set {promise['rule_set']}, threshold {promise['threshold']}. {promise['noise']}"
    yield from promise["says"]
    withheld = promise["withheld"]
    yield f"Withheld: {', '.join(withheld)}. {promise['why_withheld']}" if withheld else "Nothing is withheld."
    earlier = [f"{one['period']} ({one['id']}, SHA-256 {one['sha256']})" for one in promise["checked_against"]]
    yield f"Checked against: {'; '.join(earlier)}" if earlier else "Checked against: no earlier release."
    yield from (f"Not promised: {line}" for line in promise["does_not_promise"])


def _whom(released_by: Mapping[str, Any]) -> str:
    return f"{released_by['kind']} {released_by['id']}" if released_by["id"] else str(released_by["kind"])


def _rows(document: Document) -> Iterator[Sequence[object]]:
    for one in document["groups"]:
        yield one["figure"], None, None, one["says"], None, one["count"], None, None, _withheld(one)
    for one in document["definitions"]:
        yield (
            one["figure"],
            one["label"],
            one["version"],
            one["says"],
            one["of"],
            one["count"],
            one["of_count"],
            one["percent"],
            _withheld(one),
        )


def _withheld(one: Mapping[str, Any]) -> str:
    return "yes" if one["count"] is None else "no"


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
