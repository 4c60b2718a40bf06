"""What the domain notes demand of the shipped weights, whatever a fit may find."""

import pytest

from api.domain import engagement, weights
from api.domain.history import Appointment
from schemas.vocabulary import Initiator, Sensitivity, Stage
from tests.domain.histories import BOOKED, NO_SHOW, WEEKLY, assess, day, heard, history, sessions, time

COUNTS = (1, 2, 3, 5, 8, 12, 30)


def _stage(appointments: list[Appointment], at: float, level: Sensitivity = Sensitivity.BALANCED) -> Stage:
    return engagement.assess(history(appointments), WEEKLY, day(at), weights.load(level)).stage


@pytest.mark.parametrize("count", COUNTS)
def test_a_fortnightly_client_is_not_quiet_on_day_twelve(count: int) -> None:
    kept = sessions(max(count, 5), every=14)
    assert _stage(kept, 14 * (max(count, 5) - 1) + 12) is not Stage.QUIET


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("level", [Sensitivity.FEWER, Sensitivity.BALANCED])
def test_nobody_is_quiet_before_their_usual_distance_is_over(count: int, level: Sensitivity) -> None:
    assert _stage(sessions(count), 7 * (count - 1) + 6.5, level) is not Stage.QUIET


@pytest.mark.parametrize("count", COUNTS[2:])
def test_a_weekly_client_is_told_of_within_two_weeks_of_silence(count: int) -> None:
    last = 7 * (count - 1)
    assert _stage(sessions(count), last + 14) is not Stage.ENGAGED
    assert _stage(sessions(count), last + 24) is Stage.QUIET


@pytest.mark.parametrize("count", COUNTS[2:])
def test_one_missed_time_alone_makes_nobody_quiet(count: int) -> None:
    missed = time(7 * count, NO_SHOW, booked=7 * (count - 1))
    assert _stage([*sessions(count), missed], 7 * count + 2) is not Stage.QUIET


def test_a_time_the_client_booked_keeps_them_engaged_whatever_was_missed() -> None:
    missed = [time(7 * number, NO_SHOW, booked=7 * (number - 1)) for number in (10, 11)]
    ahead = time(91, BOOKED, booked=80, booked_by=Initiator.CLIENT)
    assert _stage([*sessions(10), *missed, ahead], 82) is Stage.ENGAGED


def test_a_word_from_the_client_counts_for_a_while() -> None:
    kept = sessions(10)
    silent, written = assess(history(kept), 63 + 12), assess(history(kept, heard(63 + 11)), 63 + 12)
    assert written.probability < silent.probability
    assert written.stage is not Stage.QUIET


@pytest.mark.parametrize("at", [70.0, 75.0, 80.0, 90.0])
def test_each_level_is_told_no_later_than_the_one_before(at: float) -> None:
    rank = [Stage.ENGAGED, Stage.DRIFTING, Stage.QUIET]
    levels = (Sensitivity.FEWER, Sensitivity.BALANCED, Sensitivity.EARLIER)
    found = [rank.index(_stage(sessions(10), at, level)) for level in levels]
    assert found == sorted(found)
