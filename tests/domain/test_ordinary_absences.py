"""Ordinary lives that must not look like drifting: what stops the clock, whenever it was written down."""

import pytest

from api.domain import clock, weighing, weights
from api.domain.history import Absence, Appointment
from schemas.vocabulary import AbsenceKind, AgreementKind, Stage
from tests.domain.histories import BOOKED, agreed, assess, away, codes, day, history, sessions, time

LAST = 70
REGULAR = sessions(11)
PRACTICE_SIDE = [AbsenceKind.CLINICIAN_LEAVE, AbsenceKind.PRACTICE_CLOSED]
MODEL = weights.load()


def _silent(appointments: list[Appointment], *absences: Absence, at: float) -> float:
    strand = assess(history(appointments, *absences), at).evidence.strands[0]
    return weighing.silent_beats(strand, clock.second(day(at)), MODEL)


@pytest.mark.parametrize("kind", list(AbsenceKind))
def test_every_kind_of_absence_takes_its_days_out_of_the_silence(kind: AbsenceKind) -> None:
    gone = _silent(REGULAR, at=LAST + 10)
    assert _silent(REGULAR, away(kind, 75, 88, known=60), at=LAST + 24) == pytest.approx(gone, rel=0.02)


@pytest.mark.parametrize("kind", list(AbsenceKind))
def test_an_absence_written_down_late_counts_from_then_on_and_for_all_its_days(kind: AbsenceKind) -> None:
    late = away(kind, 75, 88, known=92)
    assert _silent(REGULAR, late, at=91) == _silent(REGULAR, at=91)
    assert _silent(REGULAR, late, at=93) < _silent(REGULAR, at=93) - 1.8


def test_days_away_that_overlap_are_taken_out_once() -> None:
    holiday = away(AbsenceKind.CLIENT_AWAY, 74, 84, known=70)
    closed = away(AbsenceKind.PRACTICE_CLOSED, 80, 90, known=60)
    both = away(AbsenceKind.CLIENT_AWAY, 74, 90, known=70)
    assert _silent(REGULAR, holiday, closed, at=100) == pytest.approx(_silent(REGULAR, both, at=100))


def test_an_absence_that_begins_amid_a_silence_keeps_what_went_before() -> None:
    begun = away(AbsenceKind.CLIENT_AWAY, 84, 110, known=84)
    assert _silent(REGULAR, begun, at=105) == pytest.approx(_silent(REGULAR, at=83.6), rel=0.05)
    assert _silent(REGULAR, begun, at=105) > 1


@pytest.mark.parametrize("kind", list(AbsenceKind))
def test_an_absence_that_was_over_before_the_last_session_says_nothing_of_the_time_since(kind: AbsenceKind) -> None:
    over = away(kind, 20, 40, known=19)
    found, plain = assess(history(REGULAR, over), LAST + 12), assess(history(REGULAR), LAST + 12)
    assert (found.probability, found.stage) == (plain.probability, plain.stage)


@pytest.mark.parametrize("kind", PRACTICE_SIDE)
def test_a_client_who_came_while_the_clinician_was_away_still_is_not_drifting_until_it_is_over(
    kind: AbsenceKind,
) -> None:
    """Somebody else saw them, or the leave began later than planned: the rest of it holds all the same."""
    told = history([*REGULAR, time(77)], away(kind, 74, 110, known=60))
    assert assess(told, 109).stage is Stage.ENGAGED


def test_a_student_s_summer_is_no_silence_and_autumn_counts_again() -> None:
    term = sessions(12)
    summer = away(AbsenceKind.CLIENT_AWAY, 80, 160, known=77)
    told = history(term, summer)
    assert {assess(told, at).stage for at in range(81, 161, 8)} == {Stage.PAUSED}
    assert assess(told, 161).stage is not Stage.QUIET
    assert assess(told, 163 + 30).stage is Stage.QUIET


def test_summers_of_former_years_leave_the_rhythm_as_it_is() -> None:
    two_terms = [*sessions(10), *sessions(10, first=63 + 90)]
    summer = away(AbsenceKind.CLIENT_AWAY, 64, 150, known=60)
    assert assess(history(two_terms, summer), 216 + 6).stage is not Stage.QUIET
    assert assess(history(two_terms, summer), 216 + 30).stage is Stage.QUIET


@pytest.mark.parametrize("known", [72, 90])
def test_a_birth_or_a_hospital_is_an_absence_without_an_end_until_they_are_back(known: float) -> None:
    told = history(REGULAR, away(AbsenceKind.CLIENT_AWAY, 72, None, known=known))
    assert {assess(told, at).stage for at in (known, 200, 400)} == {Stage.PAUSED}
    back = history([*REGULAR, time(200, booked=195)], away(AbsenceKind.CLIENT_AWAY, 72, None, known=known))
    assert assess(back, 202).stage is Stage.ENGAGED
    assert assess(back, 240).stage is Stage.QUIET


def test_christmas_at_the_practice_is_nobody_s_silence() -> None:
    told = history(REGULAR, away(AbsenceKind.PRACTICE_CLOSED, 71, 87, known=10))
    assert {assess(told, at).stage for at in range(71, 89)} == {Stage.ENGAGED}
    assert Stage.QUIET not in {assess(told, at).stage for at in range(71, 93)}
    assert "practice_closed" in codes(assess(told, 80))


def test_leave_behind_leave_behind_closed_days_is_one_stretch() -> None:
    stretches = [
        away(AbsenceKind.CLINICIAN_LEAVE, 71, 80, known=60),
        away(AbsenceKind.PRACTICE_CLOSED, 81, 88, known=60),
        away(AbsenceKind.CLIENT_AWAY, 89, 99, known=70),
    ]
    assert _silent(REGULAR, *stretches, at=99.5) == pytest.approx(_silent(REGULAR, at=70.56), rel=0.05)


@pytest.mark.parametrize("kind", list(AbsenceKind))
@pytest.mark.parametrize("known", [65, 92])
def test_recording_an_absence_never_counts_against_the_client(kind: AbsenceKind, known: float) -> None:
    """Few sessions, and a long way to the next time: a day away within it must not make the rhythm look quicker."""
    told = [time(0), time(60, BOOKED, booked=0)]
    plain = assess(history(told), 95)
    assert assess(history(told, away(kind, 20, 21, known=known)), 95).probability <= plain.probability


def test_one_of_two_who_comes_back_first_does_not_make_the_other_s_pause_a_silence() -> None:
    together = sessions(11)
    pause = away(AbsenceKind.PAUSE, 72, None, known=71)
    alone = time(150, who="a", key="a150", booked=149)
    other = time(63, who="b", key="b63")
    found = assess(history([*together, other, alone], pause), 151)
    assert found.stage is Stage.ENGAGED
    assert assess(history([*together, other, alone], pause), 151 + 40).stage is Stage.QUIET


def test_one_of_two_who_comes_after_a_holiday_does_not_undo_the_other_s_holiday() -> None:
    together = [*sessions(11), time(63, who="b", key="b63")]
    holiday = away(AbsenceKind.CLIENT_AWAY, 72, 140, known=71)
    alone = time(141.5, who="a", key="a141", booked=140)
    assert assess(history([*together, alone], holiday), 142).stage is Stage.ENGAGED


def test_one_of_two_who_stays_on_after_an_agreed_end_does_not_make_the_other_quiet_at_once() -> None:
    together = [*sessions(11), time(63, who="b", key="b63")]
    end = agreed(AgreementKind.PLANNED_END, 74, known=60)
    alone = time(150, who="a", key="a150", booked=149)
    assert assess(history([*together, alone], end), 151).stage is Stage.ENGAGED
