"""Closing letters as rows: the message and the note of each, and what waits for a cosignature."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.letters import Bound, Standing
from schemas.tables import CheckIn, Letter, TerminationNote
from schemas.vocabulary import CheckInKind, CheckInState, StopReason


def add(session: Session, row: Letter) -> None:
    session.add(row)
    session.flush()


def get(session: Session, letter_id: UUID) -> Letter | None:
    return session.scalars(sa.select(Letter).where(col(Letter.id) == letter_id)).first()


def of_notes(session: Session, note_ids: Collection[UUID]) -> Sequence[Letter]:
    """Oldest first."""
    statement = sa.select(Letter).where(col(Letter.note_id).in_(set(note_ids)))
    return session.scalars(statement.order_by(col(Letter.id))).all()


def page(session: Session, *, note_id: UUID | None, before: UUID | None, limit: int) -> Sequence[Letter]:
    """Newest first."""
    statement = sa.select(Letter).order_by(col(Letter.id).desc()).limit(limit)
    if note_id is not None:
        statement = statement.where(col(Letter.note_id) == note_id)
    if before is not None:
        statement = statement.where(col(Letter.id) < before)
    return session.scalars(statement).all()


def messages(session: Session, letters: Sequence[Letter]) -> dict[UUID, CheckIn]:
    """By letter."""
    statement = sa.select(CheckIn).where(col(CheckIn.id).in_({row.check_in_id for row in letters}))
    found = {row.id: row for row in session.scalars(statement)}
    return {row.id: found[row.check_in_id] for row in letters}


def of_message(session: Session, check_in_id: UUID) -> Letter | None:
    return session.scalars(sa.select(Letter).where(col(Letter.check_in_id) == check_in_id)).first()


def note_of(session: Session, check_in_id: UUID) -> TerminationNote | None:
    """The note with which this message was written."""
    statement = (
        sa.select(TerminationNote)
        .join(Letter, col(Letter.note_id) == col(TerminationNote.id))
        .where(col(Letter.check_in_id) == check_in_id)
    )
    return session.scalars(statement).first()


def standing(session: Session, message: CheckIn) -> Standing | None:
    """None: this message is no letter that was written with a note."""
    if message.kind is not CheckInKind.CLOSING_LETTER:
        return None
    statement = (
        sa.select(col(TerminationNote.state), col(Letter.waits_since))
        .join(Letter, col(Letter.note_id) == col(TerminationNote.id))
        .where(col(Letter.check_in_id) == message.id)
    )
    row = session.execute(statement).first()
    return None if row is None else Standing(row[0], waits=row[1] is not None)


def wait(session: Session, letter: Letter, message: CheckIn, bound: Bound, *, by: UUID, now: datetime) -> None:
    """Approved by whoever signed, to that address on those terms, for the cosignature to let go."""
    letter.waits_since, letter.waits_by = now, by
    message.address_digest, message.terms_digest = bound.address, bound.terms
    session.flush()


def wait_no_more(session: Session, note_id: UUID) -> None:
    """The note went back to its author, or was cosigned without it: the letter is a draft again, to no address as yet."""
    found = of_notes(session, [note_id])
    rows = messages(session, found)
    for letter in found:
        letter.waits_since = letter.waits_by = None
        if rows[letter.id].state is CheckInState.DRAFT:
            rows[letter.id].address_digest = rows[letter.id].terms_digest = None
    session.flush()


def drop(session: Session, note_id: UUID, now: datetime) -> None:
    """Of a note that is thrown away. What was written stays in the log, as put aside."""
    for letter in of_notes(session, [note_id]):
        message = session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == letter.check_in_id)).one()
        session.delete(letter)
        if message.state is CheckInState.DRAFT:
            message.state, message.stopped_by = CheckInState.CANCELLED, StopReason.BY_HAND
            message.state_at, message.version = now, message.version + 1
    session.flush()
