"""Answers kept under their Idempotency-Key, so that a retry repeats the answer and not the act.

A claim is a row written by the unit that acts. Until that unit ends nobody else can take the same claim:
PostgreSQL makes the second writer wait at the key, SQLite at the beginning of its unit.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.errors import Conflict
from api.store import tenancy, upserts
from schemas.tables import StoredAnswer

_IN_THE_MAKING = 0


def claim(
    session: Session, caller_id: UUID, key: str, request_digest: bytes, *, now: datetime, since: datetime
) -> StoredAnswer | None:
    """None: the key is ours now. Otherwise the answer given under it, if that was not before `since`."""
    table = StoredAnswer.__table__  # type: ignore[attr-defined]  # set by SQLModel
    row = {
        "practice_id": tenancy.practice_of(session),
        "caller_id": caller_id,
        "idempotency_key": key,
        "request_digest": request_digest,
        "status_code": _IN_THE_MAKING,
        "headers": {},
        "created_at": now,
    }
    insert = upserts.insert(session, table).values(row)
    place = [table.c.practice_id, table.c.caller_id, table.c.idempotency_key]
    # An answer that is too old to be repeated is written over: the pruning may not have come by yet.
    statement = insert.on_conflict_do_update(
        index_elements=place,
        set_={name: insert.excluded[name] for name in row} | {"body_sealed": None},
        where=table.c.created_at < since,
    ).returning(table.c.caller_id)
    try:
        claimed = session.execute(tenancy.before_tenant(statement)).first() is not None
    except sa.exc.OperationalError as error:
        raise Conflict(
            "A request with this Idempotency-Key is still being worked on. Try again in a moment.", code="in_progress"
        ) from error
    return None if claimed else _get(session, caller_id, key)


def keep(
    session: Session, caller_id: UUID, key: str, *, status_code: int, headers: dict[str, str], sealed: bytes | None
) -> None:
    """Fills the claim in. Without `sealed` a repeat learns only that it was answered."""
    answer = _get(session, caller_id, key)
    answer.status_code, answer.headers, answer.body_sealed = status_code, headers, sealed
    session.flush()


def release(session: Session, caller_id: UUID, key: str) -> None:
    """Nothing worth repeating came of it: the key may be used again."""
    session.delete(_get(session, caller_id, key))
    session.flush()


def _get(session: Session, caller_id: UUID, key: str) -> StoredAnswer:
    statement = sa.select(StoredAnswer).where(
        col(StoredAnswer.caller_id) == caller_id, col(StoredAnswer.idempotency_key) == key
    )
    return session.scalars(statement).one()


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(tenancy.before_tenant(sa.delete(StoredAnswer).where(col(StoredAnswer.created_at) < moment)))
