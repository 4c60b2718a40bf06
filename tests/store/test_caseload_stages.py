"""The stage that the caseload filters by in SQL is the stage that the domain says, for arbitrary facts and moments."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.domain import engagement, weights
from api.domain.evidence import Evidence
from api.domain.history import History, Rhythm
from api.store import assessments as assessment_store
from api.store import caseload as caseload_store
from schemas.tables import Episode
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeKind, Stage
from tests.domain import arbitrary
from tests.domain.histories import agreed, away, history, sessions
from tests.support.house import House

# What arbitrary facts seldom come to: long quiet and then paused, ending as agreed, away without an end.
ORDINARY = [
    history(sessions(6), away(AbsenceKind.PAUSE, first, last, known=first - 1))
    for first, last in ((60, 70), (80, None), (100, 140), (150, 155))
] + [
    history(sessions(6)),
    history(sessions(12)),
    history(sessions(6), agreed(AgreementKind.PLANNED_END, 90, known=40)),
    history(sessions(6), kind=EpisodeKind.AS_NEEDED),
    history(sessions(6), ended=70),
]
MOMENTS = st.integers(0, 130 * 24).map(lambda hours: arbitrary.BEGINNING + timedelta(hours=hours))


def put(house: House, histories: list[History], assessed_at: datetime) -> list[Episode]:
    """Each history as an episode, with what noticing makes of it."""
    kept = []
    with house.rows() as work:
        work.session.execute(sa.delete(Episode))
        for given_history in histories:
            over = given_history.ended_at is not None and given_history.ended_at <= assessed_at
            told = given_history if over else replace(given_history, ended_at=None)
            episode = Episode(
                format=told.format,
                kind=told.kind,
                time_zone=told.time_zone,
                ended_at=told.ended_at,
                created_at=assessed_at,
                updated_at=assessed_at,
            )
            assessment = engagement.assess(told, Rhythm(), assessed_at, weights.load())
            values = assessment_store.stored(assessment, told.ended_at)
            for column, value in zip(assessment_store.ASSESSED[2:], values, strict=True):
                setattr(episode, column, value)
            work.session.add(episode)
            kept.append(episode)
    return kept


def filtered(house: House, now: datetime, stage: Stage | None) -> set[UUID]:
    with house.rows() as work:
        rows = caseload_store.page(work.session, now=now, stage=stage, clinician_id=None, after=None, limit=100)
        return {listed.row.episode_id for listed in rows}


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    histories=st.lists(arbitrary.histories(), min_size=4, max_size=8),
    assessed_at=MOMENTS,
    later=st.lists(st.integers(1, 60 * 24), min_size=4, max_size=4),
)
def test_the_filter_and_the_domain_agree(
    shared_house: House, histories: list[History], assessed_at: datetime, later: list[int]
) -> None:
    """From the assessment until the instant at which the worker works it out again, and just before each change."""
    kept = put(shared_house, [*ORDINARY, *histories], assessed_at)
    edges = [
        edge for row in kept for edge in (row.drifting_at, row.quiet_at, row.paused_from, row.paused_until) if edge
    ]
    moments = {assessed_at, *(assessed_at + timedelta(hours=hours) for hours in later)}
    for edge in sorted(edges)[:: max(1, len(edges) // 4)]:
        moments |= {moment for moment in (edge, edge - timedelta(microseconds=1)) if moment >= assessed_at}
    for moment in sorted(moments):
        current = {row.id: row for row in kept if row.revisit_at is None or moment < row.revisit_at}
        said = {row.id: stage_of(row, moment) for row in current.values()}
        for stage in Stage:
            expected = {row_id for row_id, one in said.items() if one is stage}
            assert filtered(shared_house, moment, stage) & set(current) == expected, (stage, moment)
        running = {row_id for row_id, one in said.items() if one is not Stage.ENDED}
        assert filtered(shared_house, moment, None) & set(current) == running


def stage_of(row: Episode, moment: datetime) -> Stage:
    evidence = Evidence.from_json(row.evidence)
    return engagement.standing_at(row.drifting_at, row.quiet_at, evidence, row.ended_at, moment).stage
