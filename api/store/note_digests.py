"""What a note's fingerprints are made of: SHA-256 over the columns as they are stored, the ciphertext included.

No key is needed to make or compare one, so they hold when the client's key is destroyed. Names stand beside the values, so
that no two lists of values look alike.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from schemas.tables import NoteAddendum, NoteReturn, NoteSignature, TerminationNote

_VERSION = "leavetaking note v1"
# What an author signs, and a cosigner beside them. The rest says where the note stands.
_SIGNED = (
    "practice_id",
    "id",
    "episode_id",
    "client_id",
    "author_id",
    "form",
    "how_it_ended",
    "closing_session",
    "content_sealed",
    "record_sealed",
    "risk_reviewed_at",
    "risk_reviewed_by",
    "needs_cosign",
    "signed_at",
    "created_at",
)


def of_content(note: TerminationNote) -> bytes:
    """What a signature is put under; the same for an author and for whoever cosigns."""
    return _digest("content", _told(note, _SIGNED))


def of_note(note: TerminationNote) -> bytes:
    """The whole row but the digest itself."""
    return _digest("note", _told(note, (name for name in TerminationNote.model_fields if name != "digest")))


def of_signature(signature: NoteSignature) -> bytes:
    return _digest("signature", _told(signature, (name for name in NoteSignature.model_fields if name != "digest")))


def of_addendum(addendum: NoteAddendum, before: bytes) -> bytes:
    """`before` is the digest of the addendum before it, of the note for the first: none can be taken out unseen."""
    told = _told(addendum, (name for name in NoteAddendum.model_fields if name != "digest"))
    return _digest("addendum", [*told, ["before", before.hex()]])


def of_return(back: NoteReturn) -> bytes:
    """Why a note was returned is not what it says: no fingerprint of the note or of a signature is over it, and it has its own."""
    return _digest("return", _told(back, (name for name in NoteReturn.model_fields if name != "digest")))


def _told(
    row: TerminationNote | NoteSignature | NoteAddendum | NoteReturn, names: Iterable[str]
) -> list[list[str | None]]:
    return [[name, _written(getattr(row, name))] for name in sorted(names)]


def _written(value: object) -> str | None:
    """One way to write each kind of value, whichever database it came from."""
    if value is None:
        return None
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bool | int | UUID | str):
        return str(value)
    raise TypeError(type(value).__name__)


def _digest(kind: str, told: list[list[str | None]]) -> bytes:
    canonical = json.dumps([_VERSION, kind, told], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()
