"""Every return of a termination note for changes: who sent it back, when and why. Rows are only added; triggers hold that.

Until migration 0055 a note had room for one return, which its next signature emptied. Code of before may still run beside this and
put one there: it is read as a return like any other, and gets its row with the next signature, before those columns are emptied.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import note_digests
from api.store.belonging_rows import returned
from api.store.sealing import DataKey, Place
from schemas.tables import NoteReturn, TerminationNote
from schemas.tables.base import new_id


def add(session: Session, key: DataKey, note: TerminationNote, reason: str, *, by: UUID, at: datetime) -> NoteReturn:
    row = NoteReturn(
        practice_id=note.practice_id,
        id=new_id(),
        note_id=note.id,
        client_id=note.client_id,
        member_id=by,
        reason_sealed=b"",
        at=at,
    )
    row.reason_sealed = key.seal(reason, _place(row))
    row.digest = note_digests.of_return(row)
    session.add(row)
    session.flush()
    return row


def every(session: Session, note_ids: Collection[UUID]) -> Sequence[NoteReturn]:
    """The oldest first."""
    statement = sa.select(NoteReturn).where(col(NoteReturn.note_id).in_(set(note_ids)))
    return session.scalars(statement.order_by(col(NoteReturn.at), col(NoteReturn.id))).all()


def of_note(session: Session, note: TerminationNote) -> Sequence[NoteReturn]:
    """The oldest first. The last is what a draft was returned for."""
    rows = every(session, [note.id])
    beside = _beside(note)
    return rows if beside is None or any(row.at == beside.at for row in rows) else [*rows, beside]


def reason(key: DataKey, row: NoteReturn) -> str:
    return key.open(row.reason_sealed, _place(row))


def leave_columns(session: Session, note: TerminationNote) -> None:
    """What stands in the note's own columns has a row before they are emptied. Hold the note first."""
    session.add_all(row for row in of_note(session, note) if sa.inspect(row).transient)
    note.returned_reason_sealed = note.returned_at = note.returned_by = None


def _beside(note: TerminationNote) -> NoteReturn | None:
    """As code of before kept it. The trail has no fingerprint of it, so it has none either."""
    if note.returned_at is None or note.returned_by is None or note.returned_reason_sealed is None:
        return None
    return NoteReturn(
        practice_id=note.practice_id,
        id=new_id(),
        note_id=note.id,
        client_id=note.client_id,
        member_id=note.returned_by,
        reason_sealed=note.returned_reason_sealed,
        at=note.returned_at,
    )


def _place(row: NoteReturn) -> Place:
    return returned("note_returns", "reason", row)
