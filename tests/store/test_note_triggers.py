"""What was signed resists every statement, on either engine; a draft stays free."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from schemas.tables import NoteAddendum, NoteReturn, NoteSignature, TerminationNote
from tests.support import notes
from tests.support.databases import Kind
from tests.support.house import House

NOTES = TerminationNote.__table__  # type: ignore[attr-defined]  # set by SQLModel
SIGNATURES = NoteSignature.__table__  # type: ignore[attr-defined]  # set by SQLModel
ADDENDA = NoteAddendum.__table__  # type: ignore[attr-defined]  # set by SQLModel
RETURNS = NoteReturn.__table__  # type: ignore[attr-defined]  # set by SQLModel
ADDED_TO = (SIGNATURES, ADDENDA, RETURNS)
REFUSED = "only ever added to"
# All but where a note stands: what a cosignature or a return has to be able to move.
MOVES = {
    "state",
    "digest",
    "locked_at",
    "returned_reason_sealed",
    "returned_at",
    "returned_by",
    "updated_at",
    "version",
}


def stored(house: House, table: sa.Table) -> list[tuple[Any, ...]]:
    with house.runtime.sessions() as session:
        return sorted(tuple(row) for row in session.execute(sa.select(table)))


def refused(house: House, statement: Any) -> bool:  # noqa: ANN401  # any statement
    """Whether the triggers say no. A foreign key that says it before them counts as no less."""
    said = ""
    try:
        with house.runtime.sessions() as session:
            session.execute(statement)
            session.commit()
    except (sa.exc.IntegrityError, sa.exc.InternalError) as error:
        said = str(error.orig).lower()
    return REFUSED in said or "foreign key" in said


@pytest.fixture
def kept(both_houses: House) -> House:
    """A signed note with an addendum, one that was returned and waits for a cosignature again, and a draft."""
    house = both_houses
    note = notes.signed(house)
    notes.append(house, house.founder, note.id, "The letter came back.")
    notes.send_back(house, house.supervisor, notes.waiting(house).id, "Say more on safety.")
    with house.rows() as work:
        (returned,) = work.session.scalars(sa.select(col(NoteReturn.note_id)))
    notes.sign(house, house.clinician, notes.read(house, house.clinician, returned))
    notes.draft(house, house.founder, house.client("Dora", house.founder))
    return house


def in_state(state: str) -> sa.ColumnElement[bool]:
    return sa.and_(NOTES.c.state == state)


def other_value(present: Any, column: sa.Column[Any]) -> Any:  # noqa: ANN401  # of the column's type
    """Something that this column could hold and does not."""
    if isinstance(column.type, sa.Enum):
        return next(code for code in column.type.enum_class or () if code != present)
    if isinstance(column.type, sa.LargeBinary):
        return b"another"
    if isinstance(column.type, sa.Uuid):
        return UUID(int=7)
    if isinstance(column.type, sa.Boolean):
        return not present
    if isinstance(column.type, sa.Integer):
        return (present or 0) + 1
    return datetime(2001, 1, 1, tzinfo=UTC)


def changes(house: House, state: str) -> Iterator[tuple[str, Any]]:
    """Each column of the note in that state, with another value."""
    with house.runtime.sessions() as session:
        row = session.execute(sa.select(NOTES).where(in_state(state))).mappings().one()
    for column in NOTES.c:
        yield column.name, other_value(row[column.name], column)


@pytest.mark.parametrize(("state", "free"), [("signed", set()), ("awaiting_cosign", MOVES)])
def test_no_column_of_what_was_signed_can_be_changed(kept: House, state: str, free: set[str]) -> None:
    before, tried = stored(kept, NOTES), set()
    for name, value in changes(kept, state):
        if name not in free:
            assert refused(kept, sa.update(NOTES).where(in_state(state)).values({name: value})), name
            tried.add(name)
    assert tried == set(NOTES.c.keys()) - free
    assert stored(kept, NOTES) == before


@pytest.mark.parametrize("table", ADDED_TO, ids=lambda table: table.name)
def test_no_column_of_a_signature_an_addendum_or_a_return_can_be_changed(kept: House, table: sa.Table) -> None:
    before = stored(kept, table)
    assert before
    for column in table.c:
        assert refused(kept, sa.update(table).values({column.name: column})), column.name
    assert stored(kept, table) == before


EVERYWHERE = (
    "DELETE FROM {table}{locked}",
    (
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {which}"
        " ON CONFLICT (practice_id, id) DO UPDATE SET id = excluded.id"
    ),
)
ONLY_HERE = {
    "sqlite": (
        "REPLACE INTO {table} SELECT * FROM {table}{locked}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}{locked}",
        "UPDATE OR REPLACE {table} SET id = id{locked}",
    ),
    "postgresql": (
        "TRUNCATE {table} CASCADE",
        "WITH gone AS (DELETE FROM {table}{locked} RETURNING *) SELECT * FROM gone",
        (
            "MERGE INTO {table} AS t USING (SELECT * FROM {table}{locked}) AS s"
            " ON t.practice_id = s.practice_id AND t.id = s.id WHEN MATCHED THEN DELETE"
        ),
        "TRUNCATE episodes CASCADE",
        "TRUNCATE practices CASCADE",
    ),
}
FROM_PARENTS = ("DELETE FROM episodes", "DELETE FROM clients", "DELETE FROM members", "DELETE FROM practices")


def attacks(kind: Kind) -> Iterator[str]:
    yield from FROM_PARENTS
    for table in (NOTES, *ADDED_TO):
        which = "state <> 'draft'" if table is NOTES else "true"
        told = {"table": table.name, "columns": ", ".join(table.c.keys()), "which": which, "locked": f" WHERE {which}"}
        yield from (one.format(**told) for one in (*EVERYWHERE, *ONLY_HERE[kind]))


def test_no_statement_removes_or_replaces_what_was_signed(kept: House, engine_kind: Kind) -> None:
    before = {table.name: stored(kept, table) for table in (NOTES, *ADDED_TO)}
    tried = 0
    for attack in attacks(engine_kind):
        assert refused(kept, sa.text(attack)), attack
        tried += 1
    assert tried >= 24
    assert {table.name: stored(kept, table) for table in (NOTES, *ADDED_TO)} == before


def test_a_draft_can_be_changed_and_removed(kept: House) -> None:
    draft = in_state("draft")
    assert not refused(kept, sa.update(NOTES).where(draft).values(content_sealed=b"another", version=7))
    assert not refused(kept, sa.delete(NOTES).where(draft))
    assert len(stored(kept, NOTES)) == 2


def test_destroying_a_client_s_key_needs_no_change_of_a_note(kept: House) -> None:
    before = {table.name: stored(kept, table) for table in (NOTES, *ADDED_TO)}
    assert not refused(kept, sa.text("DELETE FROM client_keys"))
    assert {table.name: stored(kept, table) for table in (NOTES, *ADDED_TO)} == before
