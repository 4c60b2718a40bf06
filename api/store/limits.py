"""Requests counted per caller and window, in the database, so that all processes share one limit."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy, upserts
from schemas.tables import RequestWindow


def take(session: Session, caller_digest: bytes, window_start: datetime, wanted: int) -> int:
    """Adds `wanted` to the caller's count in this window and returns the count after it."""
    table = RequestWindow.__table__  # type: ignore[attr-defined]  # set by SQLModel
    insert = upserts.insert(session, table).values(
        caller_digest=caller_digest, window_start=window_start, request_count=wanted
    )
    statement = insert.on_conflict_do_update(
        index_elements=["caller_digest", "window_start"],
        set_={"request_count": table.c.request_count + insert.excluded.request_count},
    ).returning(table.c.request_count)
    return int(session.execute(tenancy.before_tenant(statement)).scalar_one())


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(tenancy.before_tenant(sa.delete(RequestWindow).where(col(RequestWindow.window_start) < moment)))


def caller(principal_id: UUID) -> bytes:
    return principal_id.bytes
