"""One next kind act for every episode."""

from dataclasses import replace
from typing import Any

import pytest

from api.domain import engagement, next_step, weights
from api.domain.history import Appointment, Contact, History, KeptBack, Reach
from api.domain.next_step import NextStep
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeKind, Initiator, NextStepKind, Stage
from tests.domain.histories import (
    BOOKED,
    NO_SHOW,
    agreed,
    answered,
    assess,
    away,
    day,
    history,
    on,
    sessions,
    time,
    written,
)

LAST = 70
REGULAR = sessions(11)


def _step(told: History, at: float) -> tuple[Stage, NextStep]:
    found = assess(told, at)
    standing = engagement.standing_at(found.drifting_at, found.quiet_at, found.evidence, told.ended_at, day(at))
    return found.stage, next_step.next_step(standing, found.evidence, day(at))


def _attention(told: History, at: float) -> float | None:
    found = assess(told, at)
    moment = next_step.attention_at(found.drifting_at, found.evidence, told.ended_at, day(at))
    return None if moment is None else (moment - day(0)).total_seconds() / 86_400


def _first_day(told: History, stage: Stage) -> int:
    return next(at for at in range(LAST, LAST + 60) if assess(told, at).stage is stage)


def test_an_engaged_client_with_a_time_booked_needs_nothing() -> None:
    assert _step(history([*REGULAR, time(77, BOOKED, booked=70)]), 74)[1].kind is NextStepKind.NOTHING


def test_drifting_asks_for_a_check_in_within_days() -> None:
    at = _first_day(history(REGULAR), Stage.DRIFTING)
    stage, step = _step(history(REGULAR), at)
    assert (stage, step.kind, step.owner.value) == (Stage.DRIFTING, NextStepKind.CHECK_IN, "responsible")
    assert on(at) <= step.due_on <= on(at + 3)


def test_a_check_in_without_an_answer_is_followed_by_a_call() -> None:
    told = history(REGULAR, written(LAST + 3))
    stage, step = _step(told, LAST + 7)
    assert stage is Stage.DRIFTING
    assert step.kind is NextStepKind.CALL


def test_a_message_still_within_its_days_puts_the_call_off_until_they_are_over() -> None:
    at = _first_day(history(REGULAR), Stage.DRIFTING)
    _, step = _step(history(REGULAR, written(at)), at + 1)
    assert step.kind is NextStepKind.CALL
    assert step.due_on >= on(at + 3)


def test_quiet_asks_for_a_call_and_after_weeks_for_the_offer_of_a_good_ending() -> None:
    at = _first_day(history(REGULAR), Stage.QUIET)
    assert _step(history(REGULAR), at)[1].kind is NextStepKind.CALL
    assert _step(history(REGULAR), at + 22)[1].kind is NextStepKind.CLOSING_SESSION


def test_in_quiet_too_a_message_just_sent_is_given_its_days() -> None:
    at = _first_day(history(REGULAR), Stage.QUIET)
    assert _step(history(REGULAR), at + 1)[1].due_on <= on(at + 2)
    assert _step(history(REGULAR, written(at + 1)), at + 1.5)[1].due_on == on(at + 4)


def test_a_past_time_without_an_outcome_is_recorded_before_anything_else() -> None:
    told = history([*REGULAR, time(77, BOOKED, booked=70)])
    assert _step(told, 77.05)[1].kind is NextStepKind.NOTHING
    for at in (78, 130):
        step = _step(told, at)[1]
        assert (step.kind, step.due_on) == (NextStepKind.RECORD_OUTCOME, on(79))


def test_a_drifting_client_who_has_a_time_of_their_own_gets_that_booking_looked_at() -> None:
    """Whatever it is that made somebody drift in spite of it."""
    told = history([*REGULAR, time(112, BOOKED, booked=107, booked_by=Initiator.PRACTICE)])
    found = assess(told, 108)
    drifting = engagement.Standing(Stage.DRIFTING, day(107), found.reasons)
    assert next_step.next_step(drifting, found.evidence, day(108)).kind is NextStepKind.REVIEW_BOOKING


def test_a_pause_is_reviewed_in_its_last_week() -> None:
    told = history(REGULAR, away(AbsenceKind.PAUSE, 72, 110, known=71))
    assert _step(told, 90)[1].kind is NextStepKind.NOTHING
    step = _step(told, 105)[1]
    assert (step.kind, step.due_on) == (NextStepKind.REVIEW_PAUSE, on(110))


