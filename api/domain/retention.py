"""How long a record is kept: counted from the last ending, of somebody who was a minor then from when they came of age.

Nothing is ever erased because a day has come. What is due is shown to a person, who erases it or keeps it with a reason.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Periods:
    """In years; None: the practice has set none, and nobody is ever due."""

    years: int | None
    years_of_minors: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`last_on` is the day on which the last episode ended; without any, the day on which the record was opened."""

    last_on: date
    adult_on: date | None = None
    keep_until: date | None = None


def due_on(record: Kept, periods: Periods) -> date | None:
    """The first day on which the record is due. A decision to keep it longer puts that off and never brings it forward."""
    if periods.years is None:
        return None
    days = [later(record.last_on, periods.years)]
    if record.adult_on is not None and record.adult_on > record.last_on:
        days.append(later(record.adult_on, periods.years_of_minors or periods.years))
    if record.keep_until is not None:
        days.append(record.keep_until)
    return max(days)


def later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def latest_due(today: date, years: int) -> date:
    """Whatever ended after this day is not due today, whatever else may hold: for a search that looks no further."""
    return later(today, -years)
