"""Termination notes for tests: finished ones in a line, and the ways somebody with the database in their hands would meddle."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.services import signatures, terminations
from schemas.tables import Flag
from schemas.vocabulary import FlagKind
from schemas.wire.terminations import NoteAddendumIn, NoteReturnIn, NoteSignedOut, TerminationNoteIn, TerminationNoteOut
from tests.support.house import Case, House, Person, Practice

# Everything that an agreed ending needs.
TALKED: dict[str, Any] = {
    "form": "with_conversation",
    "how_it_ended": "agreed",
    "closing_session": "held",
    "work_reviewed": "What we did about the panic, step by step.",
    "goals_basis": "at_closing",
    "growth_goals": [{"goal": "Travel alone.", "why": "To see her sister.", "next_step": "Two stops on Saturday."}],
    "safety": "No thoughts of harm; knows whom to call.",
    "client_words": "I trust my feet again.",
}
# And everything that one without a conversation needs.
SILENT: dict[str, Any] = {
    "form": "without_conversation",
    "how_it_ended": "without_conversation",
    "closing_session": "not_answered",
    "work_reviewed": "Six sessions on sleep and grief.",
    "goals_basis": "last_agreed",
    "goals_agreed_on": date(2026, 1, 8),
    "growth_goals": [{"goal": "Sleep without the light on."}],
    "safety": "No risk was known in January; what is true today is not known.",
}


def draft(house: House, who: Person, case: Case, **content: Any) -> TerminationNoteOut:  # noqa: ANN401  # any part of a note
    given = {**(content or TALKED), "episode_id": case.episode_id, "client_id": case.client_id}
    with house.work(who) as work:
        return terminations.add(work, TerminationNoteIn.model_validate(given))


def sign(house: House, who: Person, note: TerminationNoteOut) -> NoteSignedOut:
    with house.work(who) as work:
        return signatures.sign(work, note.id, version=note.version)


def read(house: House, who: Person, note_id: UUID) -> TerminationNoteOut:
    with house.work(who) as work:
        return terminations.read(work, note_id)


def append(house: House, who: Person, note_id: UUID, words: str) -> None:
    with house.work(who) as work:
        signatures.append(work, note_id, NoteAddendumIn(words=words))


def signed(house: House, practice: Practice | None = None) -> NoteSignedOut:
    """By somebody nobody supervises: the founder, who holds every role."""
    home = practice or house.practice
    return sign(house, home.founder, draft(house, home.founder, home.client("Bea", home.founder)))


def waiting(house: House, practice: Practice | None = None) -> NoteSignedOut:
    """By the practice's clinician, whom its supervisor supervises."""
    home = practice or house.practice
    assert home.supervisor is not home.clinician  # made when it is first asked for
    return sign(house, home.clinician, draft(house, home.clinician, home.client("Cleo", home.clinician)))


def flag(house: House, client_id: UUID, kind: FlagKind = FlagKind.RISK_OF_HARM) -> datetime:
    with house.rows() as work:
        work.session.add(Flag(client_id=client_id, kind=kind, raised_at=work.now))
    return house.now


def send_back(house: House, who: Person, note_id: UUID, reason: str) -> NoteSignedOut:
    with house.work(who) as work:
        version = terminations.read(work, note_id).version
        return signatures.send_back(work, note_id, NoteReturnIn(reason=reason), version=version)


@contextmanager
def meddling(house: House) -> Iterator[Connection]:
    """A connection for which the triggers and the foreign keys are gone, as for somebody with the database's password."""
    engine = house.runtime.sessions.kw["bind"]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            for table in ("termination_notes", "note_signatures", "note_addenda", "note_returns", "audit_entries"):
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        yield connection
        connection.commit()
        connection.invalidate()
