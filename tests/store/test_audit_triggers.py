"""Nothing in the audit trail can be changed or taken away through the database, on either engine."""

import pytest
import sqlalchemy as sa

from api.store import audit as audit_store
from api.store import migrations
from api.store.engine import make_engine
from tests.support.databases import Kind
from tests.support.house import House

FORBIDDEN = {
    "change": ["UPDATE audit_entries SET action = 'x'", "UPDATE audit_seals SET position = position + 1000"],
    "remove": ["DELETE FROM audit_seals", "DELETE FROM audit_entries"],
}
ONLY_HERE = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries",
        "INSERT OR REPLACE INTO audit_seals SELECT * FROM audit_seals",
        "REPLACE INTO audit_entries SELECT * FROM audit_entries",
    ],
    "postgresql": ["TRUNCATE audit_seals", "TRUNCATE audit_entries CASCADE"],
}
TRIGGERS = {
    "sqlite": {
        "audit_entries_keep_on_delete",
        "audit_entries_keep_on_update",
        "audit_seals_keep_on_delete",
        "audit_seals_keep_on_update",
        "note_addenda_keep_on_delete",
        "note_addenda_keep_on_update",
        "note_returns_keep_on_delete",
        "note_returns_keep_on_update",
        "note_signatures_keep_on_delete",
        "note_signatures_keep_on_update",
        "termination_notes_keep_on_delete",
        "termination_notes_keep_on_update",
        "released_years_keep_on_delete",
        "released_years_keep_on_update",
        "releases_keep_on_delete",
        "releases_keep_on_update",
    },
    "postgresql": {
        "audit_entries_keep_rows",
        "audit_entries_keep_whole",
        "audit_seals_keep_rows",
        "audit_seals_keep_whole",
        "note_addenda_keep_rows",
        "note_addenda_keep_whole",
        "note_returns_keep_rows",
        "note_returns_keep_whole",
        "note_signatures_keep_rows",
        "note_signatures_keep_whole",
        "termination_notes_keep_on_delete",
        "termination_notes_keep_on_update",
        "termination_notes_keep_whole",
        "released_years_keep_rows",
        "released_years_keep_whole",
        "releases_keep_rows",
        "releases_keep_whole",
    },
}


def counts(house: House) -> tuple[int, int]:
    with house.runtime.sessions() as session:
        entries = session.scalar(sa.text("SELECT count(*) FROM audit_entries"))
        seals = session.scalar(sa.text("SELECT count(*) FROM audit_seals"))
    assert isinstance(entries, int)
    assert isinstance(seals, int)
    return entries, seals


def triggers(url: str) -> set[str]:
    engine = make_engine(url)
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        found = set(connection.execute(sa.text(listed)).scalars())
    engine.dispose()
    return found


def test_no_statement_changes_or_removes_an_entry_or_a_seal(both_houses: House, engine_kind: Kind) -> None:
    both_houses.client("Ana", both_houses.clinician)
    with both_houses.rows() as work:
        assert audit_store.seal_next(work.session, now=work.now, limit=100) > 0
    before = counts(both_houses)
    assert min(before) > 0
    for statement in (*FORBIDDEN["change"], *FORBIDDEN["remove"], *ONLY_HERE[engine_kind]):
        with (
            pytest.raises(sa.exc.IntegrityError, match="only ever added to"),
            both_houses.runtime.sessions() as session,
        ):
            session.execute(sa.text(statement))
    assert counts(both_houses) == before


def test_the_triggers_of_the_newest_schema_are_these(engine_url: str, engine_kind: Kind) -> None:
    """A migration that rebuilds a table loses them silently on SQLite; whoever adds one adds it here."""
    assert triggers(engine_url) == TRIGGERS[engine_kind]


def test_the_triggers_go_and_come_back_with_their_migration(engine_url: str, engine_kind: Kind) -> None:
    migrations.downgrade(engine_url, "base")
    assert triggers(engine_url) == set()
    migrations.upgrade(engine_url)
    assert triggers(engine_url) == TRIGGERS[engine_kind]
