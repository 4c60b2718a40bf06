"""The sample practice's calendar: which days it works, and what it knew when the sample was made."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/Madrid"
HISTORY_DAYS = 730
_SATURDAY = 5

Span = tuple[date, date]


def year_ends(first: date, last: date) -> list[Span]:
    """The days from Christmas Eve to the second of January, on which the practice is closed."""
    every = [(date(year, 12, 24), date(year + 1, 1, 2)) for year in range(first.year - 1, last.year + 1)]
    return [(begin, end) for begin, end in every if first <= begin <= last + timedelta(days=90)]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is past is what lies before `horizon`, the midnight at which the day began on which the sample was made."""

    today: date
    closed: tuple[Span, ...]
    leave: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def horizon(self) -> datetime:
        return self.instant(self.today, time())

    def ago(self, days: float) -> date:
        return self.today - timedelta(days=days)

    def instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(ZONE)).astimezone(UTC)

    def works(self, clinician: str, day: date) -> bool:
        away = (*self.closed, *self.leave.get(clinician, ()))
        return day.weekday() < _SATURDAY and not any(begin <= day <= end for begin, end in away)
