"""What keeps messages to clients back, and the looks that were taken at it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import flags as rules
from schemas.tables import Flag, FlagReview
from schemas.tables.base import Identifier, Instant


def add(session: Session, row: Flag | FlagReview) -> None:
    session.add(row)
    session.flush()


def get(session: Session, client_id: UUID, flag_id: UUID) -> Flag | None:
    statement = sa.select(Flag).where(col(Flag.client_id) == client_id, col(Flag.id) == flag_id)
    return session.scalars(statement).first()


def by_id(session: Session, flag_id: UUID) -> Flag | None:
    return session.scalars(sa.select(Flag).where(col(Flag.id) == flag_id)).first()


def open_ones(session: Session, client_ids: Collection[UUID]) -> Sequence[Flag]:
    """Whatever stands and nobody has cleared."""
    statement = sa.select(Flag).where(col(Flag.client_id).in_(set(client_ids)), col(Flag.cleared_at).is_(None))
    return session.scalars(statement.order_by(col(Flag.raised_at), col(Flag.id))).all()


# Made once: every fact that is recorded asks it.
_STANDING = sa.select(col(Flag.client_id), col(Flag.kind), col(Flag.consent_id), col(Flag.raised_at)).where(
    col(Flag.client_id).in_(sa.bindparam("client_ids", type_=Identifier, expanding=True)),
    col(Flag.raised_at) <= sa.bindparam("as_of", type_=Instant),
    sa.or_(col(Flag.cleared_at).is_(None), col(Flag.cleared_at) > sa.bindparam("as_of", type_=Instant)),
)


def standing(session: Session, client_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, list[rules.Standing]]:
    """What stood at an instant, by client."""
    asked = {"client_ids": set(client_ids), "as_of": as_of}
    found: dict[UUID, list[rules.Standing]] = defaultdict(list)
    for client_id, kind, consent_id, since in session.execute(_STANDING, asked):
        found[client_id].append(rules.Standing(kind, consent_id, since))
    return found


def latest(session: Session, client_id: UUID, *, limit: int) -> Sequence[Flag]:
    """Those that stand first, then the others; of each the one raised last first."""
    statement = (
        sa.select(Flag)
        .where(col(Flag.client_id) == client_id)
        .order_by(col(Flag.cleared_at).is_not(None), col(Flag.raised_at).desc(), col(Flag.id).desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def reviews(session: Session, flag_ids: Collection[UUID]) -> dict[UUID, list[FlagReview]]:
    """By flag, oldest first."""
    statement = (
        sa.select(FlagReview)
        .where(col(FlagReview.flag_id).in_(set(flag_ids)))
        .order_by(col(FlagReview.at), col(FlagReview.id))
    )
    found: dict[UUID, list[FlagReview]] = defaultdict(list)
    for row in session.scalars(statement):
        found[row.flag_id].append(row)
    return found
