"""The clock of silence: it counts in sessions that could have been, and stands still while silence says nothing.

A day counts 1 / cadence, so that one unit, a beat, is the usual distance between two sessions. Absences
and agreed ends have a pace of nought, a slower rhythm a smaller pace: nothing ever turns the clock back,
so more silence never weighs less. Instants are whole seconds since 1970 UTC.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, inf
from zoneinfo import ZoneInfo

from api.domain.errors import DomainError
from schemas.vocabulary import time_zones

DAY = 86_400
HOUR = 3_600
_A_WEEK = 7.0
_FIRST_SECOND = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
_LAST_SECOND = int(datetime(9990, 1, 1, tzinfo=UTC).timestamp())
_AROUND_A_CHANGE = timedelta(days=8)

Span = tuple[int, float]
"""From an instant until an instant; the end may be infinite."""

Pace = tuple[tuple[int, float], ...]
"""(from instant, beats per day), ascending. Before the first there is no clock; the last holds for ever."""


class UnknownTimeZone(DomainError, ValueError):
    """The name is not repeated: it may come from anywhere."""

    code = "unknown_time_zone"
    message = "This is not the name of a time zone, such as Europe/Berlin."


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Raises `UnknownTimeZone`."""
    if name not in time_zones():
        raise UnknownTimeZone
    return ZoneInfo(name)


def second(at: datetime) -> int:
    """The whole second an instant falls in, kept within years that local time can be worked out for."""
    seconds = int(at.timestamp() // 1)
    if _FIRST_SECOND <= seconds <= _LAST_SECOND:
        return seconds
    return _FIRST_SECOND if seconds < _FIRST_SECOND else _LAST_SECOND


def instant(seconds: float) -> datetime | None:
    """None for an instant that never comes."""
    if not _FIRST_SECOND <= seconds <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(ceil(seconds), UTC)


@lru_cache(maxsize=16_384)
def midnight(on: date, zone_name: str) -> int:
    """The instant at which a local day begins."""
    if not 1900 <= on.year < 9990:  # noqa: PLR2004 - the same years as above
        return _FIRST_SECOND if on.year < 1900 else _LAST_SECOND  # noqa: PLR2004 - see above
    return second(datetime.combine(on, time.min, zone(zone_name)))


def end_of(on: date | None, zone_name: str) -> float:
    """The instant at which a local day is over; without a day, never."""
    if on is None or on >= date(9989, 12, 31):
        return inf
    return midnight(on + timedelta(days=1), zone_name)


@lru_cache(maxsize=65_536)
def local_day(seconds: int, zone_name: str) -> date:
    """The day on the client's calendar."""
    return datetime.fromtimestamp(seconds, zone(zone_name)).date()


def clocks_change_near(at: datetime, zone_name: str) -> bool:
    """Whether summer time begins or ends within about a week of an instant."""
    at = datetime.fromtimestamp(second(at), UTC)
    here = zone(zone_name)
    before, after = (at - _AROUND_A_CHANGE).astimezone(here), (at + _AROUND_A_CHANGE).astimezone(here)
    return before.utcoffset() != after.utcoffset()


def united(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one; empty and backward ones left out."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def pace(anchor: int, rates: Sequence[tuple[float, float]], stopped: Sequence[Span]) -> Pace:
    """From `anchor` on: `rates` are (from instant, beats per day), the first of them in force from the beginning."""
    if len(rates) == 1 and not stopped:
        return ((anchor, rates[0][1]),)
    ends = {int(end) for _, end in stopped if end != inf}
    points = {anchor, *(int(at) for at, _ in rates if at > anchor), *(start for start, _ in stopped), *ends}
    steps: list[tuple[int, float]] = []
    for at in sorted(point for point in points if point >= anchor):
        still = any(start <= at < end for start, end in stopped)
        rate = 0.0 if still else _in_force(rates, at)
        if not steps or steps[-1][1] != rate:
            steps.append((at, rate))
    return tuple(steps)


def _in_force(rates: Sequence[tuple[float, float]], at: float) -> float:
    rate = rates[0][1]
    for start, value in rates:
        if start > at:
            break
        rate = value
    return rate


def beats(steps: Pace, since: float, until: float) -> float:
    """What the clock counts between two instants; nought when `until` is not later."""
    total = 0.0
    for index, (start, rate) in enumerate(steps):
        end = steps[index + 1][0] if index + 1 < len(steps) else inf
        low, high = max(start, since), min(end, until)
        if high > low:
            total += (high - low) * rate / DAY
    return total


def reached(steps: Pace, since: float, wanted: float) -> float:
    """The instant at which the clock, started at `since`, has counted `wanted` beats; infinite when it never does."""
    if wanted <= 0:
        return since
    for index, (start, rate) in enumerate(steps):
        end = steps[index + 1][0] if index + 1 < len(steps) else inf
        low = max(start, since)
        if end <= low or rate <= 0:
            continue
        counted = (end - low) * rate / DAY
        if counted >= wanted:
            return low + wanted * DAY / rate
        wanted -= counted
    return inf


def slowed(steps: Pace, span: Span, factor: float) -> Pace:
    """The same pace, taken slower within a span."""
    points = sorted({at for at, _ in steps} | {int(at) for at in span if at != inf and at > steps[0][0]})
    return tuple((at, _in_force(steps, at) * (factor if span[0] <= at < span[1] else 1.0)) for at in points)


def usual_days(steps: Pace, at: float) -> float:
    """The distance between sessions that the clock goes by at an instant; while it stands still, the one before."""
    rates = [rate for start, rate in steps if rate > 0 and start <= at] or [rate for _, rate in steps if rate > 0]
    return 1 / rates[-1] if rates else _A_WEEK