def test_of_two_pauses_the_one_that_ends_last_is_reviewed() -> None:
    shorter = away(AbsenceKind.PAUSE, 72, 90, known=71)
    told = history(REGULAR, shorter, away(AbsenceKind.CLIENT_AWAY, 80, 110, known=71))
    assert _step(told, 88)[1].kind is NextStepKind.NOTHING


def test_a_pause_without_an_end_is_reviewed_after_four_weeks() -> None:
    told = history(REGULAR, away(AbsenceKind.PAUSE, 72, None, known=71))
    assert _step(told, 90)[1].kind is NextStepKind.NOTHING
    assert _step(told, 101)[1].kind is NextStepKind.REVIEW_PAUSE


def test_booking_is_somebodys_act_only_where_the_next_time_is_usually_booked_by_now() -> None:
    stage, step = _step(history(REGULAR), LAST + 3)
    assert (stage, step.kind, step.due_on) == (Stage.ENGAGED, NextStepKind.BOOK_NEXT, on(LAST + 3))
    assert _step(history(sessions(11, ahead=1)), LAST + 3)[1].kind is NextStepKind.NOTHING


def test_an_agreed_end_asks_for_its_note() -> None:
    told = history(REGULAR, agreed(AgreementKind.PLANNED_END, 74, known=60))
    step = _step(told, 80)[1]
    assert (step.kind, step.due_on) == (NextStepKind.CLOSE_WITH_NOTE, on(81))


def test_an_ended_episode_asks_for_nothing() -> None:
    assert _step(history(REGULAR, ended=75), 100)[1].kind is NextStepKind.NOTHING


@pytest.mark.parametrize("kind", [EpisodeKind.AS_NEEDED, EpisodeKind.CONSULTATION])
def test_without_a_clock_only_recording_is_asked_for(kind: EpisodeKind) -> None:
    assert _step(history(REGULAR, kind=kind), 300)[1].kind is NextStepKind.NOTHING
    told = history([*REGULAR, time(77, BOOKED, booked=70)], kind=kind)
    assert _step(told, 80)[1].kind is NextStepKind.RECORD_OUTCOME


def test_the_day_an_act_is_due_is_a_day_of_the_client() -> None:
    told = history([time(0), time(7.6, BOOKED, booked=0)], zone="Pacific/Auckland")
    # Day 7.6 is Tuesday 13 January, 00:24 UTC: in Auckland the same day's afternoon.
    assert _step(told, 8)[1].due_on == on(10)


def test_attention_is_due_when_drifting_begins() -> None:
    told = history(REGULAR)
    assert _attention(told, LAST + 1) == pytest.approx(_attention(told, LAST + 40))
    assert LAST < (_attention(told, LAST + 1) or 0) < LAST + 15


def test_attention_is_due_as_soon_as_an_outcome_can_be_recorded() -> None:
    told = history([*REGULAR, time(77, BOOKED, booked=70)])
    assert _attention(told, LAST + 1) == pytest.approx(77 + 2 / 24)


def test_a_pause_puts_attention_off_until_its_review() -> None:
    told = history(REGULAR, away(AbsenceKind.PAUSE, 95, 130, known=94))
    assert (_attention(told, 94) or 0) < 90
    assert 120 < (_attention(told, 96) or 0) < 125


def test_an_ended_episode_asks_for_no_attention() -> None:
    assert _attention(history(REGULAR, ended=75), 100) is None


MISSES = [time(77 + 7 * i, NO_SHOW, booked=70 + 7 * i, key=f"m{i}") for i in range(5)]
TURNING_TO_THE_CLIENT = {
    NextStepKind.CALL,
    NextStepKind.CHECK_IN,
    NextStepKind.CLOSING_SESSION,
    NextStepKind.REVIEW_BOOKING,
    NextStepKind.BOOK_NEXT,
}


@pytest.mark.parametrize(
    "facts",
    [
        [*REGULAR],
        [*REGULAR, *MISSES],
        [*REGULAR, *MISSES, time(112, BOOKED, booked=107, booked_by=Initiator.PRACTICE)],
    ],
)
@pytest.mark.parametrize("contacts", [(), (written(LAST + 8),)])
def test_a_client_who_contacts_us_is_never_to_be_called_or_written_to(
    facts: list[Appointment], contacts: tuple[Contact, ...]
) -> None:
    told = history(facts, *contacts, reach=Reach.NOBODY)
    acts = {_step(told, at)[1].kind for at in range(LAST, LAST + 200)}
    assert not acts & TURNING_TO_THE_CLIENT
    others = {_step(history(facts, *contacts), at)[1].kind for at in range(LAST, LAST + 200)}
    assert others & TURNING_TO_THE_CLIENT


