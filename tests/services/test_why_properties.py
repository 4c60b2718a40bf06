"""Whatever the facts are, the whole answer that explains a stage is words and days, and never a number of a person."""

import json
from datetime import datetime
from uuid import UUID

from hypothesis import given, settings

from api.domain import inquiry, weights
from api.domain.history import History, Rhythm
from api.services import engagement
from api.store.engagement import Records
from schemas.vocabulary import NextStepKind, Stage
from schemas.wire.engagement import EngagementOut, StandingOut
from schemas.wire.episodes import NextStepOut
from tests.domain.arbitrary import histories, instants
from tests.support import numbers

MODEL = weights.load()
SOME_EPISODE = UUID(int=1)


def answer(history: History, now: datetime) -> EngagementOut:
    """What the service makes of a history, once the store has been asked."""
    look = inquiry.about(history, Rhythm(), now, MODEL)
    step = NextStepOut(kind=NextStepKind.NOTHING, why="Nothing is needed now.", owner=None, due_on=look.today)
    shown = StandingOut(
        episode_id=SOME_EPISODE,
        stage=look.found.stage,
        since=look.found.since,
        reasons=[],
        next_step=step,
        drifting_at=look.found.drifting_at,
        quiet_at=look.found.quiet_at,
        paused_until=look.found.paused_until,
        assessed_at=now,
        model_version=MODEL.version,
    )
    return engagement._answer(
        shown, look, engagement._Teller(SOME_EPISODE, look, Records(), {}), [(now - engagement._LOOKED_BACK, history)]
    )


@given(histories(), instants)
@settings(max_examples=150)
def test_no_number_of_a_person_stands_anywhere_in_the_answer(history: History, now: datetime) -> None:
    told = json.loads(answer(history, now).model_dump_json())
    assert list(numbers.of_a_person(told)) == []


@given(histories(), instants)
@settings(max_examples=100)
def test_the_last_stage_of_the_timeline_is_the_one_that_is_shown(history: History, now: datetime) -> None:
    told = answer(history, now)
    if told.timeline.stages:
        assert told.timeline.stages[0].stage is told.stage
        assert all(one.at <= now for one in told.timeline.stages)
    else:
        assert not told.timeline.learned
        assert told.stage in {Stage.ENGAGED, Stage.ENDED}
    assert all(one.learned_at <= now for one in told.timeline.learned)
