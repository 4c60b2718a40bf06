"""Results of measures, of an episode."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import ItemAnswer, Score

_ABOUT_A_DAY = timedelta(hours=36)


def add(session: Session, row: Score) -> None:
    session.add(row)
    session.flush()


def told_before(session: Session, digest: bytes) -> Score | None:
    return session.scalars(sa.select(Score).where(col(Score.fact_digest) == digest)).first()


def get(session: Session, episode_id: UUID, score_id: UUID) -> Score | None:
    statement = sa.select(Score).where(col(Score.episode_id) == episode_id, col(Score.id) == score_id)
    return session.scalars(statement).first()


def without_answer(session: Session, episode_id: UUID, client_id: UUID, at: datetime) -> Sequence[Score]:
    """This person's own that stand, of about that day, beside which no answer is on record; oldest record first."""
    statement = sa.select(Score).where(
        col(Score.episode_id) == episode_id,
        col(Score.client_id) == client_id,
        col(Score.withdrawn_at).is_(None),
        col(Score.at).between(at - _ABOUT_A_DAY, at + _ABOUT_A_DAY),
        sa.not_(sa.select(col(ItemAnswer.id)).where(col(ItemAnswer.score_id) == col(Score.id)).exists()),
    )
    return session.scalars(statement.order_by(col(Score.id))).all()


def page(session: Session, episode_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Score]:
    """Newest record first."""
    statement = sa.select(Score).where(col(Score.episode_id) == episode_id)
    if before is not None:
        statement = statement.where(col(Score.id) < before)
    return session.scalars(statement.order_by(col(Score.id).desc()).limit(limit)).all()


def latest_of(session: Session, episode_ids: Collection[UUID], client_id: UUID, *, limit: int) -> Sequence[Score]:
    """The newest of these episodes, newest first, without another participant's own and what was taken back."""
    statement = (
        sa.select(Score)
        .where(
            col(Score.episode_id).in_(set(episode_ids)),
            col(Score.withdrawn_at).is_(None),
            sa.or_(col(Score.client_id).is_(None), col(Score.client_id) == client_id),
        )
        .order_by(col(Score.at).desc(), col(Score.id).desc())
        .limit(limit)
    )
    return session.scalars(statement).all()
