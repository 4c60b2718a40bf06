"""What must hold of noticing whatever the facts are."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import engagement, weights
from api.domain.engagement import Assessment, Standing
from api.domain.evidence import Evidence
from api.domain.history import Appointment, History, Rhythm, StatusEvent
from schemas.vocabulary import AppointmentStatus, EpisodeKind, Stage
from tests.domain import arbitrary, wide
from tests.domain.arbitrary import instants

pytestmark = pytest.mark.slow

T = TypeVar("T")
LOOK = settings(max_examples=200, deadline=None)
MODEL = weights.load()
WEEKLY = Rhythm()
histories = arbitrary.histories() | wide.histories()


def _assess(history: History, now: datetime) -> Assessment:
    return engagement.assess(history, WEEKLY, now, MODEL)


def _arrivals(history: History) -> list[datetime]:
    told = [event.known_at for one in history.appointments for event in one.events]
    told += [one.known_at for one in history.contacts] + [one.known_at for one in history.absences]
    told += [one.withdrawn_at for one in history.absences if one.withdrawn_at is not None]
    told += [one.known_at for one in history.agreements] + [one.known_at for one in history.scores]
    return sorted(told)


def _until_the_next_fact(history: History, first: datetime, second: datetime) -> datetime:
    """The later moment, or the last one before anything else was learned."""
    coming = [at for at in _arrivals(history) if at > first]
    return min([second, *(at - timedelta(microseconds=1) for at in coming[:1])])


@LOOK
@given(histories, instants, instants)
def test_what_is_stored_answers_every_later_moment_as_assessing_anew_would(
    history: History, one: datetime, other: datetime
) -> None:
    first = min(one, other)
    second = _until_the_next_fact(history, first, max(one, other))
    stored = _assess(history, first)
    evidence = Evidence.from_json(json.loads(json.dumps(stored.evidence.to_json())))
    anew = _assess(history, second)
    standing = engagement.standing_at(stored.drifting_at, stored.quiet_at, evidence, history.ended_at, second)
    assert standing == Standing(anew.stage, anew.since, anew.reasons)


@LOOK
@given(histories, instants)
def test_the_stage_of_an_assessment_is_the_one_its_instants_tell(history: History, now: datetime) -> None:
    found = _assess(history, now)
    stage, since = engagement.stage_at(found.drifting_at, found.quiet_at, found.evidence, history.ended_at, now)
    assert (found.stage, found.since) == (stage, since)
    assert found.reasons
    assert 0 < found.probability < 1


@LOOK
@given(histories, instants)
def test_quiet_never_comes_before_drifting(history: History, now: datetime) -> None:
    found = _assess(history, now)
    assert found.quiet_at is None or (found.drifting_at is not None and found.drifting_at <= found.quiet_at)


@LOOK
@given(arbitrary.histories(kinds=st.just(EpisodeKind.ONGOING)) | wide.running, instants)
def test_the_stored_instants_are_where_the_probability_crosses(history: History, now: datetime) -> None:
    found = _assess(replace(history, ended_at=None), now)
    if found.stage is Stage.DRIFTING:
        assert MODEL.drifting_at_probability - 1e-6 <= found.probability <= MODEL.quiet_at_probability + 1e-6
    if found.stage is Stage.QUIET:
        assert found.probability >= MODEL.quiet_at_probability - 1e-6


@LOOK
@given(histories, instants)
def test_a_session_attended_now_never_raises_the_probability(history: History, now: datetime) -> None:
    came = Appointment("came", (StatusEvent(AppointmentStatus.ATTENDED, now, now),))
    after = replace(history, appointments=(*history.appointments, came))
    assert _assess(after, now).probability <= _assess(history, now).probability + 1e-9


@LOOK
@given(arbitrary.histories(with_absences=False), instants, instants)
def test_more_silence_never_lowers_the_probability(history: History, one: datetime, other: datetime) -> None:
    first = min(one, other)
    second = _until_the_next_fact(history, first, max(one, other))
    assert _assess(history, first).probability <= _assess(history, second).probability + 1e-9


@LOOK
@given(histories, instants)
def test_a_fact_learned_later_never_changes_an_earlier_answer(history: History, now: datetime) -> None:
    known = replace(
        history,
        appointments=tuple(
            replace(one, events=tuple(event for event in one.events if event.known_at <= now))
            for one in history.appointments
            if any(event.known_at <= now for event in one.events)
        ),
        contacts=tuple(one for one in history.contacts if one.known_at <= now),
        absences=tuple(one for one in history.absences if one.known_at <= now),
        agreements=tuple(one for one in history.agreements if one.known_at <= now),
        scores=tuple(one for one in history.scores if one.known_at <= now),
    )
    assert replace(_assess(history, now), revisit_at=None) == replace(_assess(known, now), revisit_at=None)


@LOOK
@given(histories, instants, st.randoms(use_true_random=False))
def test_order_and_repetition_of_facts_do_not_matter(history: History, now: datetime, chance: Random) -> None:
    told_again = replace(
        history,
        appointments=_again([_shuffled(one, chance) for one in history.appointments], chance),
        contacts=_again(list(history.contacts), chance),
        absences=_again(list(history.absences), chance),
        agreements=_again(list(history.agreements), chance),
        scores=_again(list(history.scores), chance),
    )
    assert _assess(told_again, now) == _assess(history, now)


def _shuffled(one: Appointment, chance: Random) -> Appointment:
    return replace(one, events=tuple(chance.sample(one.events, len(one.events))))


def _again(facts: list[T], chance: Random) -> tuple[T, ...]:
    repeated = facts + chance.sample(facts, chance.randint(0, len(facts)))
    return tuple(chance.sample(repeated, len(repeated)))
