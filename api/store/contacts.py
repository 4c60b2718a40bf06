"""Contacts, absences and agreements of an episode."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Absence, Agreement, Contact


def add(session: Session, row: Contact | Absence | Agreement) -> None:
    session.add(row)
    session.flush()


def page(session: Session, episode_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Contact]:
    """Newest record first."""
    statement = sa.select(Contact).where(col(Contact.episode_id) == episode_id)
    if before is not None:
        statement = statement.where(col(Contact.id) < before)
    return session.scalars(statement.order_by(col(Contact.id).desc()).limit(limit)).all()


def latest_of(session: Session, episode_ids: Collection[UUID], client_id: UUID, *, limit: int) -> Sequence[Contact]:
    """The newest of these episodes, newest first, without what is about another participant alone."""
    statement = (
        sa.select(Contact)
        .where(
            col(Contact.episode_id).in_(set(episode_ids)),
            sa.or_(col(Contact.client_id).is_(None), col(Contact.client_id) == client_id),
        )
        .order_by(col(Contact.at).desc(), col(Contact.id).desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def absences(session: Session, episode_ids: Collection[UUID]) -> Sequence[Absence]:
    statement = sa.select(Absence).where(col(Absence.episode_id).in_(set(episode_ids)))
    return session.scalars(statement.order_by(col(Absence.from_on), col(Absence.id))).all()


def absence(session: Session, episode_id: UUID, absence_id: UUID) -> Absence | None:
    statement = sa.select(Absence).where(col(Absence.episode_id) == episode_id, col(Absence.id) == absence_id)
    return session.scalars(statement).first()


def agreements(session: Session, episode_ids: Collection[UUID]) -> Sequence[Agreement]:
    statement = sa.select(Agreement).where(col(Agreement.episode_id).in_(set(episode_ids)))
    return session.scalars(statement.order_by(col(Agreement.from_on), col(Agreement.id))).all()
