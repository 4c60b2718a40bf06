"""Duties that one process at a time does. PostgreSQL locks by a number of the duty; SQLite has one writer anyway."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from api.store import tenancy


def alone(session: Session, duty: str) -> bool:
    """Whether nobody else is at this duty of the practice; then nobody will be until the unit ends. Never waits."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    named = tenancy.practice_of(session).bytes + duty.encode()
    number = int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), signed=True)
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))))
