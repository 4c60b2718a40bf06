"""The chain of seals shows whatever was done to the trail behind the product's back.

The meddling goes past the product: triggers off, plain SQL, as somebody with the database's password would.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import col

from api.store import audit as audit_store
from schemas.tables import AuditEntry, AuditSeal
from schemas.tables.base import new_id
from schemas.vocabulary import ActorKind, AuditOutcome
from tests.support.house import House

ENTRIES = AuditEntry.__table__  # type: ignore[attr-defined]  # set by SQLModel
SEALS = AuditSeal.__table__  # type: ignore[attr-defined]  # set by SQLModel


@contextmanager
def meddling(house: House) -> Iterator[Connection]:
    """A connection for which the triggers are gone. The chain alone has to notice."""
    engine = house.runtime.sessions.kw["bind"]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
            connection.execute(sa.text("ALTER TABLE audit_seals DISABLE TRIGGER ALL"))
        yield connection
        connection.commit()
        connection.invalidate()


def seal_everything(house: House) -> None:
    with house.rows() as work:
        while audit_store.seal_next(work.session, now=work.now, limit=3):
            work.session.flush()


def first_break(house: House) -> audit_store.Break | None:
    with house.rows() as work:
        return audit_store.first_break(work.session)


@pytest.fixture
def sealed(both_houses: House) -> House:
    for name in ("Ana", "Bea", "Cleo", "Dora"):
        both_houses.client(name, both_houses.clinician)
    seal_everything(both_houses)
    return both_houses


def sealed_ids(house: House) -> list[UUID]:
    with house.rows() as work:
        return list(work.session.scalars(sa.select(col(AuditSeal.entry_id)).order_by(col(AuditSeal.position))))


def test_an_untouched_chain_holds_and_goes_on(sealed: House) -> None:
    assert first_break(sealed) is None
    sealed.client("Eva", sealed.clinician)
    with sealed.rows() as work:
        assert audit_store.unsealed_count(work.session) == 1
    seal_everything(sealed)
    assert first_break(sealed) is None
    assert len(sealed_ids(sealed)) == len(set(sealed_ids(sealed))) == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "client.merge"),
        ("outcome", AuditOutcome.DENIED),
        ("actor_id", UUID(int=7)),
        ("subject_id", None),
        ("subject_kind", "member"),
        ("request_id", "another"),
        ("details", {"count": 2}),
    ],
)
def test_a_changed_entry_is_found(sealed: House, column: str, value: object) -> None:
    position = 3
    changed = sealed_ids(sealed)[position - 1]
    with meddling(sealed) as connection:
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == changed).values({column: value}))
    assert first_break(sealed) == audit_store.Break(position, changed, "the entry was changed")


def test_an_entry_dated_otherwise_is_found(sealed: House) -> None:
    changed = sealed_ids(sealed)[0]
    with meddling(sealed) as connection:
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == changed).values(at=sealed.wait(seconds=1)))
    assert first_break(sealed) == audit_store.Break(1, changed, "the entry was changed")


def test_a_removed_entry_is_found(sealed: House) -> None:
    removed = sealed_ids(sealed)[1]
    with meddling(sealed) as connection:
        connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.id == removed))
    assert first_break(sealed) == audit_store.Break(2, removed, "the entry is missing")


def test_an_entry_removed_with_its_link_is_found(sealed: House) -> None:
    ids = sealed_ids(sealed)
    with meddling(sealed) as connection:
        connection.execute(sa.delete(SEALS).where(SEALS.c.entry_id == ids[1]))
        connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.id == ids[1]))
    assert first_break(sealed) == audit_store.Break(2, ids[2], "a link is missing")


def test_an_entry_removed_with_its_link_is_found_though_the_rest_moved_up(sealed: House) -> None:
    ids = sealed_ids(sealed)
    with meddling(sealed) as connection:
        connection.execute(sa.delete(SEALS).where(SEALS.c.entry_id == ids[1]))
        connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.id == ids[1]))
        for position in range(3, len(ids) + 1):
            connection.execute(sa.update(SEALS).where(SEALS.c.position == position).values(position=position - 1))
    assert first_break(sealed) == audit_store.Break(2, ids[2], "the entry was changed")


def test_an_entry_slipped_in_under_another_ones_link_is_found(sealed: House) -> None:
    ids, slipped_in = sealed_ids(sealed), new_id()
    row = {
        "practice_id": sealed.practice.id,
        "id": slipped_in,
        "at": sealed.now,
        "actor_kind": ActorKind.SYSTEM,
        "action": "client.read",
        "outcome": AuditOutcome.ALLOWED,
        "details": {},
    }
    with meddling(sealed) as connection:
        connection.execute(sa.insert(ENTRIES).values(row))
        connection.execute(sa.update(SEALS).where(SEALS.c.position == len(ids)).values(entry_id=slipped_in))
    assert first_break(sealed) == audit_store.Break(len(ids), slipped_in, "the entry was changed")


def test_two_links_that_changed_places_are_found(sealed: House) -> None:
    ids = sealed_ids(sealed)
    with meddling(sealed) as connection:
        for former, wanted in ((2, 1000), (3, 2), (1000, 3)):
            connection.execute(sa.update(SEALS).where(SEALS.c.position == former).values(position=wanted))
    assert first_break(sealed) == audit_store.Break(2, ids[2], "the entry was changed")


def test_practices_have_chains_of_their_own(sealed: House) -> None:
    neighbour = sealed.found("Next door")
    neighbour.client("Eva", neighbour.founder)
    with sealed.rows(neighbour) as work:
        assert audit_store.first_break(work.session) is None
        assert audit_store.seal_next(work.session, now=work.now, limit=100) == 1
    assert first_break(sealed) is None
