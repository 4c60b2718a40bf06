"""What may be put off, for how long, and what brings it back before its day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import clock, engagement, next_step, snoozes, weights
from api.domain.errors import Conflict, Invalid
from api.domain.history import History, Rhythm
from api.domain.snoozes import Seen, Snooze, Verdict
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeKind, NextStepKind, SnoozeEnd, Stage
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import (
    BOOKED,
    NO_SHOW,
    agreed,
    answered,
    assess,
    away,
    day,
    heard,
    history,
    on,
    sessions,
    time,
    written,
)

REGULAR = sessions(11)  # the last on day 70
# Where these tests stand follows the weights: just drifting, a part of the way to quiet, and just quiet.
_CROSSED = assess(history(REGULAR), 71)
DRIFTING, QUIET = (
    (at - day(0)).total_seconds() / 86_400 + 0.01 for at in (_CROSSED.drifting_at, _CROSSED.quiet_at) if at is not None
)
WAY = QUIET - DRIFTING
SOON = DRIFTING + 0.2 * WAY


def stand(told: History, at: float) -> Seen:
    found = assess(told, at)
    standing = engagement.standing_at(found.drifting_at, found.quiet_at, found.evidence, told.ended_at, day(at))
    act = next_step.next_step(standing, found.evidence, day(at)).kind
    return Seen(found.evidence, found.quiet_at, standing.stage, act, day(at))


def made(told: History, at: float, days: float) -> Snooze:
    before = stand(told, at)
    snoozes.require_may_wait(before.act)
    return Snooze(before.act, before.stage, day(at), day(at + days))


def later(told: History, at: float, *, days: float, after: float, then: History | None = None) -> Verdict:
    return snoozes.follow(made(told, at, days), stand(then or told, at + after))


def test_the_days_of_these_tests_stand_where_they_say() -> None:
    told = history(REGULAR)
    assert (stand(told, DRIFTING).stage, stand(told, QUIET).stage) == (Stage.DRIFTING, Stage.QUIET)


def test_it_waits_until_its_day_and_ends_by_itself() -> None:
    told = history(REGULAR)
    assert later(told, QUIET, days=14, after=13) == Verdict(until=day(QUIET + 14))
    over = later(told, QUIET, days=14, after=20)
    assert (over.because, over.ended_at) == (SnoozeEnd.OVER, day(QUIET + 14))


@pytest.mark.parametrize(
    ("then", "because"),
    [
        (history(REGULAR, risk=SOON), SnoozeEnd.RISK),
        (history(REGULAR, replies=[answered(SOON)]), SnoozeEnd.REPLY),
        (history(REGULAR, heard(SOON)), SnoozeEnd.IN_TOUCH),
        (history([*REGULAR, time(SOON, booked=SOON - 0.1, known=SOON + 0.05 * WAY)]), SnoozeEnd.IN_TOUCH),
        (history(REGULAR, agreed(AgreementKind.PLANNED_END, int(DRIFTING), known=SOON)), SnoozeEnd.OTHER_ACT),
        (history(REGULAR, away(AbsenceKind.PAUSE, int(DRIFTING), 120, known=SOON)), SnoozeEnd.SETTLED),
        (history(REGULAR, kind=EpisodeKind.AS_NEEDED), SnoozeEnd.SETTLED),
        (history(REGULAR, ended=SOON), SnoozeEnd.SETTLED),
    ],
)
def test_what_matters_brings_it_back_at_once(then: History, because: SnoozeEnd) -> None:
    told = history(REGULAR)
    assert later(told, DRIFTING, days=50, after=0.3 * WAY).until is not None
    verdict = later(told, DRIFTING, days=50, after=0.3 * WAY, then=then)
    assert (verdict.because, verdict.ended_at) == (because, day(DRIFTING + 0.3 * WAY))


def test_a_miss_that_is_told_late_brings_it_back() -> None:
    missed = time(71, NO_SHOW, booked=64, known=QUIET + 12)
    verdict = later(history(REGULAR), QUIET, days=50, after=13, then=history([*REGULAR, missed]))
    assert verdict.because is SnoozeEnd.SETBACK


@pytest.mark.parametrize(
    ("then", "because"),
    [
        (history([*REGULAR, time(75, NO_SHOW, booked=70, known=76)]), SnoozeEnd.SETBACK),
        (history(REGULAR, heard(74)), SnoozeEnd.IN_TOUCH),
        (history([*REGULAR, time(74, booked=70, known=75)]), SnoozeEnd.IN_TOUCH),
    ],
)
def test_what_another_system_knew_before_and_told_afterwards_is_news(then: History, because: SnoozeEnd) -> None:
    told = history(REGULAR)
    before = stand(told, DRIFTING).evidence
    seen = replace(stand(then, DRIFTING + 0.1 * WAY), before=before)
    assert snoozes.follow(made(told, DRIFTING, 50), seen).because is because
    assert (
        snoozes.follow(made(told, DRIFTING, 50), replace(seen, evidence=before, act=NextStepKind.CHECK_IN)).because
        is None
    )


def test_a_risk_or_an_answer_is_said_before_whatever_else_came() -> None:
    both = history(
        [*REGULAR, time(78, NO_SHOW, booked=70, known=SOON)], heard(SOON), risk=SOON, replies=[answered(SOON)]
    )
    told = history(REGULAR)
    assert later(told, DRIFTING, days=50, after=0.3 * WAY, then=both).because is SnoozeEnd.RISK
    assert (
        later(told, DRIFTING, days=50, after=0.3 * WAY, then=replace(both, risk_since=None)).because is SnoozeEnd.REPLY
    )


def test_becoming_quiet_ends_it_by_time_alone_and_only_where_it_was_not_quiet_before() -> None:
    told = history(REGULAR)
    quiet_at = assess(told, DRIFTING).quiet_at
    assert quiet_at is not None
    assert later(told, DRIFTING, days=59, after=0.1 * WAY) == Verdict(until=quiet_at)
    ended = later(told, DRIFTING, days=59, after=30)
    assert (ended.because, ended.ended_at) == (SnoozeEnd.QUIET, quiet_at)
    assert later(told, QUIET, days=59, after=40).until == day(QUIET + 59)


def test_what_time_makes_of_an_act_towards_the_client_is_put_off_with_it() -> None:
    """A call becomes the offer of a closing session: whoever put the call off need not do so twice."""
    told = history(REGULAR)
    assert (stand(told, QUIET).act, stand(told, QUIET + 40).act) == (NextStepKind.CALL, NextStepKind.CLOSING_SESSION)
    assert later(told, QUIET, days=50, after=40).because is None


def test_a_message_sent_meanwhile_leaves_it_put_off() -> None:
    told, then = history(REGULAR), history(REGULAR, written(SOON))
    assert later(told, DRIFTING, days=50, after=0.25 * WAY, then=then).because is None


def test_a_time_that_passes_without_an_outcome_is_asked_for() -> None:
    seen = stand(history(REGULAR), DRIFTING)
    start = clock.second(day(DRIFTING + 0.5 * WAY))
    [strand] = seen.evidence.strands
    booked = replace(seen, evidence=seen.evidence._replace(strands=(strand._replace(unrecorded=(start,)),)))
    snooze = Snooze(NextStepKind.REVIEW_BOOKING, Stage.DRIFTING, day(DRIFTING), day(QUIET + 50))
    passed = day(DRIFTING + 0.5 * WAY).replace(microsecond=0) + timedelta(hours=2)
    assert snoozes.follow(snooze, booked) == Verdict(until=passed)
    ended = snoozes.follow(snooze, replace(booked, now=passed))
    assert ended == Verdict(ended_at=passed, because=SnoozeEnd.OTHER_ACT)


def test_an_outcome_to_record_that_was_put_off_is_no_more_once_it_is_recorded() -> None:
    told = history([*REGULAR, time(77, BOOKED, booked=70)])
    kept = history([*REGULAR, time(77, booked=70, known=79)])
    assert stand(told, 78).act is NextStepKind.RECORD_OUTCOME
    assert later(told, 78, days=20, after=0.5).until is not None
    assert later(told, 78, days=20, after=1.5, then=kept).because in {SnoozeEnd.SETTLED, SnoozeEnd.OTHER_ACT}
    missed = history([*REGULAR, time(77, NO_SHOW, booked=70, known=79)])
    assert later(told, 78, days=20, after=1.5, then=missed).because is SnoozeEnd.SETBACK


def test_the_look_at_a_pause_waits_no_longer_than_the_pause() -> None:
    told = history(REGULAR, away(AbsenceKind.PAUSE, 72, 90, known=71))
    assert stand(told, 86).act is NextStepKind.REVIEW_PAUSE
    verdict = later(told, 86, days=30, after=0)
    assert verdict.until is not None
    assert day(90) < verdict.until < day(92)


@pytest.mark.parametrize("act", NextStepKind)
def test_an_answer_a_risk_and_nothing_cannot_be_put_off(act: NextStepKind) -> None:
    waits_for_nobody = {NextStepKind.REACH_TODAY, NextStepKind.ANSWER_REPLY, NextStepKind.CONFIRM_TIME}
    if act in waits_for_nobody | {NextStepKind.NOTHING}:
        with pytest.raises(Conflict):
            snoozes.require_may_wait(act)
    else:
        snoozes.require_may_wait(act)


def test_its_day_is_within_sixty_days_and_a_week_ahead_where_none_is_named() -> None:
    assert snoozes.until_on(None, on(10)) == on(17)
    assert snoozes.until_on(on(11), on(10)) == on(11)
    assert snoozes.until_on(on(70), on(10)) == on(70)
    for wrong in (on(10), on(9), on(71)):
        with pytest.raises(Invalid):
            snoozes.until_on(wrong, on(10))


@settings(max_examples=200, deadline=None)
@given(histories(), instants, st.integers(1, 60), st.integers(0, 70 * 24))
def test_nothing_waits_past_its_day_or_while_somebody_waits_for_an_answer(
    told: History, start: datetime, days: int, hours: int
) -> None:
    """For arbitrary records: never later than chosen, never over a reply or a risk, never once there is nothing to wait for."""
    now = start + timedelta(hours=hours)
    found = engagement.assess(told, Rhythm(), now, weights.load())
    standing = engagement.standing_at(found.drifting_at, found.quiet_at, found.evidence, told.ended_at, now)
    act = next_step.next_step(standing, found.evidence, now).kind
    snooze = Snooze(NextStepKind.CHECK_IN, Stage.DRIFTING, start, start + timedelta(days=days))
    verdict = snoozes.follow(snooze, Seen(found.evidence, found.quiet_at, standing.stage, act, now))
    assert (verdict.until is None) is (verdict.because is not None)
    if verdict.until is not None:
        assert now < verdict.until <= snooze.until
        assert act not in {NextStepKind.REACH_TODAY, NextStepKind.ANSWER_REPLY, NextStepKind.NOTHING}
        assert standing.stage is not Stage.QUIET


def test_every_reason_and_every_end_has_its_words() -> None:
    assert set(snoozes.ENDED) == set(SnoozeEnd)
    assert all(words.endswith(".") for words in (*snoozes.WHY.values(), *snoozes.ENDED.values()))


def test_putting_off_changes_no_assessment() -> None:
    """It is no part of a history, so nothing of it can reach a stage: the types say so."""
    assert not {name for name in History.__dataclass_fields__ if "snooze" in name or "put_off" in name}
