"""What keeps messages to clients back."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Flag


def add(session: Session, row: Flag) -> None:
    session.add(row)
    session.flush()


def get(session: Session, client_id: UUID, flag_id: UUID) -> Flag | None:
    statement = sa.select(Flag).where(col(Flag.client_id) == client_id, col(Flag.id) == flag_id)
    return session.scalars(statement).first()


def open_ones(session: Session, client_ids: Collection[UUID]) -> Sequence[Flag]:
    """Whatever stands and nobody has cleared."""
    statement = sa.select(Flag).where(col(Flag.client_id).in_(set(client_ids)), col(Flag.cleared_at).is_(None))
    return session.scalars(statement.order_by(col(Flag.raised_at), col(Flag.id))).all()
