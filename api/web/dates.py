"""Days and times as a person says them, on the clock of whoever they are about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.domain.errors import invalid_field
from api.domain.months import MONTHS
from schemas.vocabulary import Locale

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = MONTHS[Locale.EN]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`now` on the wall of one zone. The year is said only where it is not this one."""

    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def elsewhere(self, zone: str) -> "Calendar":
        return Calendar(ZoneInfo(zone), self.now)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def on(self, at: datetime) -> str:
        return self.day(self.local(at).date())

    def day(self, value: date) -> str:
        """`Tue 3 March`"""
        text = f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"
        return text if value.year == self.today.year else f"{text} {value.year}"

    def short_day(self, value: date) -> str:
        """`3 Mar`"""
        return f"{value.day} {_MONTHS[value.month - 1][:3]}"

    def month(self, value: date) -> str:
        return f"{_MONTHS[value.month - 1]} {value.year}"

    def time(self, at: datetime) -> str:
        return f"{self.local(at):%H:%M}"

    def when(self, at: datetime) -> str:
        """`Tue 3 March, 10:00`"""
        return f"{self.on(at)}, {self.time(at)}"

    def due(self, value: date) -> str:
        """A due day never turns into a reproach: one that has gone by is said as the day it was."""
        if value == self.today:
            return "today"
        if value == self.today + timedelta(days=1):
            return "tomorrow"
        return self.day(value)

    def span(self, from_on: date, to_on: date | None) -> str:
        if to_on is None:
            return f"from {self.day(from_on)}, with no end set"
        if to_on == from_on:
            return self.day(from_on)
        return f"{self.day(from_on)} to {self.day(to_on)}"

    def for_input(self, at: datetime) -> str:
        """As `<input type="datetime-local">` wants it."""
        return f"{self.local(at):%Y-%m-%dT%H:%M}"


def instant(typed: str, zone: str, field: str) -> datetime:
    """What a person typed as a time on the clock of `zone`. Raises Invalid.

    A time that the clock skips in spring does not exist; one that it shows twice in autumn is the earlier.
    """
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        raise invalid_field(f"/{field}", "Give a day and a time, such as 2026-03-10 10:00.") from None
    if wall.tzinfo is not None:
        raise invalid_field(f"/{field}", "Give the time as the clock on the wall shows it.")
    at = wall.replace(tzinfo=ZoneInfo(zone))
    if datetime.fromtimestamp(at.timestamp(), at.tzinfo).replace(tzinfo=None) != wall:
        raise invalid_field(f"/{field}", "The clock skips this time on that day.")
    return at.astimezone(UTC)
