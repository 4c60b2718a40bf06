"""What a practice's own past suggests for its settings: how early to be told, the usual cadence, days it was closed.

Suggestions and questions. Nothing is set by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from api.domain.replay_figures import Figures, Flagging
from schemas.vocabulary import EpisodeFormat, Sensitivity, Stage

DAYS_OF_A_MONTH = 365.25 / 12
MOST_FLAGS = 20.0
"""Flags per 100 clients a month that a practice can look at: for somebody with 25 clients about one a week."""

_CLIENTS_FOR_A_CADENCE = 20
_WORTH_CHANGING = 0.2
_LONGEST_CLOSURE = 60
_SHORTEST_CLOSURE = 5
_SESSIONS_A_WEEK = 10
_WEEKS_AROUND = 6
_USUAL_PART = 0.05
_FROM_EARLIEST = (Sensitivity.EARLIER, Sensitivity.BALANCED, Sensitivity.FEWER)


@dataclass(frozen=True, slots=True)
class Cadence:
    """The median client's own median of days between sessions, over so many clients; `suggested` where the default is far off."""

    format: EpisodeFormat
    clients: int
    days: int
    suggested: int | None


@dataclass(frozen=True, slots=True)
class Closure:
    """Both days included: the first and the last usual working day on which nobody came."""

    from_on: date
    to_on: date


def a_month(flagging: Flagging, client_days: int) -> float | None:
    """Flags per 100 clients a month; None without any time to count them over."""
    return flagging.flags / client_days * DAYS_OF_A_MONTH * 100 if client_days else None


def level(figures: Figures, most: float) -> Sensitivity | None:
    """The earliest level whose flags into drifting stay within what can be looked at, or else the one with the fewest."""
    rates = {one: a_month(figures.ours[one][Stage.DRIFTING], figures.client_days) for one in _FROM_EARLIEST}
    known = {one: rate for one, rate in rates.items() if rate is not None}
    if not known:
        return None
    return next((one for one, rate in known.items() if rate <= most), Sensitivity.FEWER)


def cadences(intervals: Mapping[EpisodeFormat, Counter[int]], default_days: float) -> list[Cadence]:
    """For each format with enough clients."""
    found = []
    for shape in EpisodeFormat:
        counts = intervals.get(shape, Counter())
        if counts.total() < _CLIENTS_FOR_A_CADENCE:
            continue
        days = quantile(counts, 0.5)
        far_off = days is not None and abs(days - default_days) > _WORTH_CHANGING * default_days
        if days is not None:
            found.append(Cadence(shape, counts.total(), days, days if far_off and days > 0 else None))
    return found


def closures(sessions_on: Mapping[date, int]) -> list[Closure]:
    """Stretches in which nobody came although the weeks around were busy. They begin and end on usual working days."""
    days = sorted(sessions_on)
    usual = _usual_weekdays(sessions_on)
    found = []
    for one, other in pairwise(days):
        if (other - one).days <= _SHORTEST_CLOSURE:
            continue
        missing = [
            day
            for day in (one + timedelta(days=ahead) for ahead in range(1, min((other - one).days, _LONGEST_CLOSURE)))
            if day.weekday() in usual
        ]
        within = (other - one).days <= _LONGEST_CLOSURE
        if within and len(missing) >= min(_SHORTEST_CLOSURE, len(usual)) and _busy_around(one, other, sessions_on):
            found.append(Closure(missing[0], missing[-1]))
    return found


def _usual_weekdays(sessions_on: Mapping[date, int]) -> frozenset[int]:
    weekdays: Counter[int] = Counter()
    for day, count in sessions_on.items():
        weekdays[day.weekday()] += count
    total = weekdays.total()
    return frozenset(day for day, count in weekdays.items() if count >= _USUAL_PART * total)


def _busy_around(last: date, first: date, sessions_on: Mapping[date, int]) -> bool:
    """So many in an ordinary week on either side that an empty one is no chance."""
    before = [_in_week(last - timedelta(days=7 * back + 6), sessions_on) for back in range(_WEEKS_AROUND)]
    after = [_in_week(first + timedelta(days=7 * ahead), sessions_on) for ahead in range(_WEEKS_AROUND)]
    return median(before + after) >= _SESSIONS_A_WEEK


def _in_week(monday: date, sessions_on: Mapping[date, int]) -> int:
    return sum(sessions_on.get(monday + timedelta(days=day), 0) for day in range(7))


def quantile(counts: Mapping[int, int], part: float) -> int | None:
    """The value below or at which such a part lies; None of nothing."""
    total = sum(counts.values())
    if total == 0:
        return None
    reached = 0
    ordered: Sequence[int] = sorted(counts)
    for value in ordered:
        reached += counts[value]
        if reached >= part * total:
            return value
    return ordered[-1]
