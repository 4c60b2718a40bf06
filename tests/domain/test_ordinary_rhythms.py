"""Ordinary lives that must not look like drifting: every pace at which people come, and how it becomes known."""

from itertools import accumulate

import pytest

from api.domain import replay, weighing, weights
from api.domain.history import Appointment, Rhythm
from schemas.vocabulary import AgreementKind, EpisodeKind, Initiator, Stage
from tests.domain.histories import (
    BOOKED,
    CANCELLED,
    NO_SHOW,
    agreed,
    assess,
    cadence,
    codes,
    day,
    history,
    sessions,
    time,
)


def _uneven(*gaps: float) -> list[Appointment]:
    """Kept times at uneven distances, each booked at the one before."""
    starts = list(accumulate(gaps, initial=0.0))
    return [time(start, booked=starts[max(0, place - 1)] - 0.01) for place, start in enumerate(starts)]


@pytest.mark.parametrize("every", [3.5, 7, 14, 28])
def test_each_pace_is_given_its_own_time_and_no_more(every: float) -> None:
    told = history(sessions(10, every=every))
    last = 9 * every
    assert assess(told, last + 0.25 * every).stage is Stage.ENGAGED
    assert assess(told, last + 0.9 * every).stage is not Stage.QUIET
    assert assess(told, last + 2.5 * every).stage in {Stage.DRIFTING, Stage.QUIET}
    assert assess(told, last + 5 * every).stage is Stage.QUIET


@pytest.mark.parametrize("every", [7, 14, 28])
def test_whoever_books_late_is_engaged_until_their_next_time_would_have_been(every: float) -> None:
    """The day before is soon enough for them: an empty calendar says nothing before that."""
    told = history(sessions(10, every=every, ahead=1))
    assert assess(told, 9 * every + 0.9 * every).stage is Stage.ENGAGED


def test_a_monthly_client_who_was_just_agreed_on_is_not_held_to_a_week() -> None:
    """One session says nothing of a rhythm: what was agreed says all of it."""
    assert assess(history([time(0)], agreed=28), 21).stage is not Stage.QUIET
    assert assess(history([time(0)]), 21).stage is Stage.QUIET


def test_a_rhythm_of_one_s_own_outweighs_the_agreed_one_slowly() -> None:
    """Agreed weekly, lived fortnightly: after ten sessions day 16 is no silence, after two it still is."""
    assert assess(history(sessions(12, every=14), agreed=7), 11 * 14 + 11).stage is not Stage.QUIET
    few = assess(history(sessions(2, every=14), agreed=7), 14 + 13)
    many = assess(history(sessions(12, every=14), agreed=7), 11 * 14 + 13)
    assert few.probability > many.probability


def test_one_long_gap_among_many_changes_neither_the_rhythm_nor_the_day_of_drifting() -> None:
    steady = assess(history(sessions(10)), 70)
    gap = assess(history([*sessions(5, first=-60), *sessions(5, first=28)]), 57)
    assert steady.drifting_at is not None
    assert gap.drifting_at is not None
    assert abs((steady.drifting_at - gap.drifting_at).total_seconds() / 86_400 - 7) < 1.5


def test_rotating_shifts_are_given_the_room_that_uneven_weeks_need() -> None:
    shifts = history(_uneven(5, 9, 12, 6, 14, 7, 10, 13, 5))
    last = 5 + 9 + 12 + 6 + 14 + 7 + 10 + 13 + 5
    even = history(_uneven(*[7] * 9))
    assert assess(shifts, last + 9).stage is not Stage.QUIET
    assert assess(shifts, last + 11).probability < assess(even, 63 + 11).probability


def test_a_slower_pace_that_was_agreed_holds_from_its_day_on_and_not_before() -> None:
    told = history(sessions(11), cadence(75, 28, known=70))
    assert assess(told, 70 + 20).stage is not Stage.QUIET
    unaware = history(sessions(11), cadence(75, 28, known=95))
    assert assess(unaware, 94).stage is Stage.QUIET
    assert assess(unaware, 95).probability < assess(unaware, 94).probability


