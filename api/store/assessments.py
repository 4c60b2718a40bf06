"""What noticing works out, stored with the episode in the same transaction as the facts it rests on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import engagement, next_step, weights
from api.domain.engagement import Assessment
from api.domain.errors import DomainError
from api.domain.history import Rhythm
from api.domain.weights import Model
from api.store import bulk, episodes, histories, snoozes, tenancy
from schemas.tables import Episode, Practice
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
    "put_off_until",
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
    waits = snoozes.follow(session, assessed, mine, now)
    rows = [
        (practice_id, episode_id, *stored(assessed[episode_id], ended_at, waits.get(episode_id)))
        for episode_id, ended_at in mine.items()
    ]
    bulk.update(session, Episode, ASSESSED, rows)
    episodes.read_again(session, mine)


def work_out(session: Session, episode_ids: Collection[UUID], now: datetime) -> dict[UUID, Assessment]:
    """The assessments at an instant, from what was known then, without storing them."""
    rhythm, model = chosen(session)
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
    turning, (_, model) = histories.turning(session, episode_ids, as_of=now), chosen(session)
    for episode_id in episode_ids:
        try:
            assessed |= work_out(session, [episode_id], now)
        except OF_THE_RECORD as error:
            assessed[episode_id] = engagement.not_worked_out(now, model, risk_since=turning[episode_id].risk_since)
            faults[str(episode_id)] = type(error).__name__
    if faults:
        log.error("assessment.put_aside", count=len(faults), episodes=faults)
    return assessed


def chosen(session: Session) -> tuple[Rhythm, Model]:
    """What the practice expects, and at which level it wants to be told, as they are now.

    As columns: the row that the session may hold could be of before somebody else's change, and whoever changes these
    waits for the episodes that are held here, then marks them to be assessed again.
    """
    statement = sa.select(col(Practice.default_cadence_days), col(Practice.sensitivity))
    cadence, sensitivity = session.execute(statement).one()
    return Rhythm(default_cadence_days=cadence), weights.load(sensitivity)


def progress(session: Session) -> tuple[int, int]:
    """How many episodes are running, and how many of them are still to be assessed again."""
    running = sa.select(sa.func.count(col(Episode.id))).where(col(Episode.ended_at).is_(None))
    total = session.scalar(running)
    waiting = session.scalar(running.where(col(Episode.assessment_due))) if total else 0
    return total or 0, waiting or 0


def stored(
    assessment: Assessment, ended_at: datetime | None, put_off_until: datetime | None = None
) -> tuple[object, ...]:
    """The values of `ASSESSED` after practice and id. What waits is looked at again when it waits no more."""
    found = next_step.attention_at(assessment.drifting_at, assessment.evidence, ended_at, assessment.assessed_at)
    attention_at, revisit_at = found or FAR_FUTURE, assessment.revisit_at
    if put_off_until is not None:
        attention_at, revisit_at = max(attention_at, put_off_until), min(revisit_at or FAR_FUTURE, put_off_until)
    return (
        assessment.drifting_at,
        assessment.quiet_at,
        assessment.paused_from,
        assessment.paused_until,
        revisit_at,
        attention_at,
        put_off_until,
        assessment.evidence.to_json(),
        assessment.model_version,
        assessment.assessed_at,
        False,
    )
