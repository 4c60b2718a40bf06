"""Periods: whole years, on the practice's clock, with the day up to which facts count."""

from datetime import UTC, date, datetime

import pytest

from api.domain.errors import Invalid
from api.domain.periods import Period, cut_off_day, window


@pytest.mark.parametrize(
    ("text", "years"), [("2025", [2025]), ("2024-2025", [2024, 2025]), ("2023-2025", [2023, 2024, 2025])]
)
def test_a_period_is_read_and_written_in_one_way(text: str, years: list[int]) -> None:
    assert list(Period.read(text).years) == years
    assert str(Period.read(text)) == text


@pytest.mark.parametrize(
    "text", ["", "25", "2025-", "-2025", "2025-2024", "2022-2025", "2025-2025-2025", "abcd", "²⁰²⁵", "0000", "2025 "]
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(Invalid):
        Period.read(text)


def test_a_year_begins_and_ends_on_the_practice_s_clock() -> None:
    madrid = window(Period(2025, 2025), "Europe/Madrid")
    assert madrid.start == datetime(2024, 12, 31, 23, tzinfo=UTC)
    assert madrid.end == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert madrid.cut_off == datetime(2026, 3, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(("last", "day"), [(2025, date(2026, 3, 31)), (2023, date(2024, 3, 30))])
def test_the_last_day_that_counts_is_the_90th_after_the_end(last: int, day: date) -> None:
    assert cut_off_day(Period(last, last)) == day
    assert (day - date(last, 12, 31)).days == 90
