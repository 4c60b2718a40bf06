"""The yardstick by which noticing is judged, in cases small enough to count by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bench.noticing import calibrating, judging
from bench.noticing.judging import Truth

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=400)


def day(number: float) -> datetime:
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("flagged", "hits"),
    [(78, (0, 0, 0)), (80, (1, 1, 1)), (114, (1, 1, 1)), (115, (0, 1, 1)), (125, (0, 0, 1)), (131, (0, 0, 0))],
)
def test_a_hit_lies_between_21_days_before_and_so_many_after(flagged: float, hits: tuple[int, int, int]) -> None:
    known = {"one": Truth(day(100), FIRST, None)}
    score = judging.judge({"one": [day(flagged)]}, known, LAST)
    assert tuple(score.hits.values()) == hits
    assert score.left == 1
    assert score.alarms == 0


def test_flags_within_a_fortnight_of_the_first_are_one_alarm_and_do_not_chain() -> None:
    assert judging.alarms([day(0), day(10), day(14), day(15), day(20), day(40)]) == 3


def test_alarms_count_on_those_who_never_left_by_the_months_they_were_seen() -> None:
    known = {"one": Truth(None, day(0), day(30.44)), "other": Truth(None, day(0), day(60.88))}
    score = judging.judge({"one": [day(3)]}, known, LAST)
    assert score.client_months == pytest.approx(3)
    assert score.per_100_months == pytest.approx(100 / 3)


def test_somebody_who_left_in_the_last_month_cannot_be_judged() -> None:
    assert judging.judge({}, {"one": Truth(day(371), FIRST, None)}, LAST).left == 0


def test_calibration_error_is_the_distance_of_what_was_told_from_what_came() -> None:
    found = calibrating.binned(np.array([0.1, 0.1, 0.9, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert found.error == pytest.approx(0.1)
    assert found.brier == pytest.approx(0.01)
    assert found.brier_of_base_rate == pytest.approx(0.25)