@pytest.mark.parametrize("stage", [Stage.DRIFTING, Stage.QUIET])
def test_the_first_word_is_left_to_them_and_the_wait_is_looked_at_after_four_weeks(stage: Stage) -> None:
    told = history(REGULAR, reach=Reach.NOBODY)
    at = _first_day(told, stage)
    found, step = _step(told, at)
    assert (found, step.kind) == (stage, NextStepKind.WAIT_FOR_CLIENT)
    assert on(at + 27) <= step.due_on <= on(at + 28)


def test_after_weeks_of_quiet_the_wait_itself_is_looked_at() -> None:
    told = history(REGULAR, reach=Reach.NOBODY)
    at = _first_day(told, Stage.QUIET)
    early, late = _step(told, at)[1], _step(told, at + 22)[1]
    assert (late.kind, late.due_on) == (NextStepKind.WAIT_FOR_CLIENT, early.due_on)
    assert late.why != early.why


def test_waiting_for_a_client_asks_for_attention_only_when_the_wait_is_to_be_looked_at() -> None:
    theirs = _attention(history(REGULAR, reach=Reach.NOBODY), LAST + 1)
    drifting_at = assess(history(REGULAR), LAST + 1).drifting_at
    assert drifting_at is not None
    assert theirs == pytest.approx((drifting_at - day(0)).total_seconds() / 86_400 + 21)


def test_what_needs_nobody_reached_stays_as_it_is() -> None:
    told = history([*REGULAR, time(77, BOOKED, booked=70)], reach=Reach.NOBODY)
    assert _step(told, 78)[1].kind is NextStepKind.RECORD_OUTCOME
    ending = history(REGULAR, agreed(AgreementKind.PLANNED_END, 74, known=60), reach=Reach.NOBODY)
    assert _step(ending, 80)[1].kind is NextStepKind.CLOSE_WITH_NOTE
    pausing = history(REGULAR, away(AbsenceKind.PAUSE, 72, 110, known=71), reach=Reach.NOBODY)
    assert _step(pausing, 105)[1].kind is NextStepKind.REVIEW_PAUSE


def test_where_one_of_several_contacts_us_the_act_is_for_the_others() -> None:
    for at in range(LAST, LAST + 60):
        alone, together = _step(history(REGULAR), at)[1], _step(history(REGULAR, reach=Reach.SOME), at)[1]
        assert (together.kind, together.due_on) == (alone.kind, alone.due_on)
        assert ("the others only" in together.why) == (alone.kind in TURNING_TO_THE_CLIENT)
        assert together.why.startswith(alone.why)


def test_an_answer_outranks_every_other_act_until_it_is_handled() -> None:
    others = [
        history([*REGULAR, time(77, BOOKED, booked=70)], replies=[answered(78)]),
        history(REGULAR, agreed(AgreementKind.PLANNED_END, 74, known=60), replies=[answered(78)]),
        history(REGULAR, away(AbsenceKind.PAUSE, 72, 110, known=71), replies=[answered(78)]),
        history(REGULAR, replies=[answered(78)], reach=Reach.NOBODY),
        history(REGULAR, replies=[answered(78)], kind=EpisodeKind.AS_NEEDED),
        history(REGULAR, replies=[answered(70, handled=71), answered(80), answered(78)]),
    ]
    for told in others:
        assert _step(told, 77.9)[1].kind is not NextStepKind.ANSWER_REPLY
        step = _step(told, 80)[1]
        assert (step.kind, step.due_on, step.owner.value) == (NextStepKind.ANSWER_REPLY, on(79), "responsible")
        assert (_attention(told, 80) or 0) <= 78
    handled = history(REGULAR, replies=[answered(78, handled=79)])
    assert _step(handled, 78.5)[1].kind is NextStepKind.ANSWER_REPLY
    assert _step(handled, 79)[1] == _step(history(REGULAR), 79)[1]
    assert _attention(handled, 79) == _attention(history(REGULAR), 79)


def test_an_answer_after_the_ending_moves_nothing_in_the_caseload() -> None:
    told = history(REGULAR, ended=75, replies=[answered(78)])
    assert _step(told, 80)[1].kind is NextStepKind.NOTHING
    assert _attention(told, 80) is None


