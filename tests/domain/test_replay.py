"""Looking back shows what would have been shown, when, and never more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from api.domain import engagement, replay, weights
from api.domain.history import Appointment, History, Rhythm, StatusEvent
from api.domain.replay import StageChange
from schemas.vocabulary import AbsenceKind, Sensitivity, Stage
from tests.domain.arbitrary import BEGINNING, histories, instants
from tests.domain.histories import BOOKED, NO_SHOW, assess, away, day, heard, history, sessions, time

MODEL = weights.load()
END = BEGINNING + timedelta(days=200)


def _changes(told: History, until: datetime = END) -> list[StageChange]:
    return list(replay.changes(told, Rhythm(), MODEL, until))


def test_a_client_who_stops_is_shown_drifting_and_then_quiet_at_the_stored_instants() -> None:
    told = history(sessions(6))
    stored = assess(told, 36)
    found = _changes(told)
    assert [(one.flagged_at, one.stage) for one in found] == [
        (stored.drifting_at, Stage.DRIFTING),
        (stored.quiet_at, Stage.QUIET),
    ]
    assert all(one.reasons for one in found)
    assert found[0].probability < found[1].probability


def test_a_late_status_is_shown_when_it_was_learned_and_not_before() -> None:
    told = history([*sessions(11), *[time(70 + 7 * i, NO_SHOW, booked=70, known=95) for i in (1, 2, 3)]])
    assert min(one.flagged_at for one in _changes(told)) <= day(95)
    soon = history([*sessions(11), *[time(70 + 7 * i, NO_SHOW, booked=70) for i in (1, 2, 3)]])
    assert min(one.flagged_at for one in _changes(soon)) < min(one.flagged_at for one in _changes(told))


def test_somebody_who_comes_back_and_stops_again_is_shown_again() -> None:
    told = history([*sessions(5), *sessions(5, first=70)])
    assert [one.stage for one in _changes(told)] == [Stage.DRIFTING, Stage.QUIET, Stage.DRIFTING, Stage.QUIET]


def test_a_time_that_was_moved_to_no_century_of_ours_is_none_any_more() -> None:
    """Such dates come out of practice systems for "no date yet"."""
    nowhere = datetime(1, 1, 1, tzinfo=UTC)
    told = history([Appointment("only", (StatusEvent(BOOKED, day(5), day(1)), StatusEvent(BOOKED, nowhere, day(2))))])
    assert assess(told, 60).stage is Stage.ENGAGED
    assert _changes(told) == []


def test_nothing_is_shown_while_a_pause_runs() -> None:
    told = history(sessions(6), away(AbsenceKind.PAUSE, 36, 400, known=36))
    assert _changes(told) == []


def test_nothing_after_the_end_is_shown() -> None:
    told = history(sessions(6))
    last = _changes(told)[0].flagged_at
    assert [one.stage for one in _changes(told, last)] == [Stage.DRIFTING]
    assert _changes(told, last - timedelta(seconds=1)) == []
    assert _changes(history(sessions(6), ended=36)) == []


@given(histories(), instants)
@settings(max_examples=60)
def test_what_was_shown_does_not_depend_on_what_came_later(told: History, until: datetime) -> None:
    assert _changes(told, until) == [one for one in _changes(told) if one.flagged_at <= until]


@given(histories())
@settings(max_examples=60)
def test_every_change_is_what_an_assessment_at_that_instant_says(told: History) -> None:
    last_at_once = {one.flagged_at: one for one in _changes(told)}
    for one in last_at_once.values():
        found = engagement.assess(told, Rhythm(), one.flagged_at, MODEL)
        assert (found.stage, found.reasons) == (one.stage, one.reasons)
        assert found.probability == one.probability


def _shown(told: History, until: datetime = END, since: datetime | None = None) -> list[tuple[datetime, Stage]]:
    return [(one.at, one.stage) for one in replay.stages(told, Rhythm(), MODEL, until, since=since)]


def test_every_stage_is_told_also_those_that_ask_for_nothing() -> None:
    pause = away(AbsenceKind.PAUSE, 60, 80, known=60)
    told = history([*sessions(5), *sessions(2, first=90)], pause, ended=99)
    assert [stage for _, stage in _shown(told)] == [
        Stage.ENGAGED,
        Stage.DRIFTING,
        Stage.QUIET,
        Stage.PAUSED,
        Stage.QUIET,
        Stage.ENGAGED,
        Stage.ENDED,
    ]


def test_a_pause_that_was_taken_back_counted_until_then() -> None:
    kept, taken_back = (
        history(sessions(6), replace(away(AbsenceKind.PAUSE, 36, 400, known=36), withdrawn_at=at))
        for at in (None, day(80))
    )
    assert [stage for _, stage in _shown(kept)] == [Stage.ENGAGED, Stage.PAUSED]
    assert _shown(taken_back)[:2] == _shown(kept)
    assert _shown(taken_back)[2] == (day(80), Stage.QUIET)


@given(histories(), instants)
@settings(max_examples=60)
def test_every_stage_shown_is_the_one_that_an_assessment_at_that_instant_says(told: History, since: datetime) -> None:
    shown = _shown(told)
    for at, stage in shown:
        assert engagement.assess(told, Rhythm(), at, MODEL).stage is stage
    later = _shown(told, since=since)
    assert all(one is not other for (_, one), (_, other) in pairwise(later))
    for at, stage in later:
        assert engagement.assess(told, Rhythm(), at, MODEL).stage is stage
    before = [stage for at, stage in shown if at <= since]
    if before:
        assert later == [(since, before[-1]), *(one for one in shown if one[0] > since)]


def test_whoever_never_had_a_time_booked_cannot_have_stopped_coming() -> None:
    """A record may begin long after the work did: until it knows of a booked time, silence is the record's own."""
    told = replace(history([]), started_at=day(3))
    assert _shown(told, since=day(0)) == _shown(told) == [(day(3), Stage.ENGAGED)]
    asked = replace(history([], heard(5)), started_at=day(3))
    assert {stage for _, stage in _shown(asked)} == {Stage.ENGAGED}


