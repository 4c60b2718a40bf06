"""The hours of the day at which an address may be written to, on the client's own clock.

From the first time on and until just before the second; across midnight where the second is the earlier one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from api.domain import clock

Hours = tuple[time, time]


def readable(hours: tuple[time | None, time | None]) -> bool:
    """Half a window, or one without any length, says nothing that could be relied on."""
    start, end = hours
    if start is None or end is None:
        return start is end
    return start.tzinfo is None and end.tzinfo is None and start != end


def covers(hours: Hours, at: datetime, zone_name: str) -> bool:
    start, end = hours
    local = _local(at, zone_name).time()
    return start <= local < end if start < end else local >= start or local < end


def next_within(hours: Hours, at: datetime, zone_name: str) -> datetime | None:
    """The first instant from `at` on that the window covers. None where no day to come has one.

    A window may lie wholly in the hour that a day skips when clocks go forward; then it is the next day's.
    """
    if covers(hours, at, zone_name):
        return at
    return next((one for one in _openings(hours, at, zone_name) if one >= at and covers(hours, one, zone_name)), None)


def _openings(hours: Hours, at: datetime, zone_name: str) -> Iterator[datetime]:
    today = _local(at, zone_name).date()
    for days in range(3):
        opening = datetime.combine(today + timedelta(days=days), hours[0], clock.zone(zone_name))
        yield opening.astimezone(UTC)


def _local(at: datetime, zone_name: str) -> datetime:
    """Whole seconds are enough; a year beyond those that local time can be worked out for is taken for the nearest."""
    return datetime.fromtimestamp(clock.second(at), clock.zone(zone_name))
