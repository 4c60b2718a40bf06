"""One flipped byte in a note, a signature or an addendum is found, whoever flipped it, and by which column."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.services import signatures
from api.store import audit as audit_store
from api.store import note_checks, note_digests
from api.store import terminations as note_store
from api.store.note_checks import Tampered
from schemas.tables import AuditEntry, NoteAddendum, NoteReturn, NoteSignature, TerminationNote
from schemas.wire.terminations import NoteReturnIn
from tests.support import notes
from tests.support.house import House

NOTES = TerminationNote.__table__  # type: ignore[attr-defined]  # set by SQLModel
SIGNATURES = NoteSignature.__table__  # type: ignore[attr-defined]  # set by SQLModel
ADDENDA = NoteAddendum.__table__  # type: ignore[attr-defined]  # set by SQLModel
RETURNS = NoteReturn.__table__  # type: ignore[attr-defined]  # set by SQLModel


def found(house: House) -> list[Tampered]:
    with house.rows() as work:
        return list(note_checks.check(work.session).tampered)


@pytest.fixture
def kept(both_houses: House) -> House:
    """Signed with two addenda, waiting, cosigned, returned and signed again, returned and still a draft, and a fresh draft."""
    house = both_houses
    note = notes.signed(house)
    for words in ("The letter came back.", "She wrote from Lisbon."):
        notes.append(house, house.founder, note.id, words)
    notes.waiting(house)
    cosigned = notes.waiting(house)
    with house.work(house.supervisor) as work:
        signatures.cosign(work, cosigned.id, version=cosigned.version)
    for again in (True, False):
        waits = notes.waiting(house)
        with house.work(house.supervisor) as work:
            signatures.send_back(work, waits.id, NoteReturnIn(reason="More on safety."), version=waits.version)
        if again:
            house.wait(hours=1)
            notes.sign(house, house.clinician, notes.read(house, house.clinician, waits.id))
    notes.draft(house, house.founder, house.client("Dora", house.founder))
    return house


def other_values(present: Any, column: sa.Column[Any]) -> Iterator[Any]:  # noqa: ANN401  # of the column's type
    """Of bytes one bit at either end and in the middle; of a code each other one; of the rest a neighbour."""
    if isinstance(column.type, sa.Enum):
        yield from (code for code in column.type.enum_class or () if code != present)
    elif isinstance(column.type, sa.LargeBinary):
        content = bytes(present or b"\0")
        for place in {0, len(content) // 2, len(content) - 1}:
            yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    elif isinstance(column.type, sa.Uuid):
        yield UUID(int=present.int ^ 1 if present is not None else 7)
    elif isinstance(column.type, sa.Boolean):
        yield not present
    elif isinstance(column.type, sa.Integer):
        yield (present or 0) + 1000
    else:
        assert present is None or isinstance(present, datetime)
        yield datetime.fromisoformat("2001-01-01T00:00:00+00:00") if present is None else present + timedelta(0, 0, 1)


def rows(house: House, table: sa.Table) -> list[dict[str, Any]]:
    with house.runtime.sessions() as session:
        return [dict(row) for row in session.execute(sa.select(table)).mappings()]


def put(house: House, table: sa.Table, where: Any, values: dict[str, Any]) -> None:  # noqa: ANN401  # any condition
    with notes.meddling(house) as connection:
        changed = connection.execute(sa.update(table).where(where).values(values))
        assert changed.rowcount == 1


def test_what_nobody_touched_is_what_was_signed(kept: House) -> None:
    with kept.rows() as work:
        checked = note_checks.check(work.session)
    assert (checked.count, list(checked.tampered)) == (5, [])


@pytest.mark.parametrize("table", [NOTES, SIGNATURES, ADDENDA, RETURNS], ids=lambda table: table.name)
def test_a_flip_in_any_column_of_any_row_is_found(kept: House, table: sa.Table) -> None:
    tried = set()
    # Of notes one that waits and one that is signed and cosigned, of the others two rows: all columns of each.
    some = {row.get("state", str(place % 2)): row for place, row in enumerate(rows(kept, table))}
    for row in (row for row in some.values() if row.get("state") != "draft"):
        note_id = row["id"] if table is NOTES else row["note_id"]
        for column in table.c:
            for value in other_values(row[column.name], column):
                now = row | {column.name: value}
                here = sa.and_(table.c.practice_id == now["practice_id"], table.c.id == now["id"])
                was = sa.and_(table.c.practice_id == row["practice_id"], table.c.id == row["id"])
                put(kept, table, was, {column.name: value})
                assert note_id in {one.note_id for one in found(kept)}, (column.name, value)
                put(kept, table, here, {column.name: row[column.name]})
                tried.add(column.name)
    assert tried == set(table.c.keys())
    assert found(kept) == []


def one_signed(house: House) -> UUID:
    with house.runtime.sessions() as session:
        of_addenda = sa.select(ADDENDA.c.note_id).limit(1)
        note_id = session.scalar(of_addenda)
    assert isinstance(note_id, UUID)
    return note_id


def test_a_note_rewritten_with_its_fingerprint_shows_by_the_trail(kept: House) -> None:
    """As the owner of the database can: it takes no key to make one."""
    note_id = one_signed(kept)
    with kept.rows() as work:
        note = note_store.get(work.session, note_id)
        assert note is not None
        work.session.expunge(note)
        note.content_sealed = b"something else altogether"
        digest = note_digests.of_note(note)
    put(kept, NOTES, NOTES.c.id == note_id, {"content_sealed": note.content_sealed, "digest": digest})
    assert found(kept) == [Tampered(note_id, "the note is not the one that was signed")]


def test_a_note_rewritten_with_its_fingerprint_and_its_entry_shows_by_the_chain(kept: House) -> None:
    note_id = one_signed(kept)
    with kept.rows() as work:
        while audit_store.seal_next(work.session, now=work.now, limit=100):
            work.session.flush()
        note = note_store.get(work.session, note_id)
        assert note is not None
        work.session.expunge(note)
    before = (note.digest or b"").hex()
    note.content_sealed = b"something else altogether"
    digest = note_digests.of_note(note)
    put(kept, NOTES, NOTES.c.id == note_id, {"content_sealed": note.content_sealed, "digest": digest})
    with kept.rows() as work:
        assert audit_store.first_break(work.session) is None
    with notes.meddling(kept) as connection:
        entries = AuditEntry.__table__  # type: ignore[attr-defined]  # set by SQLModel
        for entry_id, details in connection.execute(
            sa.select(entries.c.id, entries.c.details).where(entries.c.subject_id == note_id)
        ).all():
            if details.get("note_digest") == before:
                told = details | {"note_digest": digest.hex()}
                connection.execute(sa.update(entries).where(entries.c.id == entry_id).values(details=told))
    with kept.rows() as work:
        broken = audit_store.first_break(work.session)
    assert broken is not None
    assert broken.why == "the entry was changed"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (NOTES, "the note is missing"),
        (SIGNATURES, "its signatures are not those that were made"),
        (ADDENDA, "its addenda are not those that were made"),
    ],
    ids=lambda given: getattr(given, "name", ""),
)
def test_what_was_taken_out_is_missed(kept: House, table: sa.Table, why: str) -> None:
    note_id = one_signed(kept)
    key = table.c.id if table is NOTES else table.c.note_id
    with notes.meddling(kept) as connection:
        connection.execute(sa.delete(table).where(key == note_id))
    assert found(kept) == [Tampered(note_id, why)]


def test_the_last_addendum_is_missed_too(kept: House) -> None:
    note_id = one_signed(kept)
    with notes.meddling(kept) as connection:
        connection.execute(sa.delete(ADDENDA).where(ADDENDA.c.position == 1))
    assert found(kept) == [Tampered(note_id, "its addenda are not those that were made")]


def test_what_was_slipped_in_has_no_entry_in_the_trail(kept: House) -> None:
    draft = next(row for row in rows(kept, NOTES) if row["state"] == "draft" and row["returned_at"] is None)
    with kept.rows() as work:
        note = note_store.get(work.session, draft["id"])
        assert note is not None
        work.session.expunge(note)
    note.state, note.signed_at, note.locked_at = TerminationNote(**rows(kept, NOTES)[0]).state, kept.now, kept.now
    note.digest = note_digests.of_note(note)
    told = {name: getattr(note, name) for name in ("state", "signed_at", "locked_at", "digest")}
    put(kept, NOTES, NOTES.c.id == note.id, told)
    assert found(kept) == [Tampered(note.id, "the trail knows of no signature that stands")]


def test_an_erased_client_s_notes_are_checked_like_any_other(kept: House) -> None:
    with kept.runtime.sessions() as session:
        session.execute(sa.text("DELETE FROM client_keys"))
        session.commit()
    assert found(kept) == []
    note_id = one_signed(kept)
    put(kept, NOTES, NOTES.c.id == note_id, {"content_sealed": b"gone"})
    assert [one.note_id for one in found(kept)] == [note_id]


def test_a_practice_s_check_looks_at_its_own_notes_only(kept: House) -> None:
    next_door = kept.found("Next door")
    theirs = notes.signed(kept, next_door)
    put(kept, NOTES, NOTES.c.id == theirs.id, {"version": 77})
    assert found(kept) == []
    with kept.rows(next_door) as work:
        assert [one.note_id for one in note_checks.check(work.session).tampered] == [theirs.id]


def test_what_cannot_be_read_any_more_is_named_and_the_rest_still_checked(kept: House) -> None:
    note_id = one_signed(kept)
    with notes.meddling(kept) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(
                sa.text("UPDATE termination_notes SET state = 'lost' WHERE id = :id"), {"id": note_id.bytes}
            )
        else:
            connection.execute(sa.text("ALTER TABLE termination_notes DROP CONSTRAINT ck_termination_notes_notestate"))
            connection.execute(sa.text("UPDATE termination_notes SET state = 'lost' WHERE id = :id"), {"id": note_id})
    assert found(kept) == [Tampered(note_id, "something in it cannot be read any more")]
