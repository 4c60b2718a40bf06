"""Which way each fact may move the probability, on histories nobody would invent.

A fact that speaks for the client never raises it: a session, a booking of theirs, a word, an absence. Silence never
lowers it. And nothing learned later reaches back.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import engagement, replay, weights
from api.domain.clock import UnknownTimeZone
from api.domain.engagement import Assessment
from api.domain.history import Absence, Appointment, Contact, History, Rhythm, StatusEvent
from schemas.vocabulary import (
    AbsenceKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    Initiator,
    Stage,
)
from tests.domain import wide

pytestmark = pytest.mark.slow

MODEL = weights.load()
WEEKLY = Rhythm()
# No deadline: a busy machine is no fault. As many examples as fit into some seconds.
LOOK = settings(max_examples=200, deadline=None)
_FLAGS = {Stage.DRIFTING, Stage.QUIET}


def _assess(told: History, now: datetime, rhythm: Rhythm = WEEKLY) -> Assessment:
    return engagement.assess(told, rhythm, now, MODEL)


def _participants(told: History) -> list[str | None]:
    return sorted({one.participant for one in told.appointments} | {None}, key=str)


def _never_raises(told: History, more: History, now: datetime) -> None:
    before, after = _assess(told, now), _assess(more, now)
    assert after.probability <= before.probability + 1e-9


def _and(told: History, *more: Appointment) -> History:
    return replace(told, appointments=(*told.appointments, *more))


@LOOK
@given(wide.running, wide.moments, st.data())
def test_a_session_attended_now_never_raises_the_probability(told: History, now: datetime, data: st.DataObject) -> None:
    """Of all together or of one participant: also what it means for the others."""
    who = data.draw(st.sampled_from(_participants(told)))
    came = Appointment("came", (StatusEvent(AppointmentStatus.ATTENDED, now, now),), participant=who)
    _never_raises(told, _and(told, came), now)


@LOOK
@given(wide.running, wide.moments, st.floats(0.05, 60), st.data())
def test_a_time_the_client_books_never_raises_it(
    told: History, now: datetime, ahead: float, data: st.DataObject
) -> None:
    """One act at an instant of its own: three booked at one instant are a series, which says less than one chosen."""
    if any(event.known_at == now for one in told.appointments for event in one.events):
        return
    who = data.draw(st.sampled_from(_participants(told)))
    start = now + timedelta(days=ahead)
    booked = Appointment("new", (StatusEvent(AppointmentStatus.BOOKED, start, now, Initiator.CLIENT),), participant=who)
    _never_raises(told, _and(told, booked), now)


@LOOK
@given(wide.running, wide.moments, wide.absences, st.sampled_from(AbsenceKind))
def test_an_absence_never_raises_it_whenever_it_was_and_whenever_it_is_learned(
    told: History, now: datetime, absence: Absence, kind: AbsenceKind
) -> None:
    known = replace(absence, kind=kind, known_at=min(absence.known_at, now))
    _never_raises(told, replace(told, absences=(*told.absences, known)), now)


@LOOK
@given(wide.running, wide.moments, st.sampled_from(Channel), st.booleans())
def test_a_word_from_the_client_never_raises_it(told: History, now: datetime, channel: Channel, called: bool) -> None:
    word = Contact(now, now, ContactDirection.INBOUND, channel, outcome=ContactOutcome.RECEIVED)
    spoke = Contact(now, now, ContactDirection.OUTBOUND, channel, outcome=ContactOutcome.SPOKE)
    _never_raises(told, replace(told, contacts=(*told.contacts, spoke if called else word)), now)


@LOOK
@given(wide.running, wide.moments, wide.moments)
def test_more_silence_never_lowers_it(told: History, one: datetime, other: datetime) -> None:
    """Also where the record knows of absences: they stop the clock, and never turn it back."""
    first = min(one, other)
    second = _until_the_next_fact(told, first, max(one, other))
    assert _assess(told, first).probability <= _assess(told, second).probability + 1e-9


@LOOK
@given(wide.histories(), wide.moments)
def test_nothing_learned_later_changes_what_was_said_before(told: History, now: datetime) -> None:
    later, known = _assess(told, now), _assess(_known_by(told, now), now)
    assert replace(later, revisit_at=None) == replace(known, revisit_at=None)


@LOOK
@given(wide.histories(), wide.moments)
def test_nothing_learned_later_changes_an_earlier_flag(told: History, now: datetime) -> None:
    shown = list(replay.changes(told, WEEKLY, MODEL, now))
    assert shown == list(replay.changes(_known_by(told, now), WEEKLY, MODEL, now))
    assert shown == [
        one for one in replay.changes(told, WEEKLY, MODEL, wide.at(2 * wide.LENGTH_DAYS)) if one.flagged_at <= now
    ]


@settings(LOOK, max_examples=80)
@given(wide.histories(), st.lists(wide.moments, min_size=3, max_size=6))
def test_what_was_shown_at_any_instant_is_what_an_assessment_then_says(told: History, looks: list[datetime]) -> None:
    """Both ways: each change, of several at once the last, is the stage at its instant and was not before, and each stage found has its change."""
    changes = list(replay.changes(told, WEEKLY, MODEL, wide.at(wide.LENGTH_DAYS)))
    last_at_once = {one.flagged_at: one for one in changes}
    for one in last_at_once.values():
        found = _assess(told, one.flagged_at)
        assert (found.stage, found.reasons, found.probability) == (one.stage, one.reasons, one.probability)
    for now in looks:
        stage = _assess(told, now).stage
        shown = [one.stage for one in changes if one.flagged_at <= now]
        assert stage not in _FLAGS or shown[-1:] == [stage]


@LOOK
@given(wide.histories(), wide.moments, wide.rhythms)
def test_anything_the_types_allow_is_assessed_sanely(told: History, now: datetime, rhythm: Rhythm) -> None:
    found = _assess(told, now, rhythm)
    assert 0 < found.probability < 1
    assert found.reasons
    assert all(reason.text.endswith(".") for reason in found.reasons)
    assert found.quiet_at is None or (found.drifting_at is not None and found.drifting_at <= found.quiet_at)
    assert found.revisit_at is None or found.revisit_at > now
    assert found.paused_from is None or found.paused_until is None or found.paused_from < found.paused_until


@LOOK
@given(wide.histories(), wide.NEAR_OR_FAR, st.text(max_size=20))
def test_a_zone_that_does_not_exist_and_a_year_nobody_lives_in_are_no_crash(
    told: History, now: datetime, name: str
) -> None:
    assert 0 < _assess(told, now).probability < 1
    with suppress(UnknownTimeZone):
        _assess(replace(told, time_zone=name), now)


def _until_the_next_fact(told: History, first: datetime, second: datetime) -> datetime:
    """The later moment, or the last one before anything else was learned."""
    learned = [event.known_at for one in told.appointments for event in one.events]
    learned += [one.known_at for one in told.contacts] + [one.known_at for one in told.absences]
    learned += [one.known_at for one in told.agreements] + [one.known_at for one in told.scores]
    coming = [at - timedelta(microseconds=1) for at in learned if at > first]
    return min([second, *coming])


def _known_by(told: History, now: datetime) -> History:
    """What the record held at an instant: nothing learned after it."""
    return replace(
        told,
        appointments=tuple(
            replace(one, events=tuple(event for event in one.events if event.known_at <= now))
            for one in told.appointments
            if any(event.known_at <= now for event in one.events)
        ),
        contacts=tuple(one for one in told.contacts if one.known_at <= now),
        absences=tuple(one for one in told.absences if one.known_at <= now),
        agreements=tuple(one for one in told.agreements if one.known_at <= now),
        scores=tuple(one for one in told.scores if one.known_at <= now),
    )
