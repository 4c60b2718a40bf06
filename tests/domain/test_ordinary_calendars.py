"""Ordinary lives that must not look like drifting: what was booked, given up, moved, excused, and who did it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from api.domain.history import Appointment, Contact, History, KeptBack, Reach, Reply
from schemas.vocabulary import AppointmentStatus, Channel, ContactDirection, ContactOutcome, Initiator, Stage
from tests.domain.histories import (
    BOOKED,
    CANCELLED,
    LATE_CANCELLED,
    NO_SHOW,
    RESCHEDULED,
    assess,
    codes,
    day,
    heard,
    history,
    sessions,
    time,
    written,
)

LAST = 70
REGULAR = sessions(11)
NOT_THE_CLIENT = [Initiator.CLINICIAN, Initiator.PRACTICE, Initiator.SYSTEM]
MISS = time(77, NO_SHOW, booked=70)


def _probability(appointments: Iterable[Appointment], *contacts: Contact, at: float = LAST + 10) -> float:
    return assess(history(appointments, *contacts), at).probability


@pytest.mark.parametrize("by", NOT_THE_CLIENT)
@pytest.mark.parametrize("status", [CANCELLED, LATE_CANCELLED])
def test_what_others_called_off_never_speaks_against_the_client(status: AppointmentStatus, by: Initiator) -> None:
    off = time(77, status, booked=70, known=76.5, by=by)
    found = assess(history([*REGULAR, off]), LAST + 14)
    assert found.probability <= _probability(REGULAR, at=LAST + 14)
    assert {"not_kept", "cancelled_not_rebooked"}.isdisjoint(codes(found))


@pytest.mark.parametrize("by", [None, Initiator.CLIENT, *NOT_THE_CLIENT])
@pytest.mark.parametrize("status", [NO_SHOW, LATE_CANCELLED, CANCELLED])
def test_a_failed_video_call_or_an_emergency_is_no_evidence_whoever_noted_it(
    status: AppointmentStatus, by: Initiator | None
) -> None:
    known = 76 if status is CANCELLED else 77.1
    excused = time(77, status, booked=70, known=known, by=by, excused=True)
    assert _probability([*REGULAR, excused]) <= _probability(REGULAR)


def test_excused_ten_times_is_as_little_evidence_as_once() -> None:
    ill = [time(70.0 + 7 * week, NO_SHOW, booked=70, excused=True) for week in range(1, 5)]
    told = history([*REGULAR, *ill])
    assert {"not_kept", "recent_times_not_kept"}.isdisjoint(codes(assess(told, 101)))


def test_a_time_the_client_gave_up_and_booked_again_is_a_time_moved() -> None:
    given_up = time(77, CANCELLED, booked=70, known=75, by=Initiator.CLIENT)
    again = time(80, BOOKED, booked=75.2, booked_by=Initiator.CLIENT)
    assert assess(history([*REGULAR, given_up, again]), 79).stage is Stage.ENGAGED
    assert "booked_by_client" in codes(assess(history([*REGULAR, given_up, again]), 79))


def test_who_booked_it_again_decides_how_much_that_says() -> None:
    given_up = time(77, CANCELLED, booked=70, known=75, by=Initiator.CLIENT)
    by = [
        _probability([*REGULAR, given_up, time(98, BOOKED, booked=76, booked_by=who)], at=96)
        for who in (Initiator.CLIENT, Initiator.PRACTICE)
    ]
    nobody = _probability([*REGULAR, given_up], at=96)
    assert by[0] < by[1] < nobody


@pytest.mark.parametrize("by", [None, Initiator.CLIENT, Initiator.PRACTICE])
def test_a_pair_that_names_its_first_half_is_one_event(by: Initiator | None) -> None:
    pair = [
        time(77, RESCHEDULED, booked=70, known=76, by=by, key="old"),
        time(79, BOOKED, booked=76, key="new", replaces="old"),
    ]
    alone = [time(79, BOOKED, booked=76, key="new")]
    assert assess(history([*REGULAR, *pair]), 78).reasons == assess(history([*REGULAR, *alone]), 78).reasons


def test_a_standing_series_says_less_than_one_time_the_client_chose() -> None:
    series = [time(at, BOOKED, booked=60) for at in (91, 98, 105)]
    marked = [replace(one, standing=True) for one in series[:1]]
    chosen = [time(91, BOOKED, booked=80, booked_by=Initiator.CLIENT)]
    found = [_probability([*REGULAR, *told], at=90) for told in (chosen, series, marked)]
    assert found[0] < found[1]
    assert found[1] == pytest.approx(found[2], rel=0.05)


def test_the_rest_of_a_series_taken_out_after_a_miss_says_more_than_the_miss_alone() -> None:
    rest = [time(at, CANCELLED, booked=0, known=78, by=Initiator.PRACTICE) for at in (84, 91, 98)]
    assert _probability([*REGULAR, MISS, *rest]) > _probability([*REGULAR, MISS])


def test_one_time_called_off_after_a_miss_is_not_a_series_taken_out() -> None:
    one = time(84, CANCELLED, booked=0, known=78, by=Initiator.PRACTICE)
    assert "series_cancelled" not in codes(assess(history([*REGULAR, MISS, one]), LAST + 20))


def test_whoever_books_the_day_before_is_engaged_on_the_day_before() -> None:
    told = history(sessions(11, ahead=1))
    assert assess(told, LAST + 6).stage is Stage.ENGAGED
    assert assess(history(REGULAR), LAST + 6).probability > assess(told, LAST + 6).probability


@pytest.mark.parametrize("channel", list(Channel))
def test_a_word_at_the_desk_by_phone_or_in_another_portal_is_a_sign_of_life(channel: Channel) -> None:
    said = replace(heard(82), channel=channel)
    assert _probability(REGULAR, said, at=84) < _probability(REGULAR, at=84)
    assert assess(history(REGULAR, said), 84).stage is Stage.ENGAGED
    assert codes(assess(history(REGULAR, said), 84))[0] == "in_touch"


def test_a_call_in_which_one_spoke_is_a_sign_of_life_and_a_voicemail_is_none() -> None:
    call = replace(written(82), channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)
    voicemail = replace(call, outcome=ContactOutcome.VOICEMAIL)
    assert _probability(REGULAR, call, at=84) < _probability(REGULAR, at=84)
    assert _probability(REGULAR, voicemail, at=84) >= _probability(REGULAR, at=84)


def test_an_answered_message_says_nothing_and_an_unanswered_one_does() -> None:
    asked, answered = written(72), heard(73)
    assert "not_answered_yet" in codes(assess(history(REGULAR, asked), LAST + 14))
    assert "not_answered_yet" not in codes(assess(history(REGULAR, asked, answered), LAST + 16))
    assert _probability(REGULAR, asked, at=LAST + 14) > _probability(REGULAR, at=LAST + 14)


def test_an_answer_written_down_late_lifts_the_silence_from_then_on() -> None:
    late = replace(heard(73), known_at=day(84))
    assert _probability(REGULAR, written(72), late, at=83.9) == _probability(REGULAR, written(72), at=83.9)
    assert _probability(REGULAR, written(72), late, at=84) < _probability(REGULAR, written(72), at=84)


def test_an_automated_message_awaits_no_answer_and_an_automated_answer_is_none() -> None:
    for direction in ContactDirection:
        robot = replace(written(72), direction=direction, automated=True, outcome=None)
        assert _probability(REGULAR, robot) == _probability(REGULAR)


def test_a_first_miss_is_touched_lightly_and_a_return_settles_it() -> None:
    missed, back = [*REGULAR, MISS], [*REGULAR, MISS, time(84, booked=78)]
    assert assess(history(missed), 77.5).stage is Stage.ENGAGED
    assert assess(history(back), 86).stage is Stage.ENGAGED
    assert "not_kept" not in codes(assess(history(back), 86))


def test_a_time_given_up_and_taken_again_is_whose_who_took_it_again() -> None:
    """The same hour, given up and chosen anew by the client, is the client's booking and not the practice's of before."""
    before = time(84, CANCELLED, booked=60, booked_by=Initiator.PRACTICE, known=75, by=Initiator.CLIENT, key="one")
    again = time(84, BOOKED, booked=76, booked_by=Initiator.CLIENT, key="two")
    assert "booked_by_client" in codes(assess(history([*REGULAR, before, again]), 78))


def test_concerns_replies_and_what_keeps_messages_back_are_no_evidence() -> None:
    """A concern is no part of a history at all; what else a client answered weighs nothing either way."""
    assert not [name for name in History.__dataclass_fields__ if "concern" in name]
    plain = history(REGULAR)
    for told in (
        replace(plain, replies=(Reply(day(75)),)),
        replace(plain, reach=Reach.NOBODY),
        replace(plain, kept_back=KeptBack.UNSAFE),
        replace(plain, risk_since=day(72)),
    ):
        found = assess(told, LAST + 14)
        assert (found.probability, found.stage, found.drifting_at) == _standing(plain)


def _standing(told: History) -> tuple[object, ...]:
    found = assess(told, LAST + 14)
    return found.probability, found.stage, found.drifting_at
