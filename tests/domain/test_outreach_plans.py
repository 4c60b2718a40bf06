"""A sketch of at most three notes: days apart, never a closing letter, one after the other, each on its day; what ends it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.domain import engagement, next_step
from api.domain import outreach_plans as rules
from api.domain.contact_facts import Limits
from api.domain.errors import Conflict, Invalid
from api.domain.history import History, KeptBack, Note, Reach
from api.domain.outreach_plans import Step
from schemas.vocabulary import CheckInKind, NextStepKind, PlanEnd, StopReason
from tests.domain.histories import answered, assess, day, history, on, sessions

TODAY, LIMITS = date(2026, 3, 4), Limits(3, 7)
REGULAR = sessions(11)


def days(*ahead: int) -> list[date]:
    return [TODAY + timedelta(days=one) for one in ahead]


@pytest.mark.parametrize("ahead", [(0,), (0, 7), (0, 10, 24), (5, 12, 19)])
def test_up_to_three_notes_a_week_apart_may_be_sketched(ahead: tuple[int, ...]) -> None:
    rules.require_days(days(*ahead), TODAY, LIMITS)


@pytest.mark.parametrize(
    ("ahead", "code", "limits"),
    [
        ((), "invalid", LIMITS),
        ((0, 7, 14, 21), "invalid", LIMITS),
        ((0, 7, 14), "invalid", Limits(2, 7)),
        ((0, 6), "too_close", LIMITS),
        ((0, 10, 16), "too_close", LIMITS),
        ((10, 0), "too_close", LIMITS),
        ((0, 7), "too_close", Limits(3, 10)),
        ((-1, 10), "invalid", LIMITS),
        ((0, 300), "too_close", LIMITS),
    ],
)
def test_any_other_sketch_is_refused(ahead: tuple[int, ...], code: str, limits: Limits) -> None:
    with pytest.raises(Invalid) as refused:
        rules.require_days(days(*ahead), TODAY, limits)
    assert refused.value.code == code


def test_a_plan_holds_check_ins_and_never_a_closing_letter() -> None:
    rules.require_template(CheckInKind.CHECK_IN, "/template")
    with pytest.raises(Invalid) as refused:
        rules.require_template(CheckInKind.CLOSING_LETTER, "/template")
    assert refused.value.code == "no_closing_letter"
    for other in (CheckInKind.MISSED_TODAY, CheckInKind.ANSWER, CheckInKind.FOLLOW_UP, None):
        with pytest.raises(Invalid):
            rules.require_template(other, "/template")


def test_notes_are_looked_over_one_after_the_other_and_none_before_its_day() -> None:
    first, second = Step(1, TODAY), Step(2, TODAY + timedelta(days=10))
    rules.require_its_turn(first, [first, second], TODAY)
    with pytest.raises(Conflict):
        rules.require_its_turn(second, [first, second], TODAY + timedelta(days=20))
    done = replace(first, is_drafted=True)
    with pytest.raises(Conflict) as refused:
        rules.require_its_turn(second, [done, second], TODAY)
    assert refused.value.code == "not_its_day"
    rules.require_its_turn(second, [done, second], TODAY + timedelta(days=10))
    assert rules.next_step([done, replace(second, is_drafted=True)]) is None


def test_a_note_goes_no_earlier_than_spacing_allows_and_pushes_those_after_it() -> None:
    steps = [Step(1, TODAY, is_drafted=True), Step(2, TODAY + timedelta(days=10)), Step(3, TODAY + timedelta(days=17))]
    assert rules.earliest(steps, TODAY, LIMITS) == {2: days(10)[0], 3: days(17)[0]}
    assert rules.earliest(steps, TODAY + timedelta(days=13), LIMITS) == {2: days(13)[0], 3: days(20)[0]}


def test_what_stops_a_message_stops_a_plan_but_for_a_permission_and_the_hour() -> None:
    stay = {
        StopReason.BY_HAND,
        StopReason.PERMISSION_CHANGED,
        StopReason.MERGED,
        StopReason.TOO_LATE,
        StopReason.NOT_ALLOWED,
        StopReason.NOT_ACCEPTED,
    }
    assert {reason for reason in StopReason if rules.ended_by(reason) is None} == stay
    assert set(rules.WHY_ENDED) == set(PlanEnd)


def step_at(told: History, at: float) -> tuple[NextStepKind, date, str]:
    found = assess(told, at)
    standing = engagement.standing_at(found.drifting_at, found.quiet_at, found.evidence, told.ended_at, day(at))
    step = next_step.next_step(standing, found.evidence, day(at))
    return step.kind, step.due_on, step.why


def test_a_note_that_is_due_is_the_next_kind_act_and_says_which() -> None:
    told = replace(history(REGULAR), note=Note(2, on(90)))
    kind, due_on, why = step_at(told, 91)
    assert (kind, due_on) == (NextStepKind.LOOK_OVER_NOTE, on(90))
    assert why.startswith("The second note of your plan")
    assert step_at(history(REGULAR), 91)[0] is not NextStepKind.LOOK_OVER_NOTE


def test_where_a_check_in_would_be_next_the_planned_note_is() -> None:
    at = next(one for one in range(71, 130) if step_at(history(REGULAR), one)[0] is NextStepKind.CHECK_IN)
    kind, due_on, _ = step_at(replace(history(REGULAR), note=Note(1, on(at + 2))), at)
    assert (kind, due_on) == (NextStepKind.LOOK_OVER_NOTE, on(at + 2))


def test_a_reply_a_risk_and_a_client_who_contacts_us_come_before_any_plan() -> None:
    note = Note(1, on(80))
    for told, kind in (
        (history(REGULAR, replies=[answered(79)]), NextStepKind.ANSWER_REPLY),
        (history(REGULAR, risk=79), NextStepKind.REACH_TODAY),
        (history(REGULAR, reach=Reach.NOBODY), NextStepKind.WAIT_FOR_CLIENT),
        (history(REGULAR, reach=Reach.NOBODY, kept_back=KeptBack.PAUSED), NextStepKind.NOTHING),
        (history(REGULAR, ended=80), NextStepKind.NOTHING),
    ):
        assert step_at(replace(told, note=note), 95)[0] is kind


def test_a_note_asks_for_somebody_from_its_day_on() -> None:
    told = replace(history(REGULAR), note=Note(1, on(71)))
    found = assess(told, 70)
    moment = next_step.attention_at(found.drifting_at, found.evidence, None, day(70))
    assert moment is not None
    assert day(70) <= moment <= day(71)
