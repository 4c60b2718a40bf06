"""The stages of ordinary and less ordinary lives."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from api.domain import clock, weighing, weights
from api.domain.history import Appointment, Contact, Rhythm
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeFormat, EpisodeKind, Initiator, Stage
from tests.domain.histories import (
    ATTENDED,
    BOOKED,
    CANCELLED,
    LATE_CANCELLED,
    NO_SHOW,
    agreed,
    assess,
    away,
    cadence,
    codes,
    day,
    event,
    heard,
    history,
    on,
    sessions,
    time,
    written,
)

LAST = 70
REGULAR = sessions(11)
"""Eleven weeks of sessions, the last on day 70; each next time booked at the one before."""


def _probability(appointments: Iterable[Appointment], *contacts: Contact, at: float = LAST + 10) -> float:
    return assess(history(appointments, *contacts), at).probability


def test_a_client_who_comes_and_has_a_time_booked_is_engaged() -> None:
    found = assess(history([*REGULAR, time(77, BOOKED, booked=70)]), 73)
    assert found.stage is Stage.ENGAGED
    assert codes(found) == ["booked_ahead", "came_recently"]


def test_silence_leads_from_engaged_through_drifting_to_quiet() -> None:
    stages = [assess(history(REGULAR), at).stage for at in range(LAST, LAST + 45)]
    assert list(dict.fromkeys(stages)) == [Stage.ENGAGED, Stage.DRIFTING, Stage.QUIET]


def test_drifting_is_said_with_its_reasons_in_words() -> None:
    found = assess(history(REGULAR), LAST + 17)
    assert {"longer_than_usual", "nothing_booked"} <= set(codes(found))
    said = {reason.code.value: reason.text for reason in found.reasons}
    assert said["longer_than_usual"] == "The last session was 2 weeks ago; sessions are usually a week apart."
    assert said["nothing_booked"] == "Nothing is booked."


def test_a_fortnightly_client_is_not_quiet_on_day_twelve() -> None:
    fortnightly = sessions(8, every=14)
    assert assess(history(fortnightly), 98 + 12).stage is not Stage.QUIET
    weekly = assess(history(REGULAR), LAST + 14)
    assert weekly.stage is not Stage.ENGAGED


def test_a_new_fortnightly_client_is_judged_by_the_agreed_cadence() -> None:
    first = [time(0, booked=-7), time(14, booked=0)]
    agreed_on = assess(history(first, agreed=14), 27)
    unknown = assess(history(first), 27)
    assert agreed_on.probability < unknown.probability


def test_the_practice_says_what_is_usual_for_couples() -> None:
    rhythm = Rhythm(by_format={EpisodeFormat.COUPLE: 14.0})
    couple = replace(history(sessions(2)), format=EpisodeFormat.COUPLE)
    assert assess(couple, 19, rhythm).probability < assess(couple, 19).probability


def test_somebody_who_always_books_the_day_before_is_not_drifting_for_having_nothing_booked() -> None:
    day_before = sessions(11, ahead=1)
    assert assess(history(day_before), LAST + 6).stage is Stage.ENGAGED
    assert "nothing_booked" not in codes(assess(history(day_before), LAST + 6))
    assert assess(history(day_before), LAST + 6).probability < _probability(REGULAR, at=LAST + 6)


def test_a_record_that_learns_of_its_times_afterwards_says_nothing_by_an_empty_calendar() -> None:
    told_afterwards = [Appointment(f"t{at}", (event(ATTENDED, at, at + 0.2),)) for at in range(0, 77, 7)]
    assert assess(history(told_afterwards), LAST + 6).stage is Stage.ENGAGED


def test_a_time_the_client_booked_holds_more_than_a_standing_one_and_that_more_than_none() -> None:
    late = LAST + 16
    booked_by_client = [*REGULAR, time(98, BOOKED, booked=71, booked_by=Initiator.CLIENT)]
    standing = [*REGULAR, time(98, BOOKED, booked=-1, standing=True)]
    found = [_probability(told, at=late) for told in (booked_by_client, standing, REGULAR)]
    assert found == sorted(found)
    assert assess(history(booked_by_client), late).stage is Stage.ENGAGED
    assert "booked_by_client" in codes(assess(history(booked_by_client), late))


def test_a_time_not_kept_raises_and_a_second_one_raises_more() -> None:
    kept = _probability([*REGULAR, time(77, booked=70), time(84, BOOKED, booked=77)])
    once = _probability([*REGULAR, time(77, NO_SHOW, booked=70)])
    twice = _probability([*REGULAR, time(77, NO_SHOW, booked=70), time(79, LATE_CANCELLED, booked=78)])
    assert kept < once < twice


def test_an_excused_miss_is_no_evidence() -> None:
    excused = [*REGULAR, time(77, NO_SHOW, booked=70, excused=True)]
    assert _probability(excused) <= _probability(REGULAR)
    assert "not_kept" not in codes(assess(history(excused), LAST + 20))


@pytest.mark.parametrize("side", [Initiator.CLINICIAN, Initiator.PRACTICE])
def test_a_time_called_off_by_the_practice_says_nothing_about_the_client(side: Initiator) -> None:
    called_off = [*REGULAR, time(77, CANCELLED, booked=70, known=76, by=side)]
    assert _probability(called_off) <= _probability(REGULAR)
    assert assess(history(called_off), LAST + 10).stage is Stage.ENGAGED


def test_a_cancelled_time_weighs_until_another_is_booked() -> None:
    cancelled = time(77, CANCELLED, booked=70, known=75, by=Initiator.CLIENT)
    rebooked = time(84, BOOKED, booked=76, booked_by=Initiator.CLIENT)
    later = LAST + 20
    assert _probability([*REGULAR, cancelled], at=later) > _probability([*REGULAR, cancelled, rebooked], at=later)
    assert _probability([*REGULAR, cancelled, rebooked]) < _probability(REGULAR)
    assert "cancelled_not_rebooked" in codes(assess(history([*REGULAR, cancelled]), later))


def test_the_rest_of_a_series_taken_out_after_a_miss_says_much() -> None:
    miss = time(77, NO_SHOW, booked=70)
    cut = [time(at, CANCELLED, booked=0, known=78, by=Initiator.PRACTICE) for at in (84, 91, 98)]
    found = assess(history([*REGULAR, miss, *cut]), LAST + 10)
    assert found.probability > _probability([*REGULAR, miss])
    assert "series_cancelled" in codes(found)


def test_a_series_taken_out_without_a_miss_says_nothing() -> None:
    cut = [time(at, CANCELLED, booked=0, known=71, by=Initiator.PRACTICE) for at in (77, 84, 91)]
    assert _probability([*REGULAR, *cut]) <= _probability(REGULAR)


def test_a_message_without_an_answer_weighs_after_some_days_and_an_answer_lifts_it() -> None:
    assert _probability(REGULAR, written(72)) > _probability(REGULAR)
    assert _probability(REGULAR, written(79)) == _probability(REGULAR)
    assert _probability(REGULAR, written(72), heard(74)) < _probability(REGULAR)


def test_an_automatic_reminder_and_an_automatic_reply_say_nothing() -> None:
    for contact in (written(72), heard(74)):
        assert _probability(REGULAR, replace(contact, automated=True)) == _probability(REGULAR)


def test_the_first_sessions_are_the_most_fragile() -> None:
    strand = assess(history(REGULAR), LAST + 9).evidence.strands[0]
    alone, settled = (
        weighing.weigh(strand._replace(sessions=count), strand.anchor, weights.load()) for count in (1, 40)
    )
    assert alone.log_odds > settled.log_odds
    assert "just_begun" in codes(assess(history([time(0)]), 14))


def test_a_client_with_no_appointment_is_engaged_and_waits() -> None:
    found = assess(history(), 10)
    assert (found.stage, found.drifting_at) == (Stage.ENGAGED, None)
    assert codes(found) == ["no_session_yet"]


def test_a_first_time_that_was_never_kept_drifts() -> None:
    found = assess(history([time(7, NO_SHOW, booked=0)]), 21)
    assert found.stage in {Stage.DRIFTING, Stage.QUIET}


@pytest.mark.parametrize("kind", [EpisodeKind.AS_NEEDED, EpisodeKind.CONSULTATION])
def test_without_a_clock_nobody_drifts(kind: EpisodeKind) -> None:
    told = history([*sessions(2), time(20, NO_SHOW)], kind=kind)
    found = assess(told, 400)
    assert (found.stage, found.drifting_at, found.quiet_at) == (Stage.ENGAGED, None, None)
    assert codes(found) == [kind.value]


@pytest.mark.parametrize(("first", "second"), [((72, 80), (78, 90)), ((72, 80), (81, 90)), ((72, None), (78, 90))])
def test_pauses_that_overlap_or_adjoin_are_stored_as_one(
    first: tuple[int, int | None], second: tuple[int, int | None]
) -> None:
    """Otherwise the filter by stage, which knows one pause only, would show somebody as quiet in the second."""
    absences = [away(AbsenceKind.PAUSE, start, end, known=71) for start, end in (first, second)]
    told = history(REGULAR, *absences)
    found = assess(told, 75)
    ends = [end for _, end in (first, second) if end is not None]
    until = None if len(ends) == 1 else clock.instant(clock.end_of(on(max(ends)), told.time_zone))
    assert (found.paused_from, found.paused_until) == (clock.instant(clock.midnight(on(72), told.time_zone)), until)
    assert assess(told, 85).stage is Stage.PAUSED


@pytest.mark.parametrize("kind", [AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY])
def test_a_pause_stops_the_clock_and_is_the_stage_while_it_runs(kind: AbsenceKind) -> None:
    told = history(REGULAR, away(kind, 72, 110, known=71))
    assert assess(told, 100).stage is Stage.PAUSED
    back = assess(told, 112)
    assert back.stage is Stage.ENGAGED
    assert back.probability < 0.3


@pytest.mark.parametrize("kind", [AbsenceKind.CLINICIAN_LEAVE, AbsenceKind.PRACTICE_CLOSED])
def test_the_practice_being_away_stops_the_clock_without_changing_the_stage(kind: AbsenceKind) -> None:
    told = history(REGULAR, away(kind, 72, 110, known=60))
    during = assess(told, 100)
    assert during.stage is Stage.ENGAGED
    assert kind.value in codes(during)
    assert during.drifting_at is not None
    assert during.drifting_at > day(110)


def test_an_absence_learned_of_later_does_not_reach_back() -> None:
    told = history(REGULAR, away(AbsenceKind.CLIENT_AWAY, 71, 110, known=95))
    assert assess(told, 94).stage is Stage.QUIET
    assert assess(told, 95).stage is Stage.PAUSED


def test_a_session_ends_a_pause_that_had_no_end() -> None:
    told = history([*REGULAR, time(90, booked=89)], away(AbsenceKind.PAUSE, 72, None, known=71))
    assert assess(told, 89).stage is Stage.PAUSED
    assert assess(told, 91).stage is Stage.ENGAGED


@pytest.mark.parametrize("kind", [AgreementKind.PLANNED_END, AgreementKind.DISCHARGE])
def test_after_an_agreed_end_silence_says_nothing(kind: AgreementKind) -> None:
    told = history(REGULAR, agreed(kind, 74, known=70))
    found = assess(told, 200)
    assert (found.stage, found.drifting_at) == (Stage.ENGAGED, None)
    assert codes(found) == ["end_agreed"]


def test_on_the_way_to_a_planned_end_the_clock_runs_slower() -> None:
    told = history(REGULAR, agreed(AgreementKind.PLANNED_END, 120, known=70))
    assert assess(told, LAST + 14).probability < _probability(REGULAR, at=LAST + 14)


def test_sessions_long_after_a_discharge_start_the_clock_again() -> None:
    told = history([*sessions(4), *sessions(6, first=60)], agreed(AgreementKind.DISCHARGE, 22, known=21))
    assert assess(told, 140).stage is Stage.QUIET


def test_a_slower_rhythm_that_was_agreed_gives_more_room() -> None:
    slower = history(REGULAR, cadence(71, 28, known=70))
    assert assess(slower, LAST + 20).stage is not Stage.QUIET
    assert assess(slower, LAST + 20).probability < assess(history(REGULAR), LAST + 20).probability
    assert assess(history(REGULAR), LAST + 20).stage is Stage.QUIET


def test_an_ended_episode_is_ended() -> None:
    found = assess(history(REGULAR, ended=80), 200)
    assert (found.stage, found.since, found.drifting_at, codes(found)) == (Stage.ENDED, day(80), None, ["ended"])
    assert assess(history(REGULAR, ended=80), 79).stage is not Stage.ENDED


def test_a_past_time_without_an_outcome_is_neither_kept_nor_missed() -> None:
    unrecorded = [*REGULAR, time(77, BOOKED, booked=70)]
    found = assess(history(unrecorded), LAST + 10)
    assert found.probability < _probability(REGULAR)
    assert "not_recorded" in codes(found)
    assert found.probability < _probability([*REGULAR, time(77, NO_SHOW, booked=70)])


def test_in_a_couple_the_person_furthest_away_stands_for_both() -> None:
    together = sessions(6)
    one_stays = [time(at, who="a", key=f"a{at}") for at in (42, 49, 56, 63)]
    other_misses = [time(at, NO_SHOW, who="b", key=f"b{at}") for at in (42, 49, 56, 63)]
    assert assess(history([*together, *one_stays]), 64).stage is Stage.ENGAGED
    assert assess(history([*together, *one_stays, *other_misses]), 64).stage is not Stage.ENGAGED


def test_an_unknown_time_zone_is_named_as_such() -> None:
    with pytest.raises(clock.UnknownTimeZone) as refused:
        assess(history(REGULAR, zone="Mars/Olympus"), 80)
    assert refused.value.code == "unknown_time_zone"
    assert isinstance(refused.value, ValueError)


def test_what_is_stored_is_worked_out_again_when_a_fact_dated_ahead_becomes_known() -> None:
    told = history([*REGULAR, time(77, BOOKED, booked=74)])
    assert assess(told, 72).revisit_at == day(74)
    assert assess(told, 75).revisit_at is None
