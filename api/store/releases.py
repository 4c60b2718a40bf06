"""The ledger of releases: added to and read, nothing else."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.periods import Period
from api.domain.releases import Earlier
from schemas.tables import Release, ReleasedYear


def add(session: Session, release: Release) -> None:
    """Takes its years. Raises IntegrityError where another release took one at the same moment."""
    session.add(release)
    session.flush()
    for year in range(release.first_year, release.last_year + 1):
        session.add(ReleasedYear(year=year, release_id=release.id))
    session.flush()


def get(session: Session, release_id: UUID) -> Release | None:
    return session.scalars(sa.select(Release).where(col(Release.id) == release_id)).first()


def of_period(session: Session, period: Period) -> Release | None:
    statement = sa.select(Release).where(
        col(Release.first_year) == period.first_year, col(Release.last_year) == period.last_year
    )
    return session.scalars(statement).first()


def page(session: Session, *, before: UUID | None, limit: int) -> Sequence[Release]:
    """Newest first."""
    statement = sa.select(Release).order_by(col(Release.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(Release.id) < before)
    return session.scalars(statement).all()


def earlier(session: Session) -> list[Earlier]:
    """All of them, oldest period first: a practice has one for each year at most."""
    statement = sa.select(
        col(Release.id),
        col(Release.first_year),
        col(Release.last_year),
        col(Release.document_digest),
        col(Release.document),
    ).order_by(col(Release.first_year))
    return [Earlier.read(row[0], Period(row[1], row[2]), row[3], row[4]) for row in session.execute(statement)]


def years(session: Session) -> dict[int, UUID]:
    """Which years are published, and in which release."""
    statement = sa.select(col(ReleasedYear.year), col(ReleasedYear.release_id))
    return {row[0]: row[1] for row in session.execute(statement)}