def test_quiet_at_once_is_told_by_way_of_drifting() -> None:
    """A pause that hid everything is taken back: from then on everything counts at once."""
    taken_back = replace(away(AbsenceKind.PAUSE, 36, 400, known=36), withdrawn_at=day(120))
    found = list(replay.changes(history(sessions(6), taken_back), Rhythm(), MODEL, END))
    assert [(one.flagged_at, one.stage) for one in found] == [(day(120), Stage.DRIFTING), (day(120), Stage.QUIET)]


@given(histories())
@settings(max_examples=100, deadline=None)
def test_several_levels_in_one_walk_are_each_what_they_are_alone(told: History) -> None:
    models = [weights.load(level) for level in Sensitivity]
    together = list(replay.stages_by_level(told, Rhythm(), models, END))
    for place, model in enumerate(models):
        alone = list(replay.stages(told, Rhythm(), model, END))
        mine = [shown for level, shown in together if level == place]
        assert [(one.at, one.stage) for one in mine] == [(one.at, one.stage) for one in alone]
        flags = [one for one in mine if replay.is_flag(one.stage)]
        lines = [one for one in replay.changes(told, Rhythm(), model, END) if one.flagged_at in {f.at for f in flags}]
        before: Stage | None = None
        ours = []
        for one in mine:
            ours += replay.flags_told(one, before, model)
            before = one.stage
        assert ours == lines == list(replay.changes(told, Rhythm(), model, END))


def test_models_that_differ_in_more_than_thresholds_are_not_walked_together() -> None:
    other = replace(MODEL, recent_miss=MODEL.recent_miss + 0.1)
    with pytest.raises(ValueError, match="thresholds only"):
        list(replay.stages_by_level(history(sessions(3)), Rhythm(), [MODEL, other], END))
