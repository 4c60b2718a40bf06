"""Rotating the master key: every key is wrapped anew, nothing sealed changes, and it can be stopped anywhere."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import OPERATOR
from api.services import clients, rotation
from api.services.work import Runtime, unit
from api.store.engine import make_engine, make_sessions
from api.store.sealing import CannotOpen, Keyring, new_master_key
from tests.cli.conftest import Cli
from tests.support.house import MASTER_KEY, House, Practice

NEW_KEY = new_master_key()
SEALED = (
    ("clients", "name_sealed"),
    ("members", "name_sealed"),
    ("members", "email_sealed"),
    ("members", "email_digest"),
)
WRAPPED = ("client_keys", "practice_keys", "installation_keys")


@pytest.fixture
def people(both_houses: House) -> list[tuple[Practice, UUID, str]]:
    """Clients of two practices."""
    every = []
    for practice in (both_houses.practice, both_houses.found("Next door")):
        for number in range(3):
            name = f"Client {number} of {practice.id}"
            every.append((practice, practice.client(name, practice.clinician).client_id, name))
    return every


@pytest.fixture
def cli_of(both_houses: House, tmp_path: Path) -> Cli:
    return Cli(both_houses.url, tmp_path)


def column(house: House, table: str, name: str) -> list[Any]:
    engine = make_engine(house.url)
    with engine.connect() as connection:
        wanted: sa.ColumnClause[Any] = sa.column(name)
        statement = sa.select(wanted).select_from(sa.table(table)).order_by(wanted)
        found = list(connection.execute(statement).scalars())
    engine.dispose()
    return found


def master_keys_needed(house: House) -> set[str]:
    return {key for table in WRAPPED for key in column(house, table, "master_key_id")}


def read(house: House, master_key: str, practice: Practice, client_id: UUID) -> str:
    """By a process that has this key and no other."""
    runtime = Runtime(make_sessions(make_engine(house.url)), Keyring([master_key]), now=lambda: house.now)
    try:
        with unit(runtime, practice.founder.principal) as work:
            return clients.read(work, client_id).name
    finally:
        runtime.sessions.kw["bind"].dispose()


def test_a_new_master_key_is_thirty_two_bytes_and_never_the_same(cli: Cli) -> None:
    keys = {cli("keys", "new", master_key="").out.strip() for _ in range(3)}
    assert len(keys) == 3
    assert {len(base64.b64decode(key, validate=True)) for key in keys} == {32}


def test_after_a_rotation_the_former_key_is_needed_no_longer_and_nothing_sealed_changed(
    both_houses: House, people: list[tuple[Practice, UUID, str]], cli_of: Cli
) -> None:
    sealed = {place: column(both_houses, *place) for place in SEALED}
    answer = cli_of("keys", "rotate", "--json", master_key=NEW_KEY, former_master_keys=MASTER_KEY)
    assert answer.code == 0, answer.err
    assert json.loads(answer.out) == {"rewrapped": 6 + 2 + 1}
    assert master_keys_needed(both_houses) == {Keyring([NEW_KEY]).current_id}
    assert {place: column(both_houses, *place) for place in SEALED} == sealed
    for practice, client_id, name in people:
        assert read(both_houses, NEW_KEY, practice, client_id) == name
        with pytest.raises(CannotOpen):
            read(both_houses, MASTER_KEY, practice, client_id)


def test_a_rotation_that_was_stopped_goes_on_where_it_was(
    both_houses: House, people: list[tuple[Practice, UUID, str]], cli_of: Cli
) -> None:
    """Between the two both keys are given, and everything can be read."""
    both = Runtime(
        make_sessions(make_engine(both_houses.url)), Keyring([NEW_KEY, MASTER_KEY]), now=lambda: both_houses.now
    )
    with unit(both, OPERATOR) as work:
        assert rotation.rewrap_installation(work) == 1
    practice, client_id, name = people[0]
    with unit(both, practice.founder.principal) as work:
        assert clients.read(work, client_id).name == name
    both.sessions.kw["bind"].dispose()
    assert len(master_keys_needed(both_houses)) == 2
    told = cli_of("keys", "rotate", "--json", master_key=NEW_KEY, former_master_keys=MASTER_KEY)
    assert json.loads(told.out) == {"rewrapped": 6 + 2}
    again = cli_of("keys", "rotate", master_key=NEW_KEY)
    assert again.out.startswith("0 keys")


def test_without_the_former_key_nothing_is_rewrapped(
    both_houses: House, people: list[tuple[Practice, UUID, str]], cli_of: Cli
) -> None:
    answer = cli_of("keys", "rotate", master_key=NEW_KEY)
    assert answer.code == 3
    assert "another master key" in answer.err
    assert master_keys_needed(both_houses) == {Keyring([MASTER_KEY]).current_id}
    assert read(both_houses, MASTER_KEY, *people[0][:2]) == people[0][2]


def test_each_practices_trail_tells_of_the_rotation(
    both_houses: House, people: list[tuple[Practice, UUID, str]], cli_of: Cli
) -> None:
    assert people
    cli_of("keys", "rotate", master_key=NEW_KEY, former_master_keys=MASTER_KEY)
    assert column(both_houses, "audit_entries", "action").count("keys.rotate") == 2 * 2
