"""What noticing works out, stored with the episode in the same transaction as the facts it rests on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from api.domain import engagement, next_step, weights
from api.domain.engagement import Assessment
from api.domain.errors import DomainError
from api.domain.history import Rhythm
from api.store import bulk, episodes, histories, practices, tenancy
from schemas.tables import Episode
from schemas.tables.base import FAR_FUTURE

log = structlog.get_logger(__name__)

# What a record can have wrong with it. Not what a database says when it is away or busy: that passes by itself.
OF_THE_RECORD = (DomainError, ValueError, LookupError, ArithmeticError, TypeError)
ASSESSED = (
    "practice_id",
    "id",
    "drifting_at",
    "quiet_at",
    "paused_from",
    "paused_until",
    "revisit_at",
    "attention_at",
    "evidence",
    "model_version",
    "assessed_at",
    "assessment_due",
)


def refresh(session: Session, episode_ids: Collection[UUID], now: datetime) -> None:
    """Assesses these episodes anew from all their facts. Call it in the unit that changed a fact.

    Held before their facts are read: of two units that add facts at once, the second waits and sees both. One whose
    record cannot be read is put aside, until its facts change: it keeps nobody else's episode from being assessed.
    """
    session.flush()
    mine = episodes.hold(session, episode_ids)
    assessed = _worked_out_or_aside(session, mine, now)
    practice_id = tenancy.practice_of(session)
    rows = [(practice_id, episode_id, *stored(assessed[episode_id], ended_at)) for episode_id, ended_at in mine.items()]
    bulk.update(session, Episode, ASSESSED, rows)
    episodes.read_again(session, mine)


def work_out(session: Session, episode_ids: Collection[UUID], now: datetime) -> dict[UUID, Assessment]:
    """The assessments at an instant, from what was known then, without storing them."""
    rhythm, model = practice_rhythm(session), weights.load()
    return {
        episode_id: engagement.assess(history, rhythm, now, model)
        for episode_id, history in histories.load(session, episode_ids, as_of=now).items()
    }


def _worked_out_or_aside(session: Session, episode_ids: Collection[UUID], now: datetime) -> dict[UUID, Assessment]:
    """All together; where that fails, one by one. The log has kinds of faults and never what the record says."""
    try:
        return work_out(session, episode_ids, now)
    except OF_THE_RECORD:
        assessed: dict[UUID, Assessment] = {}
    faults: dict[str, str] = {}
    turning = histories.turning(session, episode_ids, as_of=now)
    for episode_id in episode_ids:
        try:
            assessed |= work_out(session, [episode_id], now)
        except OF_THE_RECORD as error:
            assessed[episode_id] = engagement.not_worked_out(
                now, weights.load(), risk_since=turning[episode_id].risk_since
            )
            faults[str(episode_id)] = type(error).__name__
    if faults:
        log.error("assessment.put_aside", count=len(faults), episodes=faults)
    return assessed


def practice_rhythm(session: Session) -> Rhythm:
    return Rhythm(default_cadence_days=practices.current(session).default_cadence_days)


def stored(assessment: Assessment, ended_at: datetime | None) -> tuple[object, ...]:
    """The values of `ASSESSED` after practice and id."""
    attention_at = next_step.attention_at(assessment.drifting_at, assessment.evidence, ended_at, assessment.assessed_at)
    return (
        assessment.drifting_at,
        assessment.quiet_at,
        assessment.paused_from,
        assessment.paused_until,
        assessment.revisit_at,
        attention_at or FAR_FUTURE,
        assessment.evidence.to_json(),
        assessment.model_version,
        assessment.assessed_at,
        False,
    )
