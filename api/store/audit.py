"""The audit trail's rows: adding entries, paging them, sealing them into the chain, checking the chain."""

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.audit import Action
from api.store import tenancy
from schemas.tables import AuditEntry, AuditSeal, AuditUnsealed, Concern
from schemas.vocabulary import FlagKind

# The practice id of acts that belong to no practice, such as a sign-in to an unknown account.
NO_PRACTICE = UUID(int=0)
_GENESIS = bytes(32)
_IN_CONFIDENCE = "concern"
_ACTS_ON_FLAGS = (Action.FLAG_RAISE.value, Action.FLAG_REVIEW.value, Action.FLAG_CLEAR.value)

_ENTRY = sa.insert(AuditEntry)
_UNSEALED = sa.insert(AuditUnsealed)
_COLUMNS = tuple(AuditEntry.model_fields)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which the chain does not hold."""

    position: int
    entry_id: UUID
    why: str


def add(session: Session, entry: AuditEntry) -> None:
    add_all(session, [entry])


def add_all(session: Session, entries: Sequence[AuditEntry]) -> None:
    """Every read of client-level data comes by here, so the rows are written without the detour of the session's
    own bookkeeping, which costs five times as much. The practice is the one in whose scope the session is.
    """
    session.flush()
    practice_id = tenancy.practice_of(session)
    for entry in entries:
        if entry.practice_id not in (None, practice_id):
            raise tenancy.ForeignRow
        entry.practice_id = practice_id
    connection = session.connection()
    connection.execute(_ENTRY, [{name: getattr(entry, name) for name in _COLUMNS} for entry in entries])
    connection.execute(_UNSEALED, [{"practice_id": practice_id, "entry_id": entry.id} for entry in entries])


def page(session: Session, *, before: UUID | None, subject_id: UUID | None, limit: int) -> Sequence[AuditEntry]:
    """Newest first. Identifiers sort by time, so the last one seen is the cursor.

    Who told somebody something in confidence, and what became of it, is in the trail for its reader alone, once they have
    opened it: one who has come to treat the client since does not open it. Who paused messages for the practice is in it for themselves
    alone: else a hold for the sake of such a thing would be the one without an entry.
    """
    reader_id = tenancy.scope_of(session).reader_id
    opened = sa.select(col(Concern.id)).where(col(Concern.seen_at).is_not(None))
    mine = sa.or_(col(AuditEntry.actor_id) == reader_id, col(AuditEntry.subject_id).in_(opened))
    told = sa.or_(col(AuditEntry.subject_kind).is_(None), col(AuditEntry.subject_kind) != _IN_CONFIDENCE, mine)
    open_to_me = sa.or_(sa.not_(of_a_hold()), col(AuditEntry.actor_id) == reader_id)
    statement = sa.select(AuditEntry).where(told, open_to_me).order_by(col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(AuditEntry.id) < before)
    if subject_id is not None:
        statement = statement.where(col(AuditEntry.subject_id) == subject_id)
    return session.scalars(statement).all()


def of_a_hold() -> sa.ColumnElement[bool]:
    """Raising, looking at or clearing a hold by the practice, or trying to."""
    kind = sa.func.coalesce(col(AuditEntry.details)["kind"].as_string(), "")
    return sa.and_(col(AuditEntry.action).in_(_ACTS_ON_FLAGS), kind == FlagKind.PRACTICE_HOLD.value)


def seal_next(session: Session, *, now: datetime, limit: int) -> int:
    """Appends up to `limit` unsealed entries to the chain and returns how many. One sealer at a time per practice."""
    last = session.scalars(sa.select(AuditSeal).order_by(col(AuditSeal.position).desc()).limit(1)).first()
    position, link = (last.position, last.link_digest) if last else (0, _GENESIS)
    waiting = sa.select(col(AuditUnsealed.entry_id)).order_by(col(AuditUnsealed.entry_id)).limit(limit)
    ids = session.scalars(waiting).all()
    entries = session.scalars(
        sa.select(AuditEntry).where(col(AuditEntry.id).in_(ids)).order_by(col(AuditEntry.id))
    ).all()
    for entry in entries:
        position += 1
        link = _link(link, entry)
        session.add(AuditSeal(position=position, entry_id=entry.id, link_digest=link, sealed_at=now))
    session.flush()
    session.execute(sa.delete(AuditUnsealed).where(col(AuditUnsealed.entry_id).in_(ids)))
    return len(entries)


def unsealed_count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(AuditUnsealed)) or 0


def first_break(session: Session) -> Break | None:
    """Walks the whole chain. Finds a changed, removed or slipped-in entry and a removed or reordered link."""
    link, expected = _GENESIS, 1
    # Closed by name: the database's cursor stays open when the walk ends early.
    with closing(_links(session)) as links:
        for seal, entry in links:
            if seal.position != expected:
                return Break(expected, seal.entry_id, "a link is missing")
            if entry is None:
                return Break(seal.position, seal.entry_id, "the entry is missing")
            link = _link(link, entry)
            if link != seal.link_digest:
                return Break(seal.position, seal.entry_id, "the entry was changed")
            expected += 1
    return None


def last_link(session: Session) -> tuple[int, bytes] | None:
    """Position and digest. Whoever keeps them elsewhere can tell later whether the chain was rewritten or cut off below them."""
    newest = sa.select(col(AuditSeal.position), col(AuditSeal.link_digest)).order_by(col(AuditSeal.position).desc())
    row = session.execute(newest.limit(1)).first()
    return None if row is None else (row[0], row[1])


def has_link(session: Session, position: int, digest: bytes) -> bool:
    link = sa.select(col(AuditSeal.position)).where(
        col(AuditSeal.position) == position, col(AuditSeal.link_digest) == digest
    )
    return session.scalar(link) is not None


def _links(session: Session) -> Generator[tuple[AuditSeal, AuditEntry | None], None, None]:
    statement = (
        sa.select(AuditSeal, AuditEntry)
        .join(AuditEntry, col(AuditEntry.id) == col(AuditSeal.entry_id), isouter=True)
        .order_by(col(AuditSeal.position))
        .execution_options(yield_per=500)
    )
    with session.execute(statement) as rows:
        for seal, entry in rows:  # noqa: UP028  # typed as two columns, not as a row
            yield seal, entry


def _link(previous: bytes, entry: AuditEntry) -> bytes:
    told = [
        str(entry.practice_id),
        str(entry.id),
        entry.at.isoformat(),
        entry.actor_kind,
        str(entry.actor_id),
        entry.action,
        entry.outcome,
        entry.subject_kind,
        str(entry.subject_id),
        entry.request_id,
        entry.details,
    ]
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + canonical.encode()).digest()