def test_a_faster_pace_that_was_agreed_is_expected_from_its_day_on() -> None:
    monthly = sessions(6, every=28)
    faster = history(monthly, cadence(141, 7, known=140))
    assert assess(faster, 160).probability > assess(history(monthly), 160).probability


def test_sessions_that_spread_out_to_a_planned_end_are_no_silence() -> None:
    tapering = _uneven(7, 7, 7, 7, 14, 14, 21)
    told = history(tapering, agreed(AgreementKind.PLANNED_END, 120, known=27))
    assert all(assess(told, at).stage is not Stage.QUIET for at in range(30, 77))
    unplanned = assess(history(tapering), 77 + 20)
    assert assess(told, 77 + 20).probability < unplanned.probability
    assert assess(told, 77 + 20).stage is not Stage.QUIET
    assert codes(assess(told, 130)) == ["end_agreed"]


def test_a_last_session_after_the_planned_day_does_not_start_the_clock_again() -> None:
    told = history([*sessions(11), time(95)], agreed(AgreementKind.PLANNED_END, 84, known=60))
    assert assess(told, 300).stage is Stage.ENGAGED


def test_a_client_who_stays_on_after_a_planned_end_is_noticed_again() -> None:
    told = history([*sessions(11), *sessions(8, first=120)], agreed(AgreementKind.PLANNED_END, 74, known=60))
    assert assess(told, 169 + 40).stage is Stage.QUIET


@pytest.mark.parametrize("kind", [EpisodeKind.AS_NEEDED, EpisodeKind.CONSULTATION])
def test_boosters_and_one_off_consultations_have_no_clock_whatever_happens(kind: EpisodeKind) -> None:
    told = history([time(0), time(9, NO_SHOW), time(20, CANCELLED, known=15, by=Initiator.CLIENT)], kind=kind)
    found = [assess(told, at) for at in (1, 10, 21, 90, 1000)]
    assert {one.stage for one in found} == {Stage.ENGAGED}
    assert {one.drifting_at for one in found} == {None}


def test_the_first_sessions_are_when_most_people_leave() -> None:
    """The same silence says a little more after one session than after four, and after four than after forty."""
    strand = assess(history(sessions(12)), 90).evidence.strands[0]
    after = [
        weighing.weigh(strand._replace(sessions=count), strand.anchor, weights.load()).log_odds for count in (1, 4, 40)
    ]
    assert after == sorted(after, reverse=True)
    assert after[0] > after[-1]


def test_recent_attendance_counts_against_what_was_before() -> None:
    """Somebody who came to all of the last six is further from leaving than somebody who came to half of them."""
    patchy = [time(7.0 * week, NO_SHOW if week in {6, 8, 9} else _KEPT) for week in range(11)]
    told, steady = history(patchy), history(sessions(11))
    assert assess(told, 84).probability > assess(steady, 84).probability
    assert "recent_times_not_kept" not in codes(assess(steady, 91))


def test_a_client_handed_to_another_clinician_is_engaged_while_the_first_time_there_waits() -> None:
    """A trainee's rotation. The new episode has no session yet; what the practice booked for it holds the calendar."""
    told = history([time(24, BOOKED, booked=1, booked_by=Initiator.PRACTICE)])
    assert {assess(told, at).stage for at in range(2, 24)} == {Stage.ENGAGED}
    assert "no_session_yet" in codes(assess(told, 12))


def test_a_rotation_within_the_same_episode_is_a_wait_for_a_booked_time() -> None:
    """Three weeks between the last session with the one and the first with the other, both in the calendar."""
    told = history([*sessions(10), time(84, booked=63, booked_by=Initiator.PRACTICE), *sessions(5, first=91)])
    assert list(replay.changes(told, Rhythm(), weights.load(), day(121))) == []


def test_the_episode_left_behind_at_a_rotation_has_ended_and_says_so() -> None:
    told = history(sessions(11), ended=72)
    assert {assess(told, at).stage for at in (73, 100, 400)} == {Stage.ENDED}


_KEPT = time(0).events[-1].status
