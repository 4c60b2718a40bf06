"""A wish has its day, and the day it is for is within reach."""

from datetime import date, timedelta

import pytest

from api.domain import follow_ups
from api.domain.errors import Invalid

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("asked", "due", "pointers"),
    [
        (0, 1, []),
        (0, 183, []),
        (-30, 10, []),
        (0, 184, ["/due_on"]),
        (0, 0, ["/due_on"]),
        (-10, -5, ["/due_on"]),
        (-10, 0, []),
        (1, 30, ["/asked_on"]),
        (1, 1, ["/asked_on", "/due_on"]),
    ],
)
def test_what_a_wish_may_be(asked: int, due: int, pointers: list[str]) -> None:
    days = (TODAY + timedelta(days=asked), TODAY + timedelta(days=due))
    if not pointers:
        follow_ups.require_wish(*days, TODAY)
        return
    with pytest.raises(Invalid) as refused:
        follow_ups.require_wish(*days, TODAY)
    assert [one.pointer for one in refused.value.problems] == pointers
