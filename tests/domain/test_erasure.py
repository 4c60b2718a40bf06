"""What is left of a death when a client is erased: its year, and which years' figures know of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from api.domain import erasure, periods
from api.domain.periods import Period

ZONE = "Europe/Madrid"


def test_of_the_day_of_a_death_the_year_is_left() -> None:
    assert erasure.year_of(date(2026, 5, 3)) == date(2026, 1, 1)
    assert erasure.year_of(None) is None
    assert erasure.known_around(None, ZONE) is None


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("day", range(0, 365, 5))
def test_an_erased_death_counts_in_the_years_that_it_counted_in(year: int, day: int) -> None:
    """And of the day on which it was learned nothing else is left."""
    known = datetime(year, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=day)
    around = erasure.known_around(known, ZONE)
    assert around is not None
    for each in range(2022, 2029):
        cut_off = periods.window(Period(each, each), ZONE).cut_off
        assert (known <= cut_off) == (around <= cut_off)
    cut_off = periods.window(Period(year - 1, year - 1), ZONE).cut_off
    begun = periods.window(Period(year, year), ZONE).start
    assert around in (begun, cut_off + timedelta(seconds=1))


def test_the_last_moment_before_a_cut_off_stays_before_it() -> None:
    cut_off = periods.window(Period(2025, 2025), ZONE).cut_off
    assert erasure.known_around(cut_off, ZONE) == periods.window(Period(2026, 2026), ZONE).start
    assert erasure.known_around(cut_off + timedelta(microseconds=1), ZONE) == cut_off + timedelta(seconds=1)
