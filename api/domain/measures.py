"""Measures that are free to use and known here by name: their range, which way is better, and an answer that a person looks at.

Names, ranges and total scores alone: no item text of any questionnaire is kept or shipped (docs/decisions/0034 and 0048). The PHQ-9 has nine
items of 0 to 3 (Kroenke, Spitzer and Williams 2001), the GAD-7 seven (Spitzer and others 2006); in both lower is better. A
result is the client's own, shown to those who treat them, and never a number of ours about a person.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.errors import FieldProblem, Invalid

# How long an answer about thoughts of harm is news: what came in with an old file is no word of today.
_NEWS = timedelta(days=30)
_MOST_OF_AN_ITEM = 3


@dataclass(frozen=True, slots=True)
class Known:
    """`has_item_nine`: its ninth item asks about thoughts of harm, and its answer may be told beside the total."""

    name: str
    highest: int
    has_item_nine: bool = False


_KNOWN = {"phq9": Known("PHQ-9", 27, has_item_nine=True), "gad7": Known("GAD-7", 21)}


@dataclass(frozen=True, slots=True)
class Result:
    """One result as the record has it."""

    measure: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class FirstAndLast:
    """Of one measure; without `last` there is one result only."""

    measure: str
    first: float
    first_on: date
    last: float | None
    last_on: date | None


def plain(measure: str) -> str:
    """`phq9` for PHQ-9, "Phq 9" and "PHQ9"."""
    return "".join(sign for sign in measure.casefold() if sign.isalnum())


def known(measure: str) -> Known | None:
    return _KNOWN.get(plain(measure))


def offered() -> tuple[Known, ...]:
    """Those that a page can offer by name."""
    return tuple(_KNOWN.values())


def problems(measure: str, value: float, *, higher_is_better: bool, item_nine: int | None) -> tuple[FieldProblem, ...]:
    """What cannot be, of a measure that is known here. Of any other nothing is known, so nothing is refused but an answer to an item."""
    return tuple(_problems(known(measure), value, higher_is_better=higher_is_better, item_nine=item_nine))


def _problems(
    one: Known | None, value: float, *, higher_is_better: bool, item_nine: int | None
) -> Iterator[FieldProblem]:
    if one is not None and not 0 <= value <= one.highest:
        yield FieldProblem("/value", f"The total of {one.name} is from 0 to {one.highest}.")
    if one is not None and higher_is_better:
        yield FieldProblem("/higher_is_better", f"Of {one.name} lower is better.")
    if item_nine is None:
        return
    if one is None or not one.has_item_nine:
        yield FieldProblem("/item_nine", "Only of PHQ-9 an answer is told beside the total.")
    elif not 0 <= item_nine <= _MOST_OF_AN_ITEM:
        yield FieldProblem("/item_nine", f"An answer is from 0 to {_MOST_OF_AN_ITEM}.")
    elif value < item_nine:
        yield FieldProblem("/value", "The total is not less than one of its answers.")


def asks_for_a_look(item_nine: int | None, given_at: datetime, now: datetime) -> bool:
    """Whether a person has to look today: any answer above 0 that was given of late. It says that there is something to ask, and not what."""
    return item_nine is not None and item_nine > 0 and now - given_at <= _NEWS


@dataclass(frozen=True, slots=True)
class Total:
    """A result on record of the same person, measure and day, which has no answer beside it yet."""

    id: UUID
    value: float


def completed(value: float, totals: Sequence[Total], *, wanted: UUID | None, separate: bool) -> UUID | None:
    """Which total an answer that is written down later belongs to; None: it comes with a result of its own.

    One total with the same value is meant, whoever says nothing. Where there are several, or another value, somebody has to say. Raises Invalid.
    """
    if separate or not totals:
        if wanted is not None:
            raise Invalid(FieldProblem("/completes", "There is no such result of that day without an answer."))
        return None
    if wanted is None and [one.value for one in totals] == [value]:
        return totals[0].id
    if wanted is None:
        detail = "There is a result of that day already. Say whether this answer belongs to it, or is of another."
        raise Invalid(FieldProblem("/completes", detail))
    found = next((one for one in totals if one.id == wanted), None)
    if found is None:
        raise Invalid(FieldProblem("/completes", "There is no such result of that day without an answer."))
    if found.value != value:
        raise Invalid(FieldProblem("/value", "The result on record is another. Take it back where it is wrong."))
    return found.id


def first_and_last(results: Iterable[Result], zone: ZoneInfo) -> tuple[FirstAndLast, ...]:
    """Measure by measure, in the order in which each was first given. Two results of one instant: the one told last counts."""
    series: dict[str, list[Result]] = {}
    for one in sorted(results, key=lambda one: one.at):
        series.setdefault(plain(one.measure), []).append(one)
    return tuple(_span(told, zone) for told in series.values())


def _span(told: list[Result], zone: ZoneInfo) -> FirstAndLast:
    first, last = told[0], told[-1]
    one = known(first.measure)
    return FirstAndLast(
        measure=first.measure if one is None else one.name,
        first=first.value,
        first_on=first.at.astimezone(zone).date(),
        last=None if len(told) == 1 else last.value,
        last_on=None if len(told) == 1 else last.at.astimezone(zone).date(),
    )
