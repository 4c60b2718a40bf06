"""Leave of clinicians and closed days of the practice: the absences that belong to no single episode."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Absence
from schemas.vocabulary import AbsenceKind


def add(session: Session, absence: Absence) -> None:
    session.add(absence)
    session.flush()


def get(session: Session, absence_id: UUID, kind: AbsenceKind) -> Absence | None:
    statement = sa.select(Absence).where(col(Absence.id) == absence_id, col(Absence.kind) == kind)
    return session.scalars(statement).first()


def page(
    session: Session, kind: AbsenceKind, *, member_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Absence]:
    """In the order of recording, withdrawn ones too: looking back has to show them."""
    statement = sa.select(Absence).where(col(Absence.kind) == kind).order_by(col(Absence.id)).limit(limit)
    if member_id is not None:
        statement = statement.where(col(Absence.member_id) == member_id)
    if after is not None:
        statement = statement.where(col(Absence.id) > after)
    return session.scalars(statement).all()
