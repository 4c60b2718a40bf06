"""What noticing works out, stored with the episode in the same transaction as the facts it rests on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import engagement, next_step, weights
from api.domain.engagement import Assessment
from api.domain.history import Rhythm
from api.store import episodes, histories, practices
from schemas.tables import Episode
from schemas.tables.base import FAR_FUTURE


def refresh(session: Session, episode_ids: Collection[UUID], now: datetime) -> None:
    """Assesses these episodes anew from all their facts. Call it in the unit that changed a fact.

    Held before their facts are read: of two units that add facts at once, the second waits and sees both.
    """
    session.flush()
    mine = episodes.held(session, episode_ids)
    assessed = work_out(session, episode_ids, now)
    for episode in mine:
        _store(episode, assessed[episode.id])
    session.flush()


def work_out(session: Session, episode_ids: Collection[UUID], now: datetime) -> dict[UUID, Assessment]:
    """The assessments at an instant, from what was known then, without storing them."""
    rhythm = practice_rhythm(session)
    model = weights.load()
    return {
        episode_id: engagement.assess(history, rhythm, now, model)
        for episode_id, history in histories.load(session, episode_ids, as_of=now).items()
    }


def practice_rhythm(session: Session) -> Rhythm:
    return Rhythm(default_cadence_days=practices.current(session).default_cadence_days)


def _store(episode: Episode, assessment: Assessment) -> None:
    attention_at = next_step.attention_at(
        assessment.drifting_at, assessment.evidence, episode.ended_at, assessment.assessed_at
    )
    episode.drifting_at = assessment.drifting_at
    episode.quiet_at = assessment.quiet_at
    episode.paused_from = assessment.paused_from
    episode.paused_until = assessment.paused_until
    episode.revisit_at = assessment.revisit_at
    episode.attention_at = attention_at or FAR_FUTURE
    episode.evidence = assessment.evidence.to_json()
    episode.model_version = assessment.model_version
    episode.assessed_at = assessment.assessed_at
    episode.assessment_due = False
