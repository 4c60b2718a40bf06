"""The installation as a whole, before any practice is entered: for the command line alone. A test pins the callers."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy
from schemas.tables import Practice


def practices(session: Session) -> list[tuple[UUID, str, str]]:
    """(id, name, time zone) of every practice, oldest first."""
    statement = sa.select(col(Practice.id), col(Practice.name), col(Practice.time_zone)).order_by(col(Practice.id))
    return [(row[0], row[1], row[2]) for row in session.execute(tenancy.before_tenant(statement))]
