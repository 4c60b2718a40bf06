"""Termination notes, their signatures, returns and addenda. What is signed is only ever added to; triggers hold that."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import ClosingSession, EndingKind, NoteForm, NoteState, SignaturePart


class TerminationNote(KeyedRow, table=True):
    """The note about one client's part in an episode; a draft until it is signed, and never changed after.

    `record_sealed` is what the record said when the author signed. `digest` is over every other column as stored, the
    ciphertext included, so that it holds when the client's key is destroyed. A note stays with the client it was signed
    for, also when that client turns out to be another's double.

    `returned_*` is where the return of a draft stood until returns had a table of their own (`NoteReturn`), which holds them all. They
    are written by nobody any more, and stay as empty as they were signed: the digest is over them too.
    """

    __tablename__ = "termination_notes"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "author_id"),
        belongs_to("members", "risk_reviewed_by"),
        belongs_to("members", "returned_by"),
        sa.UniqueConstraint("practice_id", "episode_id", "client_id"),
        sa.CheckConstraint("state = 'draft' OR (signed_at IS NOT NULL AND digest IS NOT NULL)", name="signed_in_full"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "state", "id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    author_id: UUID = Field(sa_type=Identifier)
    state: NoteState = Field(default=NoteState.DRAFT, sa_type=code_type(NoteState))
    form: NoteForm = Field(sa_type=code_type(NoteForm))
    how_it_ended: EndingKind | None = Field(default=None, sa_type=code_type(EndingKind))
    closing_session: ClosingSession | None = Field(default=None, sa_type=code_type(ClosingSession))
    content_sealed: bytes
    record_sealed: bytes | None = None
    risk_reviewed_at: datetime | None = Field(default=None, sa_type=Instant)
    risk_reviewed_by: UUID | None = Field(default=None, sa_type=Identifier)
    needs_cosign: bool = False
    returned_reason_sealed: bytes | None = None
    returned_at: datetime | None = Field(default=None, sa_type=Instant)
    returned_by: UUID | None = Field(default=None, sa_type=Identifier)
    signed_at: datetime | None = Field(default=None, sa_type=Instant)
    locked_at: datetime | None = Field(default=None, sa_type=Instant)
    digest: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1


class NoteSignature(KeyedRow, table=True):
    """Somebody's signature under a note. `content_digest` is what they signed, `digest` is over this row as stored.

    A note that was returned and signed again has both of its author's signatures.
    """

    __tablename__ = "note_signatures"
    __table_args__ = (
        belongs_to("termination_notes", "note_id"),
        belongs_to("members", "member_id"),
        sa.Index(None, "practice_id", "note_id"),
    )

    note_id: UUID = Field(sa_type=Identifier)
    member_id: UUID = Field(sa_type=Identifier)
    part: SignaturePart = Field(sa_type=code_type(SignaturePart))
    at: datetime = Field(sa_type=Instant)
    content_digest: bytes
    digest: bytes


class NoteAddendum(KeyedRow, table=True):
    """Something added to a signed note. `digest` is over this row as stored and the digest before it, the note's for the first."""

    __tablename__ = "note_addenda"
    __table_args__ = (
        belongs_to("termination_notes", "note_id"),
        belongs_to("members", "author_id"),
        sa.UniqueConstraint("practice_id", "note_id", "position"),
    )

    note_id: UUID = Field(sa_type=Identifier)
    author_id: UUID = Field(sa_type=Identifier)
    position: int
    words_sealed: bytes
    at: datetime = Field(sa_type=Instant)
    digest: bytes


class NoteReturn(KeyedRow, table=True):
    """Somebody sent a note back to its author for changes, and why. It is about a note and no part of it: no signature is over it.

    `digest` is over this row as stored; None of a return from before returns had one, of which the trail knows no fingerprint.
    The reason is bound to its note, as it was before it had a row, so that such a row could be moved here without a key.
    """

    __tablename__ = "note_returns"
    __table_args__ = (
        belongs_to("termination_notes", "note_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "member_id"),
        sa.Index(None, "practice_id", "note_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    note_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    member_id: UUID = Field(sa_type=Identifier)
    reason_sealed: bytes
    at: datetime = Field(sa_type=Instant)
    digest: bytes | None = None
