"""Over which years a table counts, and from when it may be asked for: whole calendar years, predeclared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from api.domain import clock
from api.domain.errors import invalid_field

# A year's figures use the facts that were known so many days after it ended (DOMAIN 4).
CUT_OFF_DAYS = 90
MOST_YEARS = 3
_FIRST, _LAST = 1900, 2199


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One to three whole calendar years. Longer ones are for practices in which a year has too few clients."""

    first_year: int
    last_year: int

    def __post_init__(self) -> None:
        """Raises Invalid."""
        if not _FIRST <= self.first_year <= _LAST:
            raise invalid_field("/first_year", "This is not a year of ours.")
        if not 0 <= self.last_year - self.first_year < MOST_YEARS:
            raise invalid_field(
                "/last_year", f"A period has one to {MOST_YEARS} whole years, the last not before the first."
            )

    @classmethod
    def read(cls, text: str) -> "Period":
        """`2025` or `2024-2025`. Raises Invalid."""
        first, dash, last = text.partition("-")
        years = (first, last) if dash else (first, first)
        if not all(len(year) == len("2025") and year.isascii() and year.isdigit() for year in years):
            _not_a_period()
        return cls(int(years[0]), int(years[1]))

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def __str__(self) -> str:
        return str(self.first_year) if self.first_year == self.last_year else f"{self.first_year}-{self.last_year}"


@dataclass(frozen=True, slots=True)
class Window:
    """A period on the practice's clock: from `start` to before `end`, by what was known at `cut_off`."""

    start: datetime
    end: datetime
    cut_off: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


def window(period: Period, zone_name: str) -> Window:
    """Raises `UnknownTimeZone`."""
    after = date(period.last_year + 1, 1, 1)
    days = (date(period.first_year, 1, 1), after, after + timedelta(days=CUT_OFF_DAYS))
    start, end, cut_off = (datetime.fromtimestamp(clock.midnight(day, zone_name), UTC) for day in days)
    return Window(start, end, cut_off)


def cut_off_day(period: Period) -> date:
    """The last day whose facts count."""
    return date(period.last_year + 1, 1, 1) + timedelta(days=CUT_OFF_DAYS - 1)


def _not_a_period() -> NoReturn:
    raise invalid_field("/period", "Write a year such as 2025, or several such as 2024-2025.")
