"""What puts files on the table: ours, and exporters somebody in a hurry might have written instead.

Each takes a practice and gives everything that it would publish of it over time, as (JSON, CSV).
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.domain import anonymise, releases
from api.domain.anonymise import NotEnoughClients
from api.domain.definitions import DEFINITIONS, GROUPS
from api.domain.periods import Period
from api.domain.releases import Circumstances, Earlier, PeriodTaken
from api.formats import release_sheets
from schemas.vocabulary import ActorKind, Figure
from tests.attack.practices import Client, Practice, counts

Files = list[tuple[str, str]]
Exporter = Callable[[Practice], Files]
STEPS = (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD)
FORMER, LATTER, BOTH = Period(2024, 2024), Period(2025, 2025), Period(2024, 2025)


class Ledger:
    """The release use case without its database: the same steps in the same order."""

    def __init__(self, *, looks_beside: bool = True) -> None:
        self.kept: dict[Period, tuple[str, str]] = {}
        self.looks_beside = looks_beside

    def release(self, clients: list[Client], period: Period) -> None:
        if period in self.kept:
            return
        earlier = [
            Earlier.read(UUID(int=one.first_year), one, releases.digest(kept[0]), kept[0])
            for one, kept in self.kept.items()
        ]
        beside = releases.beside(period, earlier) if self.looks_beside else anonymise.ALONE
        try:
            releases.require_apart(period, earlier)
            table = anonymise.publishable(counts(clients), beside)
        except (PeriodTaken, NotEnoughClients):
            return
        told = Circumstances(
            UUID(int=period.first_year), "Riverside", "UTC", period,
            datetime(2027, 1, 1, tzinfo=UTC), ActorKind.MEMBER, UUID(int=7), earlier,
        )  # fmt: skip
        document = releases.document(table, anonymise.prove(table, beside), told)
        self.kept[period] = (releases.written(document), release_sheets.sheet(document))


def ours(practice: Practice) -> Files:
    """Asked for everything, in the order in which most could be learned, and again after late news."""
    ledger = Ledger()
    ledger.release(practice.latter, LATTER)
    ledger.release(practice.together, BOTH)
    ledger.release(practice.former, FORMER)
    ledger.release(practice.together, BOTH)
    ledger.release([*practice.latter, *practice.late_news], LATTER)
    return list(ledger.kept.values())


def ours_year_by_year(practice: Practice) -> Files:
    ledger = Ledger()
    ledger.release(practice.former, FORMER)
    ledger.release(practice.latter, LATTER)
    return list(ledger.kept.values())


def without_a_look_at_the_year_before(practice: Practice) -> Files:
    """Our rule and a ledger, each year by itself."""
    ledger = Ledger(looks_beside=False)
    ledger.release(practice.former, FORMER)
    ledger.release(practice.latter, LATTER)
    return list(ledger.kept.values())


def raw(practice: Practice) -> Files:
    return [_naive(practice.latter, LATTER, lambda counted, _figure, _of: counted)]


def small_ones_hidden(practice: Practice) -> Files:
    """From one to ten is hidden: nobody and everybody are shown, and so is what a small one leaves."""
    return [_naive(practice.latter, LATTER, lambda counted, _figure, _of: None if 1 <= counted <= 10 else counted)]


def small_ones_hidden_with_percentages(practice: Practice) -> Files:
    """Hides the count and forgets the percentage beside it."""
    shown = _naive(practice.latter, LATTER, _far_from_both_ends)
    return [_with_percentages(shown, practice.latter)]


def small_ones_hidden_with_rests(practice: Practice) -> Files:
    """Hides the count and prints how many are left."""
    text, sheet = _naive(practice.latter, LATTER, _far_from_both_ends)
    document = json.loads(text)
    exact = counts(practice.latter)
    for one in document["definitions"]:
        one["rest"] = exact.of(Figure(one["of"])) - exact.of(Figure(one["figure"]))
    return [(json.dumps(document), sheet)]


def without_complements(practice: Practice) -> Files:
    """Each figure by itself is far from nobody and from everybody. What two of them leave, nobody looked at."""
    return [_naive(practice.latter, LATTER, _far_from_both_ends)]


def with_steps_each_by_itself(practice: Practice) -> Files:
    """Our rule for all else, and of the steps of a closing session nobody looked at what the next one leaves of one."""
    ledger = Ledger()
    ledger.release(practice.latter, LATTER)
    return [_with_steps(document, practice.latter) for document, _ in ledger.kept.values()]


def without_a_ledger(practice: Practice) -> Files:
    """Our rule, and whoever asks again gets today's figures."""
    files: Files = []
    for clients in (practice.latter, [*practice.latter, *practice.late_news]):
        ledger = Ledger()
        ledger.release(clients, LATTER)
        files += ledger.kept.values()
    return files


def with_common_years(practice: Practice) -> Files:
    """Our rule, and every period that anybody asks for."""
    files: Files = []
    for clients, period in ((practice.together, BOTH), (practice.latter, LATTER), (practice.former, FORMER)):
        ledger = Ledger()
        ledger.release(clients, period)
        files += ledger.kept.values()
    return files


NAIVE: tuple[Exporter, ...] = (
    raw,
    small_ones_hidden,
    small_ones_hidden_with_percentages,
    small_ones_hidden_with_rests,
    without_complements,
    with_steps_each_by_itself,
    without_a_ledger,
    with_common_years,
    without_a_look_at_the_year_before,
)


def _far_from_both_ends(counted: int, figure: Figure, of: int) -> int | None:
    return counted if figure is Figure.AT_RISK or 11 <= counted <= of - 11 else None


def _naive(clients: list[Client], period: Period, show: Callable[[int, Figure, int], int | None]) -> tuple[str, str]:
    """The same document with a rule of its own, and a figure beside each group whether or not that is shown."""
    exact = counts(clients)
    of = {one.figure: one.of for one in DEFINITIONS} | {
        Figure.BEGUN: Figure.AT_RISK,
        Figure.BEGUN_180_DAYS: Figure.BEGUN,
    }
    shown = {one: show(exact.of(one), one, exact.of(of.get(one, Figure.AT_RISK))) for one in Figure}
    document: dict[str, Any] = {
        "period": {"name": str(period)},
        "groups": [{"figure": str(one), "count": shown[one]} for one in GROUPS],
        "definitions": [
            {
                "figure": str(one.figure),
                "of": str(one.of),
                "count": shown[one.figure],
                "of_count": shown[one.of],
                "percent": None,
            }
            for one in DEFINITIONS
        ],
    }
    return json.dumps(document), ""


def _with_steps(text: str, clients: list[Client]) -> tuple[str, str]:
    document, exact = json.loads(text), counts(clients)
    for one in document["definitions"]:
        if one["figure"] in STEPS:
            one["count"] = _far_from_both_ends(
                exact.of(Figure(one["figure"])), Figure(one["figure"]), exact.of(Figure.AT_RISK)
            )
            one["of_count"] = one["percent"] = None
    return json.dumps(document), ""


def _with_percentages(files: tuple[str, str], clients: list[Client]) -> tuple[str, str]:
    document: Mapping[str, Any] = json.loads(files[0])
    exact = counts(clients)
    for one in document["definitions"]:
        of = exact.of(Figure(one["of"]))
        one["percent"] = f"{100 * exact.of(Figure(one['figure'])) / of:.1f}" if of else None
    return json.dumps(document), files[1]
