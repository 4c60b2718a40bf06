"""How long a record is kept: from the last ending, of minors from when they came of age, and never shorter than was decided."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import retention
from api.domain.retention import Kept, Periods

DAYS = st.dates(date(1950, 1, 1), date(2080, 12, 31))
ENDED = date(2020, 6, 15)


@pytest.mark.parametrize(
    ("record", "periods", "due"),
    [
        (Kept(ENDED), Periods(None), None),
        (Kept(ENDED), Periods(None, 10), None),
        (Kept(ENDED), Periods(7), date(2027, 6, 15)),
        (Kept(date(2020, 2, 29)), Periods(7), date(2027, 3, 1)),
        (Kept(date(2020, 2, 29)), Periods(4), date(2024, 2, 29)),
        (Kept(ENDED, adult_on=date(2020, 6, 15)), Periods(7, 10), date(2027, 6, 15)),
        (Kept(ENDED, adult_on=date(2020, 6, 16)), Periods(7, 10), date(2030, 6, 16)),
        (Kept(ENDED, adult_on=date(2026, 1, 1)), Periods(7), date(2033, 1, 1)),
        (Kept(ENDED, adult_on=date(2021, 1, 1)), Periods(7, 1), date(2027, 6, 15)),
        (Kept(ENDED, keep_until=date(2031, 1, 1)), Periods(7), date(2031, 1, 1)),
        (Kept(ENDED, keep_until=date(2021, 1, 1)), Periods(7), date(2027, 6, 15)),
    ],
)
def test_the_day_on_which_a_record_is_due(record: Kept, periods: Periods, due: date | None) -> None:
    assert retention.due_on(record, periods) == due


@given(
    last_on=DAYS,
    adult_on=st.none() | DAYS,
    keep_until=st.none() | DAYS,
    years=st.integers(1, 100),
    minors=st.none() | st.integers(1, 100),
    today=DAYS,
)
def test_the_search_overlooks_nobody_who_is_due(
    *, last_on: date, adult_on: date | None, keep_until: date | None, years: int, minors: int | None, today: date
) -> None:
    due = retention.due_on(Kept(last_on, adult_on, keep_until), Periods(years, minors))
    assert due is not None
    assert due >= retention.later(last_on, years)
    if due <= today:
        assert last_on <= retention.latest_due(today, years)
        assert keep_until is None or keep_until <= today
