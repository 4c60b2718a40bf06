"""Whether signed notes, their signatures, returns and addenda are what they were: against their own fingerprints, and against the trail.

A fingerprint shows a change that was made beside it; the audit entry of the signing, which the chain seals, shows one that
was made in both. No key is needed, so notes of clients who were erased are checked like any other.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.audit import Action
from api.store import note_digests, note_returns
from api.store import terminations as note_store
from schemas.tables import AuditEntry, NoteAddendum, NoteReturn, NoteSignature, TerminationNote
from schemas.vocabulary import AuditOutcome, NoteState, SignaturePart

_AT_ONCE = 200
_SIGNINGS = (Action.NOTE_SIGN, Action.NOTE_COSIGN)
_ACTS = (*_SIGNINGS, Action.NOTE_RETURN, Action.NOTE_ADDENDUM)
# What a column that was tampered with can make of being read.
_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
_UNREADABLE_WORDS = "something in it cannot be read any more"


@dataclass(frozen=True, slots=True)
class Tampered:
    """A note that is not what was signed, and the first thing that shows it."""

    note_id: UUID
    why: str


@dataclass(slots=True)
class _Told:
    """What the trail says of one note. `digest` is None while it is a draft, returned or never signed."""

    digest: str | None = None
    signatures: list[str] = field(default_factory=list)
    addenda: list[str] = field(default_factory=list)
    returns: list[str | None] = field(default_factory=list)


@dataclass(slots=True)
class _Held:
    """What the tables have of it."""

    note: TerminationNote | None
    signatures: list[NoteSignature] = field(default_factory=list)
    addenda: list[NoteAddendum] = field(default_factory=list)
    returns: list[NoteReturn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checked:
    count: int
    tampered: Sequence[Tampered]


def check(session: Session) -> Checked:
    """Every note of the practice that the trail or the table says was signed."""
    tampered: list[Tampered] = []
    count = 0
    for ids in _batches(session):
        count += len(ids)
        told = _told(session, ids)
        for note_id, held in _held(session, ids).items():
            why = _UNREADABLE_WORDS if held is None else _wrong(held, told[note_id])
            if why is not None:
                tampered.append(Tampered(note_id, why))
        session.expunge_all()
    return Checked(count, tampered)


def _held(session: Session, ids: Sequence[UUID]) -> dict[UUID, _Held | None]:
    """Together; where one of them cannot be read, one by one, so that it hides none of the others."""
    try:
        notes = {note.id: note for note in note_store.every(session, ids)}
        found = {note_id: _Held(notes.get(note_id)) for note_id in ids}
        for signature in note_store.signatures(session, ids):
            found[signature.note_id].signatures.append(signature)
        for addendum in note_store.addenda(session, ids):
            found[addendum.note_id].addenda.append(addendum)
        for back in note_returns.every(session, ids):
            found[back.note_id].returns.append(back)
    except _UNREADABLE:
        session.expunge_all()
        if len(ids) == 1:
            return {ids[0]: None}
        return {key: held for note_id in ids for key, held in _held(session, [note_id]).items()}
    return dict(found)


def _batches(session: Session) -> Iterator[list[UUID]]:
    """Also the ids of notes that are not there any more. By id, so that any number of them fits in memory."""
    of_signings = sa.select(col(AuditEntry.subject_id)).where(
        col(AuditEntry.action).in_(_SIGNINGS), col(AuditEntry.outcome) == AuditOutcome.ALLOWED
    )
    of_rows = sa.select(col(TerminationNote.id)).where(col(TerminationNote.state) != NoteState.DRAFT)
    of_signatures = sa.select(col(NoteSignature.note_id))
    of_addenda = sa.select(col(NoteAddendum.note_id))
    of_returns = sa.select(col(NoteReturn.note_id))
    ids = sa.union(of_signings, of_rows, of_signatures, of_addenda, of_returns).subquery()
    key = ids.c[0]
    last: UUID | None = None
    while True:
        statement = sa.select(key).where(key.is_not(None)).order_by(key).limit(_AT_ONCE)
        found = list(session.scalars(statement if last is None else statement.where(key > last)))
        if not found:
            return
        yield found
        last = found[-1]


def _told(session: Session, ids: Collection[UUID]) -> dict[UUID, _Told]:
    told = {note_id: _Told() for note_id in ids}
    statement = (
        sa.select(col(AuditEntry.subject_id), col(AuditEntry.action), col(AuditEntry.details))
        .where(
            col(AuditEntry.subject_id).in_(set(ids)),
            col(AuditEntry.action).in_(_ACTS),
            col(AuditEntry.outcome) == AuditOutcome.ALLOWED,
        )
        .order_by(col(AuditEntry.id))
    )
    for subject_id, action, details in session.execute(statement):
        note = told[subject_id]
        if action in _SIGNINGS:
            note.digest = details.get("note_digest")
            note.signatures.append(details.get("signature_digest"))
        elif action == Action.NOTE_RETURN:
            note.digest = None
            note.returns.append(details.get("return_digest"))
        else:
            note.addenda.append(details.get("addendum_digest"))
    return told


def _wrong(held: _Held, told: _Told) -> str | None:
    """In words; None where everything fits."""
    try:
        return (
            _wrong_note(held.note, told)
            or _wrong_signatures(held.note, held.signatures, told)
            or _wrong_addenda(held.note, held.addenda, told)
            or _wrong_returns(held.returns, told)
        )
    except _UNREADABLE:
        return _UNREADABLE_WORDS


def _wrong_note(note: TerminationNote | None, told: _Told) -> str | None:
    if note is None:
        return "the note is missing"
    if note.state is NoteState.DRAFT:
        return None if told.digest is None else "the note was signed and says that it is a draft"
    if told.digest is None:
        return "the trail knows of no signature that stands"
    if note.digest is None or note_digests.of_note(note) != note.digest:
        return "the note was changed"
    if note.digest.hex() != told.digest:
        return "the note is not the one that was signed"
    return None


def _wrong_signatures(note: TerminationNote | None, signatures: Sequence[NoteSignature], told: _Told) -> str | None:
    if any(note_digests.of_signature(row) != row.digest for row in signatures):
        return "a signature was changed"
    if sorted(row.digest.hex() for row in signatures) != sorted(told.signatures):
        return "its signatures are not those that were made"
    if note is None or note.state is NoteState.DRAFT:
        return None
    content = note_digests.of_content(note)
    under_it = [row.part for row in signatures if row.content_digest == content]
    wanted = [SignaturePart.AUTHOR]
    if note.needs_cosign and note.state is NoteState.SIGNED:
        wanted.append(SignaturePart.COSIGNER)
    return None if sorted(under_it) == sorted(wanted) else "a signature is under something else"


def _wrong_addenda(note: TerminationNote | None, addenda: Sequence[NoteAddendum], told: _Told) -> str | None:
    before = (note.digest if note is not None else None) or b""
    for place, row in enumerate(addenda):
        if row.position != place or note_digests.of_addendum(row, before) != row.digest:
            return "an addendum was changed"
        before = row.digest
    if [row.digest.hex() for row in addenda] != told.addenda:
        return "its addenda are not those that were made"
    return None


def _wrong_returns(returns: Sequence[NoteReturn], told: _Told) -> str | None:
    """Of a return from before returns had a fingerprint the trail says that there was one, and no more."""
    if any(row.digest is not None and note_digests.of_return(row) != row.digest for row in returns):
        return "a return was changed"
    kept, before = [row.digest.hex() for row in returns if row.digest is not None], told.returns.count(None)
    if sorted(kept) != sorted(one for one in told.returns if one is not None) or len(returns) - len(kept) > before:
        return "its returns are not those that were made"
    return None
