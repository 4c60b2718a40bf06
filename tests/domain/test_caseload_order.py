"""Nothing that is due sinks unseen: whatever asks for somebody stands above whatever does not, and the oldest first."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import engagement, next_step, weights
from api.domain.engagement import Assessment
from api.domain.history import History, KeptBack, Reach, Rhythm
from schemas.vocabulary import NextStepKind
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import BOOKED, answered, assess, day, history, sessions, time

# What only waits is shown and asks for nobody yet: it asks a week before the wait is to be looked at.
_ASKS_FOR_NOBODY = {NextStepKind.NOTHING, NextStepKind.WAIT_FOR_CLIENT}
REGULAR = sessions(11)  # the last on day 70


def attention(found: Assessment, told: History) -> datetime | None:
    return next_step.attention_at(found.drifting_at, found.evidence, told.ended_at, found.assessed_at)


def kind(found: Assessment, told: History, now: datetime) -> NextStepKind:
    standing = engagement.standing_at(found.drifting_at, found.quiet_at, found.evidence, told.ended_at, now)
    return next_step.next_step(standing, found.evidence, now).kind


@settings(max_examples=300, deadline=None)
@given(
    histories(),
    instants,
    st.lists(st.integers(0, 90 * 24), min_size=1, max_size=6),
    st.sampled_from(Reach),
    st.sampled_from(KeptBack),
)
def test_whatever_asks_for_somebody_stands_above_whatever_does_not(
    told: History, assessed_at: datetime, later: list[int], reach: Reach, kept_back: KeptBack
) -> None:
    """Until the worker works it out again, however long nobody looks."""
    told = replace(told, reach=reach, kept_back=kept_back)
    found = engagement.assess(told, Rhythm(), assessed_at, weights.load())
    for hours in later:
        now = assessed_at + timedelta(hours=hours)
        if found.revisit_at is not None and now >= found.revisit_at:
            continue
        if kind(found, told, now) not in _ASKS_FOR_NOBODY:
            moment = attention(found, told)
            assert moment is not None
            assert moment <= now


def test_finding_the_next_time_does_not_wait_below_those_who_need_nothing() -> None:
    """It is due while the client is engaged: sorted by when they would drift, it would be found too late."""
    booked = [time(7 * week, booked=7 * week - 7) for week in range(11)]
    told = history(booked)
    found = assess(told, 73)
    assert kind(found, told, day(73)) is NextStepKind.BOOK_NEXT
    assert found.drifting_at is not None
    assert found.drifting_at > day(73)
    assert day(71) < (attention(found, told) or day(0)) <= day(73)


def test_in_each_rank_the_oldest_is_first_and_the_ranks_never_mix() -> None:
    in_order = [
        history(REGULAR, risk=20),
        history(REGULAR, risk=79),
        history(REGULAR, replies=[answered(21)]),
        history(REGULAR, replies=[answered(79)]),
        history([*sessions(5), time(40, BOOKED, booked=30)]),
        history([*REGULAR, time(77, BOOKED, booked=70)]),
    ]
    moments = [attention(assess(told, 80), told) for told in in_order]
    assert all(moments)
    assert moments == sorted(moments, key=lambda moment: moment or day(0))
    nowhere = engagement.not_worked_out(day(80), weights.load())
    aside = next_step.attention_at(None, nowhere.evidence, None, day(80))
    assert (moments[3] or day(0)) < (aside or day(0)) < (moments[4] or day(0))


def test_what_could_not_be_worked_out_does_not_sink_each_time_it_is_tried_again() -> None:
    tries = [engagement.not_worked_out(day(at), weights.load()) for at in (80, 90)]
    first, second = (next_step.attention_at(None, one.evidence, None, one.assessed_at) for one in tries)
    assert first == second