def test_a_risk_of_harm_is_for_today_above_every_other_act() -> None:
    for told in (
        history([*REGULAR, time(77, BOOKED, booked=70)], replies=[answered(78)], risk=79),
        history(REGULAR, agreed(AgreementKind.PLANNED_END, 74, known=60), risk=79),
        history(REGULAR, away(AbsenceKind.PAUSE, 72, 110, known=71), risk=79),
        history(REGULAR, risk=79, reach=Reach.NOBODY, kept_back=KeptBack.PAUSED),
        history(REGULAR, risk=79, kind=EpisodeKind.AS_NEEDED),
        history(REGULAR, risk=79),
    ):
        without = assess(replace(told, risk_since=None), 80)
        stage, step = _step(told, 80)
        assert (step.kind, step.due_on) == (NextStepKind.REACH_TODAY, on(80))
        assert (stage, assess(told, 80).reasons) == (without.stage, without.reasons)
        for word in ("message", "write", "check-in", "drifting", "quiet"):
            assert word not in step.why.lower()
        attention = _attention(told, 80)
        assert attention is not None
        assert attention < -10_000
    ended = history(REGULAR, ended=75, risk=79)
    assert (_step(ended, 80)[1].kind, _attention(ended, 80)) == (NextStepKind.NOTHING, None)


def test_a_risk_stands_also_where_the_record_could_not_be_worked_out() -> None:
    found = engagement.not_worked_out(day(80), weights.load(), risk_since=day(79))
    standing = engagement.Standing(found.stage, found.since, found.reasons)
    assert next_step.next_step(standing, found.evidence, day(80)).kind is NextStepKind.REACH_TODAY


@pytest.mark.parametrize("kept_back", [KeptBack.UNSAFE, KeptBack.PAUSED])
@pytest.mark.parametrize("facts", [[*REGULAR], [*REGULAR, *MISSES]])
def test_whoever_is_kept_back_is_never_to_be_called_or_written_to(
    facts: list[Appointment], kept_back: KeptBack
) -> None:
    told = history(facts, reach=Reach.NOBODY, kept_back=kept_back)
    steps = [_step(told, at)[1] for at in range(LAST, LAST + 200)]
    assert not {step.kind for step in steps} & TURNING_TO_THE_CLIENT
    if kept_back is KeptBack.PAUSED:
        assert {(step.kind, step.why) for step in steps} == {(NextStepKind.NOTHING, "Paused by the practice.")}
        assert [step.due_on for step in steps] == [on(at) for at in range(LAST, LAST + 200)]
        assert _attention(told, LAST + 100) is None
    else:
        waits = [step for step in steps if step.kind is NextStepKind.WAIT_FOR_CLIENT]
        assert len({step.why for step in waits}) == 2
        assert all("not safe" in step.why for step in waits)


def test_what_is_about_the_record_alone_goes_on_under_a_pause_by_the_practice() -> None:
    held: dict[str, Any] = {"reach": Reach.NOBODY, "kept_back": KeptBack.PAUSED}
    assert _step(history(REGULAR, replies=[answered(78)], **held), 80)[1].kind is NextStepKind.ANSWER_REPLY
    told = history([*REGULAR, time(77, BOOKED, booked=70)], **held)
    assert _step(told, 78)[1].kind is NextStepKind.RECORD_OUTCOME


@pytest.mark.parametrize("kept_back", [KeptBack.UNSAFE, KeptBack.PAUSED])
def test_where_one_of_several_is_kept_back_the_act_is_for_the_others(kept_back: KeptBack) -> None:
    at = _first_day(history(REGULAR), Stage.QUIET)
    alone = _step(history(REGULAR), at)[1]
    together = _step(history(REGULAR, reach=Reach.SOME, kept_back=kept_back), at)[1]
    assert (together.kind, together.due_on) == (alone.kind, alone.due_on)
    assert together.why.startswith(alone.why)
    assert "the others only" in together.why


def test_answers_come_before_every_other_act_and_the_oldest_first() -> None:
    older, younger = history(REGULAR, replies=[answered(70)]), history(REGULAR, replies=[answered(78)])
    neglected = history(REGULAR, agreed(AgreementKind.PLANNED_END, 10, known=5))
    order = [_attention(told, 80) or 0 for told in (older, younger, neglected)]
    assert order == sorted(order)
    assert order[1] < -10_000 < order[2]
