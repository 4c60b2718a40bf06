"""Locks that processes agree on by name. PostgreSQL locks by a number made of it; SQLite has one writer anyway."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from api.store import tenancy

_FACTS = "facts of the practice"
_LONGEST_PAUSE_MS = "20000"


def alone(session: Session, duty: str) -> bool:
    """Whether nobody else is at this duty of the practice; then nobody will be until the unit ends. Never waits."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_number(session, duty)))))


def before_commit(session: Session) -> None:
    """The last statement of every unit that may have written facts of a practice (decision 0021).

    Many units may be there at once; it waits only while a message of the practice is being decided on. So whoever
    decides sees every fact that is committed before the decision, and none is committed in between.
    """
    if session.get_bind().dialect.name != "sqlite" and tenancy.is_scoped(session):
        session.flush()
        session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_number(session, _FACTS))))


def hold_facts(session: Session) -> None:
    """Until this unit ends nobody commits anything in the practice. Waits for those who are just about to.

    Hold the rows that will be written, or referred to, before calling this, and wait for none afterwards: whoever holds one of them
    may be waiting for this lock (`outbox_rows`).
    """
    if session.get_bind().dialect.name != "sqlite":
        # A process that is stopped in the middle must not keep a practice from writing: the database ends its unit.
        # Long enough for a busy machine: five seconds ended units of a worker that was only waiting for its turn.
        session.execute(
            sa.select(sa.func.set_config("idle_in_transaction_session_timeout", _LONGEST_PAUSE_MS, sa.true()))
        )
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_number(session, _FACTS))))


def _number(session: Session, name: str) -> int:
    named = tenancy.practice_of(session).bytes + name.encode()
    return int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), signed=True)
