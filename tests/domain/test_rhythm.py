"""How often a client comes and when they book."""

import pytest

from api.domain import rhythm, timeline, weights
from api.domain.history import Agreement, Appointment, Rhythm
from schemas.vocabulary import Initiator
from tests.domain.histories import BERLIN, BOOKED, CANCELLED, RESCHEDULED, cadence, day, history, sessions, time

MODEL = weights.load()


def _days(appointments: list[Appointment], *changes: Agreement, agreed: float | None = None) -> list[float]:
    told = history(appointments, agreed=agreed)
    seen = timeline.visits(told.appointments, day(1000), BERLIN)
    pieces = rhythm.rates(seen, told, Rhythm(), MODEL, changes=rhythm.cadence_changes(changes))
    return [1 / rate for _, rate in pieces]


def _books_ahead(appointments: list[Appointment]) -> float:
    return rhythm.books_ahead(timeline.visits(appointments, day(1000), BERLIN), MODEL)


def test_before_anything_is_known_the_agreed_cadence_holds_and_else_the_usual_one() -> None:
    assert _days([]) == pytest.approx([7.0], rel=1e-4)
    assert _days([], agreed=14) == pytest.approx([14.0], rel=1e-4)


def test_a_client_s_own_rhythm_takes_over_with_every_session() -> None:
    (after_two,), (after_nine,) = _days(sessions(2, every=14)), _days(sessions(9, every=14))
    assert 7 < after_two < after_nine < 14
    assert after_nine > 11.5


def test_one_long_gap_does_not_change_a_rhythm() -> None:
    regular = sessions(5)
    gap = [*regular, *sessions(5, first=28 + 60)]
    assert _days(gap)[0] == pytest.approx(_days(sessions(10))[0], rel=0.05)


def test_people_whose_weeks_differ_are_given_more_room_than_their_median() -> None:
    uneven = [time(at) for at in (0, 7, 21, 28, 42, 49, 63, 70)]
    assert _days(uneven)[0] > 8


def test_two_times_on_one_day_are_one_visit() -> None:
    double = [one for at in range(0, 56, 7) for one in (time(at), time(at + 1 / 12))]
    assert _days(double) == pytest.approx([7.0], rel=0.01)


@pytest.mark.parametrize("nonsense", [0.0, -7.0, float("nan"), float("inf"), 1e9])
def test_a_cadence_that_makes_no_sense_is_not_used(nonsense: float) -> None:
    assert _days([], agreed=nonsense) == pytest.approx([7.0], rel=1e-4)
    assert rhythm.cadence_changes([cadence(5, nonsense, known=1)]) == []


def test_of_two_changes_on_one_day_the_one_learned_last_holds() -> None:
    changes = [cadence(30, 28, known=20), cadence(30, 14, known=25)]
    assert [change.cadence_days for change in rhythm.cadence_changes(changes)] == [14]


def test_booking_at_each_session_is_a_habit_and_booking_the_day_before_is_another() -> None:
    assert _books_ahead(sessions(10)) > 0.9
    assert _books_ahead(sessions(10, ahead=1)) < 0.2
    assert 0.3 < _books_ahead([]) < 0.8


def test_a_time_that_was_booked_and_then_given_up_was_booked_ahead_all_the_same() -> None:
    told = [*sessions(5), time(35, CANCELLED, known=34), time(36, booked=34.5)]
    assert _books_ahead(told) > 0.8


def test_a_time_to_come_that_the_client_booked_says_nothing_of_their_rhythm_until_it_is_kept() -> None:
    fortnightly = sessions(3, every=14)
    soon = time(30, BOOKED, booked=29, booked_by=Initiator.CLIENT)
    assert _days([*fortnightly, soon]) == _days(fortnightly)
    assert _days([*fortnightly, time(30, booked=29, booked_by=Initiator.CLIENT)]) != _days(fortnightly)


def test_a_time_that_was_moved_says_nothing_of_a_rhythm_whoever_moved_it() -> None:
    moved = [time(3, RESCHEDULED, known=2, by=by, key=f"m{by}") for by in (Initiator.PRACTICE, Initiator.CLIENT, None)]
    assert _days([*sessions(6), *moved]) == _days(sessions(6))
