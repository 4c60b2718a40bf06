"""The practice's own templates as rows."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.check_in_templates import EVERY, Only
from schemas.tables import CheckInTemplate


def add(session: Session, row: CheckInTemplate) -> None:
    session.add(row)
    session.flush()


def get(session: Session, template_id: UUID) -> CheckInTemplate | None:
    return session.scalars(sa.select(CheckInTemplate).where(col(CheckInTemplate.id) == template_id)).first()


def page(session: Session, *, after: UUID | None, limit: int, only: Only = EVERY) -> Sequence[CheckInTemplate]:
    """Oldest first."""
    statement = sa.select(CheckInTemplate).order_by(col(CheckInTemplate.id)).limit(limit)
    for column, wanted in (
        (CheckInTemplate.situation, only.situation),
        (CheckInTemplate.channel, only.channel),
        (CheckInTemplate.locale, only.locale),
    ):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if after is not None:
        statement = statement.where(col(CheckInTemplate.id) > after)
    return session.scalars(statement).all()


def delete(session: Session, row: CheckInTemplate) -> None:
    session.delete(row)
    session.flush()
