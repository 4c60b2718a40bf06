"""API keys as rows, and how tokens are made. Who holds a token is asked in sign_ins.py, before a practice is known."""

import secrets
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import ApiKey

KEY_PREFIX = "lt_"
SIGN_IN_PREFIX = "lts_"


def new_token(prefix: str) -> str:
    """256 random bits behind a prefix that secret scanners can recognise."""
    return prefix + secrets.token_urlsafe(32)


def add(session: Session, key: ApiKey) -> None:
    session.add(key)
    session.flush()


def get(session: Session, key_id: UUID) -> ApiKey | None:
    return session.scalars(sa.select(ApiKey).where(col(ApiKey.id) == key_id)).first()


def page(session: Session, *, after: UUID | None, limit: int) -> Sequence[ApiKey]:
    """Ended keys too: the trail names them."""
    statement = sa.select(ApiKey).order_by(col(ApiKey.id)).limit(limit)
    if after is not None:
        statement = statement.where(col(ApiKey.id) > after)
    return session.scalars(statement).all()
