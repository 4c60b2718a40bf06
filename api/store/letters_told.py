"""What a termination note says for the client's own use, opened for the letter that goes with it.

To whom elsewhere the care goes stands in a note in the clinic's words, where its author left that to the record: what was handed
over and when the client agreed. No client reads those: their letter has who it is, and where they are reached.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import letters as rules
from api.domain.letters import Onward, Said
from api.store import keys, terminations, transfers
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import TerminationNote


def said(session: Session, keyring: Keyring, note: TerminationNote) -> Said:
    """Raises Conflict where the client was erased."""
    key = keys.of_client(session, keyring, note.client_id)
    opened = key.open(note.content_sealed, Place("termination_notes", "content", note.id))
    return rules.said_in(opened, Onward(_by_the_record(key, note), _line(session, keyring, note)))


def _by_the_record(key: DataKey, note: TerminationNote) -> str | None:
    """What a signature took from the record of then."""
    if note.record_sealed is None:
        return None
    frozen: dict[str, Any] = json.loads(key.open(note.record_sealed, Place("termination_notes", "record", note.id)))
    return frozen.get("goes_to")


def _line(session: Session, keyring: Keyring, note: TerminationNote) -> str | None:
    now: UUID = terminations.merged_into(session, [note.client_id]).get(note.client_id, note.client_id)
    row = transfers.latest_of_part(session, note.episode_id, {note.client_id, now})
    if row is None:
        return None
    told = transfers.content(keys.of_client(session, keyring, row.client_id), row)
    return ", ".join(filter(None, (told.outside_name, told.outside_contact))) or None
