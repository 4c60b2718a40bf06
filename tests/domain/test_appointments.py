"""How an appointment's record grows: repeats add nothing, corrections and confirmations do, in any order of telling."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import appointments as rules
from api.domain import timeline
from api.domain.history import Appointment, StatusEvent
from schemas.vocabulary import AppointmentStatus, Initiator
from tests.domain import arbitrary
from tests.domain.histories import ATTENDED, BOOKED, CANCELLED, LATE_CANCELLED, NO_SHOW, RESCHEDULED, event

REPORTS = st.lists(arbitrary.events, max_size=8)


def grown(*reports: list[StatusEvent]) -> list[StatusEvent]:
    known: list[StatusEvent] = []
    for told in reports:
        known += rules.news(known, told)
    return known


def test_a_repeat_adds_nothing_however_often_it_comes() -> None:
    booked = event(BOOKED, 7, 0)
    assert rules.news([booked], [booked, event(BOOKED, 7, 3), event(BOOKED, 7, 5)]) == []


def test_an_outcome_a_correction_and_another_start_are_news() -> None:
    booked, missed, kept = event(BOOKED, 7, 0), event(NO_SHOW, 7, 8), event(ATTENDED, 7, 9)
    moved = event(BOOKED, 7 + 1 / 24, 1)
    assert rules.news([booked], [kept, missed, moved]) == [moved, missed, kept]
    assert rules.latest([booked, moved, missed, kept]) == kept


def test_a_status_told_late_takes_its_place_without_changing_what_is_known_since() -> None:
    booked, kept = event(BOOKED, 7, 0), event(ATTENDED, 7, 9)
    late = event(NO_SHOW, 7, 8)
    assert rules.news([booked, kept], [late]) == [late]
    assert rules.latest([booked, kept, late]) == kept


def test_attended_by_default_is_confirmed_by_being_said_again_after_the_start() -> None:
    ahead, still_ahead, after, again = (event(ATTENDED, 7, known) for known in (0, 6, 8, 9))
    assert rules.news([ahead], [still_ahead, after, again]) == [after]


def test_who_brought_it_about_and_an_excuse_are_news() -> None:
    plain = event(NO_SHOW, 7, 8)
    told = [event(NO_SHOW, 7, 9, by=Initiator.CLIENT), event(NO_SHOW, 7, 10, by=Initiator.CLIENT, excused=True)]
    assert rules.news([plain], told) == told


def test_of_two_things_learned_at_once_the_kinder_stands_whatever_the_order() -> None:
    one, other = event(NO_SHOW, 7, 8), event(ATTENDED, 7, 8)
    assert rules.latest([one, other]) == rules.latest([other, one]) == other


@pytest.mark.parametrize("status", [CANCELLED, LATE_CANCELLED, RESCHEDULED])
def test_a_booking_and_what_became_of_it_on_the_same_day_are_read_in_that_order(status: AppointmentStatus) -> None:
    booked, over = event(BOOKED, 7, 0), event(status, 7, 0)
    assert rules.latest([booked, over]) == rules.latest([over, booked]) == over
    noticed = timeline.read(Appointment("a", (over, booked)), over.known_at)
    assert noticed is not None
    assert noticed.status is status


@pytest.mark.parametrize("status", [NO_SHOW, ATTENDED, LATE_CANCELLED])
def test_a_time_booked_and_settled_on_its_own_day_is_settled(status: AppointmentStatus) -> None:
    booked, settled = event(BOOKED, 7, 7.5), event(status, 7, 7.5)
    assert rules.latest([settled, booked]) == rules.latest([booked, settled]) == settled


@pytest.mark.parametrize("new_start", [5, 9])
@pytest.mark.parametrize("status", [CANCELLED, RESCHEDULED])
def test_a_move_told_as_two_rows_of_one_day_is_booked_for_the_new_time(
    status: AppointmentStatus, new_start: int
) -> None:
    old, given_up, new = event(BOOKED, 7, 0), event(status, 7, 0), event(BOOKED, new_start, 0)
    for told in permutations([old, given_up, new]):
        assert rules.latest(told) == new
    assert rules.latest([event(BOOKED, 7, -3), new, given_up]) == new


def test_a_move_cancelled_with_its_new_time_is_cancelled() -> None:
    first, moved, over = event(BOOKED, 7, -2), event(BOOKED, 9, 0), event(CANCELLED, 9, 0)
    for told in permutations([first, moved, over]):
        assert rules.latest(told) == over


def test_an_outcome_told_before_the_time_came_is_no_outcome_on_the_record_either() -> None:
    booked, ahead = event(BOOKED, 7, 0), event(ATTENDED, 7, 6)
    assert rules.latest([booked, ahead]) == booked
    assert rules.latest([ahead]).status is BOOKED
    assert rules.latest([booked, ahead, event(ATTENDED, 7, 8)]).status is ATTENDED


@given(st.lists(arbitrary.events, min_size=1, max_size=8), st.randoms())
def test_the_record_and_noticing_read_the_same_events_alike(told: list[StatusEvent], chance: Random) -> None:
    shuffled = chance.sample(told, len(told))
    says, now = rules.latest(told), max(one.known_at for one in told)
    assert rules.latest(shuffled) == says
    noticed = timeline.read(Appointment("a", tuple(shuffled)), now)
    if noticed is not None:
        assert (noticed.status, noticed.start, noticed.known) == (says.status, says.starts_at, says.known_at)
        assert (noticed.initiator, noticed.excused) == (says.initiator, says.excused)


def test_a_file_that_knows_only_days_is_told_twice_without_news() -> None:
    rows = [event(BOOKED, 7, 1), event(BOOKED, 7, 2), event(NO_SHOW, 7, 2), event(BOOKED, 7, 2)]
    once = grown(rows)
    assert once == [rows[0], rows[2]]
    assert grown(rows, rows, rows[::-1]) == once


@given(REPORTS)
def test_a_report_told_again_adds_nothing(told: list[StatusEvent]) -> None:
    once = grown(told)
    assert grown(told, told, told[::-1]) == once


@given(REPORTS, REPORTS)
def test_what_was_known_is_never_taken_away(one: list[StatusEvent], other: list[StatusEvent]) -> None:
    known = grown(one)
    assert grown(one, other)[: len(known)] == known
    assert set(grown(one, other)) <= {*one, *other}
