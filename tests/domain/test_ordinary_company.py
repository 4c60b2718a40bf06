"""Couples, families and groups: one episode, and each participant's own attendance."""

from dataclasses import replace

import pytest

from api.domain.history import Appointment
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Initiator, Stage
from tests.domain.histories import ATTENDED, BOOKED, CANCELLED, NO_SHOW, assess, codes, history, sessions, time

TOGETHER = sessions(6)


def _own(who: str, *statuses: AppointmentStatus, first: float = 42, by: Initiator | None = None) -> list[Appointment]:
    return [
        time(first + 7 * week, status, who=who, key=f"{who}{first + 7 * week}", by=by)
        for week, status in enumerate(statuses)
    ]


@pytest.mark.parametrize("shape", [EpisodeFormat.COUPLE, EpisodeFormat.FAMILY])
def test_the_one_who_stays_away_is_not_hidden_by_the_one_who_comes(shape: EpisodeFormat) -> None:
    stays, leaves = _own("a", *[ATTENDED] * 4), _own("b", *[NO_SHOW] * 4)
    told = replace(history([*TOGETHER, *stays, *leaves]), format=shape)
    assert assess(told, 64).stage is not Stage.ENGAGED
    assert "not_kept" in codes(assess(told, 64))


def test_the_one_who_stays_away_weighs_the_same_whoever_else_comes() -> None:
    leaves = _own("b", *[NO_SHOW] * 3)
    alone = assess(history([*TOGETHER, *leaves]), 58)
    accompanied = assess(history([*TOGETHER, *leaves, *_own("a", *[ATTENDED] * 3)]), 58)
    assert accompanied.probability <= alone.probability
    assert accompanied.stage is alone.stage


def test_a_family_of_four_in_which_all_come_is_engaged() -> None:
    told = [one for who in "abcd" for one in _own(who, *[ATTENDED] * 4)]
    assert assess(history(told), 64).stage is Stage.ENGAGED


def test_a_session_of_all_together_settles_what_one_of_them_missed() -> None:
    told = [*TOGETHER, *_own("b", NO_SHOW, NO_SHOW), time(57)]
    assert assess(history(told), 59).stage is Stage.ENGAGED


def test_an_excused_partner_is_no_evidence() -> None:
    ill = time(42, NO_SHOW, who="b", key="b42", excused=True)
    came = time(42, who="a", key="a42")
    missed = replace(ill, events=(ill.events[0], replace(ill.events[1], excused=False)))
    weighed = [assess(history([*TOGETHER, came, one]), 46).probability for one in (ill, missed)]
    assert weighed[0] < weighed[1]
    assert assess(history([*TOGETHER, came, ill]), 44).stage is Stage.ENGAGED


def test_what_one_gave_up_is_theirs_and_what_the_practice_called_off_is_nobody_s() -> None:
    given_up = time(42, CANCELLED, known=40, by=Initiator.CLIENT, who="b", key="b")
    called_off = time(42, CANCELLED, known=40, by=Initiator.CLINICIAN, who="b", key="b")
    came = time(42, who="a", key="a42")
    theirs, nobodys = (assess(history([*TOGETHER, came, one]), 70).probability for one in (given_up, called_off))
    assert nobodys < theirs


def test_a_time_booked_for_one_holds_the_calendar_of_that_one_alone() -> None:
    both = [*TOGETHER, *_own("a", ATTENDED), *_own("b", ATTENDED)]
    for_a = time(70, BOOKED, booked=43, who="a", key="next-a")
    for_all = time(70, BOOKED, booked=43, key="next")
    plain, one, all_ = (assess(history([*both, *more]), 62).probability for more in ([], [for_a], [for_all]))
    assert all_ < one <= plain


def test_a_member_of_a_group_has_a_rhythm_and_a_silence_of_their_own() -> None:
    """Each has an episode of their own; that the group went on meeting says nothing of who stayed away."""
    member = replace(history([*TOGETHER, *_own("a", NO_SHOW, NO_SHOW)]), format=EpisodeFormat.GROUP)
    assert assess(member, 60).stage is not Stage.ENGAGED
    called_off = [time(at, CANCELLED, known=at - 1, by=Initiator.CLINICIAN) for at in (42, 49)]
    assert assess(replace(history([*TOGETHER, *called_off]), format=EpisodeFormat.GROUP), 50).stage is Stage.ENGAGED


def test_two_at_one_hour_are_one_session_of_the_work() -> None:
    couple = [one for who in "ab" for one in _own(who, *[ATTENDED] * 3, first=0)]
    alone = sessions(3)
    assert assess(history(couple), 20).probability == pytest.approx(assess(history(alone), 20).probability, rel=0.05)
