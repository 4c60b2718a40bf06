"""What a release says: the table and its promise, as one document. Written once, kept, and served letter by letter.

A document holds nothing but a `PublishableTable` and words. It never holds a name of a person.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from api.domain import anonymise, definitions, periods
from api.domain.anonymise import RULE_SET, THRESHOLD, Beside, Proof, PublishableTable
from api.domain.errors import Conflict
from api.domain.periods import Period
from schemas.vocabulary import ActorKind, Figure

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

FORMAT = "leavetaking-release"
FORMAT_VERSION = 2
TITLE = "Ghosting rate by six definitions, version 1, and closing sessions by three steps, version 1"

PROMISE = (
    (
        "Each client is counted once in the period. No figure shown, nothing that it leaves of its group, and no group that can be"
        " counted from the figures shown, has fewer than 11 clients; so nothing is shown either where everybody or nobody is meant."
    ),
    "Percentages are made of shown counts alone, to one decimal, halves up; where a count is withheld there is no percentage.",
    (
        "A year is published once. This release never changes, the same question has this answer for ever, and no other release"
        " has a year in common with it. Together with a release of the years right before or after, it does not count fewer than 11"
        " clients either whose work did not go on, nor fewer than 11 of these of whom no ending, or no closing session, is counted."
    ),
    (
        "Before it was released it was proved by whole numbers that no group is bound to fewer than 11, and that each withheld"
        " figure could be any number from 0 to 10 while every letter of this table stayed the same."
    ),
)
WHY_WITHHELD = (
    "Each of these, or something that could be counted from it and the figures shown, would be a group of fewer than 11 clients,"
    " or leave fewer than 11, or stand in a group that is withheld. Which of these it is, is not said, because that would tell."
)
NOISE = "No noise was added, so there is no budget: shown figures are exact."
NOT_PROMISED = (
    "It says nothing of why anybody left, and judges no client and no clinician.",
    "The definitions count different things and do not add up; none of them alone says how many left without a word.",
    "Work that still runs is no success and no failure here: an episode counts in a definition or it does not.",
    (
        "Closing sessions are counted of work that ended in the period: one that was offered while the work went on, or where its"
        " end is not written down, is not in it."
    ),
    "It is as good as the record: outcomes, endings, deaths and steps that nobody recorded by the cut-off are not in it.",
    "It does not protect against somebody who knows nearly all of the clients, or who may read the record anyhow.",
    "It does not hold for figures that the practice publishes elsewhere from the same clients.",
    "It has not been reviewed by an expert under 45 CFR 164.514(b)(1).",
)


class TooEarly(Conflict):
    code = "too_early"
    message = "A period can be released when the facts of 90 days after its end are known, and not before."


class PeriodTaken(Conflict):
    """Of two tables with a year in common one could be taken away from the other."""

    code = "period_taken"
    message = "A year of this period is in another release already, and a year is published once."


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release of before, as far as a later one has to know it."""

    id: UUID
    period: Period
    document_digest: bytes
    shown: Mapping[Figure, int] = field(default_factory=dict)

    @classmethod
    def read(cls, release_id: UUID, period: Period, document_digest: bytes, document: str) -> "Earlier":
        """With the figures that the document shows: a release of the years beside it has to know them."""
        told = json.loads(document)
        counts = {Figure(one["figure"]): one["count"] for one in (*told["groups"], *told["definitions"])}
        shown = {figure: count for figure, count in counts.items() if count is not None}
        return cls(release_id, period, document_digest, shown)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who releases what, when, and beside which earlier releases."""

    release_id: UUID
    practice: str
    time_zone: str
    period: Period
    released_at: datetime
    by_kind: ActorKind
    by_id: UUID | None
    earlier: Sequence[Earlier]


def require_apart(period: Period, earlier: Collection[Earlier]) -> None:
    """Two tables with a common year could be taken away from each other. Raises PeriodTaken."""
    wanted = set(period.years)
    if any(wanted.intersection(one.period.years) for one in earlier):
        raise PeriodTaken


def beside(period: Period, earlier: Collection[Earlier]) -> Beside:
    """What was published of the years right before and right after."""
    before = next((one for one in earlier if one.period.last_year == period.first_year - 1), None)
    after = next((one for one in earlier if one.period.first_year == period.last_year + 1), None)
    not_ended = carried_on = None
    if before is not None and Figure.AT_RISK in before.shown:
        not_ended = anonymise.not_ended(before.shown)
    if after is not None and Figure.BEGUN in after.shown:
        carried_on = after.shown[Figure.AT_RISK] - after.shown[Figure.BEGUN]
    return Beside(not_ended_before=not_ended, carried_on_after=carried_on)


def document(table: PublishableTable, proof: Proof, told: Circumstances) -> dict[str, Json]:
    period = told.period
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "id": str(told.release_id),
        "practice": told.practice,
        "title": TITLE,
        "period": {
            "name": str(period),
            "from_on": f"{period.first_year}-01-01",
            "to_on": f"{period.last_year}-12-31",
            "cut_off_on": periods.cut_off_day(period).isoformat(),
            "time_zone": told.time_zone,
        },
        "groups": _groups(table),
        "definitions": _definitions(table),
        "promise": {
            "rule_set": RULE_SET,
            "threshold": THRESHOLD,
            "says": list(PROMISE),
            "withheld": [str(figure) for figure in table.withheld],
            "why_withheld": WHY_WITHHELD if table.withheld else None,
            "noise": NOISE,
            "checked_against": [
                {"id": str(one.id), "period": str(one.period), "sha256": one.document_digest.hex()}
                for one in told.earlier
            ],
            "proof": {
                "groups_bounded": proof.groups_bounded,
                "practices_compared": proof.practices_compared,
                "releases_without_a_common_year": len(told.earlier),
            },
            "does_not_promise": list(NOT_PROMISED),
        },
        "released_at": told.released_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "released_by": {"kind": str(told.by_kind), "id": None if told.by_id is None else str(told.by_id)},
    }


def _groups(table: PublishableTable) -> list[Json]:
    return [
        {"figure": str(figure), "says": says, "count": table.count(figure)}
        for figure, says in definitions.GROUPS.items()
    ]


def _definitions(table: PublishableTable) -> list[Json]:
    return [
        {
            "label": one.label,
            "figure": str(one.figure),
            "version": one.version,
            "says": one.says,
            "of": str(one.of),
            "count": table.count(one.figure),
            "of_count": table.count(one.of),
            "percent": table.percent(one.figure),
        }
        for one in definitions.DEFINITIONS
    ]


def written(told: dict[str, Json]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
