"""The yardsticks of noticing: each flags when it begins to hold on what was known, and not before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from api.domain import rules_of_thumb, timeline
from api.domain.history import Absence, Agreement, Appointment, Contact, History, Rhythm, StatusEvent
from api.domain.rules_of_thumb import RuleOfThumb
from schemas.vocabulary import AbsenceKind, AgreementKind, Initiator
from tests.domain.arbitrary import BEGINNING, histories, instants
from tests.domain.histories import (
    ATTENDED,
    BOOKED,
    CANCELLED,
    LATE_CANCELLED,
    NO_SHOW,
    RESCHEDULED,
    agreed,
    away,
    day,
    event,
    history,
    sessions,
    time,
    written,
)

END = day(400)
_DISCHARGE = AgreementKind.DISCHARGE
_EVENING = 0.542
"""From ten o'clock UTC to the end of the day in Berlin's winter."""
Told = list[Appointment]


def _days(found: list[datetime]) -> list[float]:
    return [round((at - day(0)) / timedelta(days=1), 3) for at in found]


def _not_seen(told: Told, *facts: Contact | Absence | Agreement) -> list[float]:
    return _days(rules_of_thumb.not_seen(history(told, *facts), END))


def _missed(told: Told) -> list[float]:
    return _days(rules_of_thumb.two_no_shows(history(told), END))


def _unbooked(told: Told, *facts: Contact | Absence | Agreement) -> list[float]:
    return _days(rules_of_thumb.nothing_booked(history(told, *facts), Rhythm(), END))


@pytest.mark.parametrize(
    ("told", "flagged"),
    [
        pytest.param([], [], id="nothing is known"),
        pytest.param([time(7, NO_SHOW)], [], id="never seen at all"),
        pytest.param(sessions(3), [44], id="thirty days after the last"),
        pytest.param([*sessions(3), *sessions(2, first=60)], [44, 97], id="back and gone again"),
        pytest.param([*sessions(3), time(40, BOOKED)], [44], id="a time still booked is no session"),
        pytest.param([*sessions(3), time(21, known=50)], [44, 51], id="learned too late, and counted from then"),
        pytest.param([*sessions(3), time(21, known=25)], [51], id="learned late, but in time"),
        pytest.param([*sessions(3), time(21, known=20)], [44], id="written down before the time came"),
        pytest.param(
            [*sessions(3), Appointment("u", (event(ATTENDED, 21, 21.1), event(NO_SHOW, 21, 46)))],
            [46],
            id="taken back after thirty days without a session",
        ),
        pytest.param([*sessions(3), time(14, key="again", known=16)], [44], id="told twice under two keys"),
    ],
)
def test_not_seen_counts_from_the_last_session_that_was_known(told: Told, flagged: list[float]) -> None:
    assert _not_seen(told) == flagged


@pytest.mark.parametrize(
    ("told", "flagged"),
    [
        pytest.param([time(0), time(7, NO_SHOW)], [], id="one"),
        pytest.param([time(7, NO_SHOW, known=8), time(14, NO_SHOW, known=15)], [15], id="two"),
        pytest.param([time(i * 7, NO_SHOW, known=i * 7 + 1) for i in range(4)], [8], id="more are one flag"),
        pytest.param([time(0, NO_SHOW), time(7), time(14, NO_SHOW)], [], id="a session between"),
        pytest.param([time(0, NO_SHOW), time(7, CANCELLED), time(14, NO_SHOW, known=15)], [15], id="cancelled between"),
        pytest.param(
            [time(0, NO_SHOW), time(7, LATE_CANCELLED), time(14, NO_SHOW, known=15)], [15], id="late cancelled between"
        ),
        pytest.param([time(0, NO_SHOW), time(7, BOOKED), time(14, NO_SHOW, known=15)], [15], id="unrecorded between"),
        pytest.param(
            [time(0, NO_SHOW), time(7, known=20), time(14, NO_SHOW, known=15)], [15], id="came, learned later"
        ),
        pytest.param([time(0, NO_SHOW, known=30), time(7, NO_SHOW, known=8)], [30], id="in the order of the calendar"),
        pytest.param(
            [time(0, NO_SHOW, known=30), time(7, NO_SHOW, known=8), time(14)], [], id="the client had come since"
        ),
        pytest.param(
            [time(i * 7, NO_SHOW if i in (0, 1, 3, 4) else ATTENDED, known=i * 7 + 1) for i in range(5)],
            [8, 29],
            id="twice",
        ),
        pytest.param([time(7, NO_SHOW), time(7, NO_SHOW, key="again")], [], id="one told twice"),
        pytest.param([time(7, NO_SHOW), time(7 + 1 / 24, NO_SHOW)], [], id="one told again an hour later"),
        pytest.param([time(0, NO_SHOW), time(7, NO_SHOW, known=8), time(7, key="b", known=8)], [], id="told both ways"),
        pytest.param(
            [time(0, NO_SHOW, known=1), time(7, NO_SHOW, known=6)], [], id="written down before the time came"
        ),
    ],
)
def test_two_no_shows_are_known_with_the_second(told: Told, flagged: list[float]) -> None:
    assert _missed(told) == flagged


@pytest.mark.parametrize(
    ("told", "flagged"),
    [
        pytest.param([time(0)], [10.5], id="one session: the practice's week"),
        pytest.param(sessions(4, every=14), [63], id="a fortnightly client's own median"),
        pytest.param([*sessions(3), time(35, BOOKED, booked=14)], [35 + _EVENING], id="when the time to come has come"),
        pytest.param([*sessions(3), time(35, BOOKED, booked=30)], [24.5, 35 + _EVENING], id="booked late"),
        pytest.param([*sessions(3), time(35, CANCELLED, booked=14, known=30)], [30], id="when it is cancelled"),
        pytest.param([*sessions(3), time(35, CANCELLED, booked=14, known=16)], [24.5], id="cancelled soon"),
        pytest.param(
            [*sessions(3), time(42, RESCHEDULED, booked=14, known=15, key="a"), time(30, BOOKED, booked=15)],
            [30 + _EVENING],
            id="moved, and told as moved",
        ),
        pytest.param(
            [*sessions(3), time(42, BOOKED, booked=14, key="a"), time(30, BOOKED, booked=15, replaces="a")],
            [30 + _EVENING],
            id="moved, and told by its successor alone",
        ),
        pytest.param([*sessions(3), time(14, key="again", known=16)], [24.5], id="told twice is no interval"),
        pytest.param([time(0), time(7), time(14), time(70)], [24.5, 80.5], id="a gap hardly moves the median"),
    ],
)
def test_nothing_booked_waits_one_and_a_half_of_the_clients_own_intervals(told: Told, flagged: list[float]) -> None:
    assert _unbooked(told) == flagged


@pytest.mark.parametrize("rule", [_not_seen, _unbooked])
def test_they_know_nothing_of_pauses_messages_and_agreed_ends(rule: Callable[..., list[float]]) -> None:
    told = sessions(3)
    pause, end = away(AbsenceKind.PAUSE, 15, 90, known=14), agreed(AgreementKind.PLANNED_END, 15, known=10)
    assert rule(told, pause, end, written(16)) == rule(told) != []


@pytest.mark.parametrize("rule", [_not_seen, _unbooked])
def test_a_discharge_silences_them_until_the_client_is_back(rule: Callable[..., list[float]]) -> None:
    discharge = agreed(_DISCHARGE, 16, known=14)
    assert rule(sessions(3), discharge) == []
    assert len(rule([*sessions(3), *sessions(1, first=60)], discharge)) == 1


def test_a_time_that_was_moved_to_no_century_of_ours_is_booked_no_more() -> None:
    nowhere = StatusEvent(BOOKED, datetime(1, 1, 1, tzinfo=UTC), day(20))
    moved = Appointment("moved", (event(BOOKED, 60, 14.5), nowhere))
    assert _unbooked([*sessions(3), moved])[:1] == _unbooked(sessions(3))


def test_what_a_time_took_the_place_of_stands_again_once_it_is_moved_to_no_century_of_ours() -> None:
    old = Appointment("old", (event(BOOKED, 60, 14.5),))
    nowhere = StatusEvent(BOOKED, datetime(1, 1, 1, tzinfo=UTC), day(20))
    new = Appointment("new", (event(BOOKED, 65, 15), nowhere), rescheduled_from="old")
    assert _unbooked([*sessions(3), old, new]) == _unbooked([*sessions(3), old])


def test_a_discharge_learned_after_the_flag_takes_nothing_back() -> None:
    assert _not_seen(sessions(3), agreed(_DISCHARGE, 16, known=50)) == [44]


def test_a_discharge_dated_ahead_silences_from_its_day() -> None:
    assert _not_seen(sessions(3), agreed(_DISCHARGE, 50, known=14)) == [44]
    assert _not_seen(sessions(3), agreed(_DISCHARGE, 44, known=14)) == []


def test_nothing_is_flagged_once_the_work_has_ended() -> None:
    assert rules_of_thumb.not_seen(history(sessions(3), ended=40), END) == []


def test_nobody_asks_who_did_not_keep_the_time() -> None:
    told = [time(0, NO_SHOW, excused=True), time(7, NO_SHOW, known=8, by=Initiator.CLINICIAN)]
    assert _missed(told) == [8]


def test_the_end_counts_and_what_comes_after_it_does_not() -> None:
    last = day(44)
    assert rules_of_thumb.not_seen(history(sessions(3)), last) == [last]
    assert rules_of_thumb.not_seen(history(sessions(3)), last - timedelta(seconds=1)) == []


@given(histories(), instants)
@settings(max_examples=60, deadline=None)
def test_what_a_rule_flagged_does_not_depend_on_what_came_later(told: History, until: datetime) -> None:
    far = BEGINNING + timedelta(days=300)
    early, late = (rules_of_thumb.flags(told, Rhythm(), at) for at in (until, far))
    assert early == {rule: [at for at in found if at <= until] for rule, found in late.items()}


@given(histories())
@settings(max_examples=60, deadline=None)
def test_what_is_kept_in_order_is_what_reading_everything_again_would_find(told: History) -> None:
    appointments = timeline.joined(told.appointments)
    for at in rules_of_thumb.not_seen(replace(told, agreements=()), BEGINNING + timedelta(days=300), days=9):
        known = [visit for one in appointments if (visit := timeline.read(one, at)) is not None]
        last = max(visit.start for visit in known if visit.status is ATTENDED)
        assert at - last >= timedelta(days=9)


@given(histories())
@settings(max_examples=60, deadline=None)
def test_one_walk_finds_what_three_would(told: History) -> None:
    until = BEGINNING + timedelta(days=300)
    assert rules_of_thumb.flags(told, Rhythm(), until) == {
        RuleOfThumb.NOT_SEEN: rules_of_thumb.not_seen(told, until),
        RuleOfThumb.TWO_NO_SHOWS: rules_of_thumb.two_no_shows(told, until),
        RuleOfThumb.NOTHING_BOOKED: rules_of_thumb.nothing_booked(told, Rhythm(), until),
    }
