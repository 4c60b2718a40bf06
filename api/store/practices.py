"""Practices: the row every tenant has one of."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from api.store import tenancy
from schemas.tables import Practice


def current(session: Session) -> Practice:
    """The practice in whose scope the session is."""
    return session.scalars(sa.select(Practice)).one()


def add(session: Session, practice: Practice) -> None:
    """A new tenant; the session enters its scope."""
    session.add(practice)
    tenancy.enter(session, tenancy.Scope(practice.id, members=None))
    session.flush()
