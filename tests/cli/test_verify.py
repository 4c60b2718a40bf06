"""Checking the audit chain by command."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.domain.access import system_principal
from api.services import upkeep
from api.store.engine import make_engine
from tests.cli.conftest import Cli
from tests.support.house import House


@pytest.fixture
def cli_of(both_houses: House, tmp_path: Path) -> Cli:
    """With some acts in the trail, sealed."""
    both_houses.client("Ana", both_houses.clinician)
    both_houses.client("Bea", both_houses.clinician)
    with both_houses.work(system_principal(both_houses.practice.id)) as work:
        assert upkeep.seal_audit(work) >= 2
    return Cli(both_houses.url, tmp_path)


def change_the_second_entry(url: str) -> None:
    """As somebody with the database in their hands would: the triggers are taken away first."""
    engine = make_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        second = "SELECT entry_id FROM audit_seals WHERE position = 2"
        connection.execute(sa.text("UPDATE audit_entries SET action = 'nothing' WHERE id IN (" + second + ")"))  # noqa: S608  # our own words
    engine.dispose()


def test_an_unbroken_chain_ends_with_nought(cli_of: Cli) -> None:
    answer = cli_of("verify", "--json")
    told = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 0, answer.err
    assert [line["broken_at"] for line in told] == [None, None]


def test_a_changed_entry_is_found_by_practice_and_position(cli_of: Cli) -> None:
    change_the_second_entry(cli_of.url)
    answer = cli_of("verify")
    assert answer.code == 1
    assert "Practice of the test: the chain breaks at position 2: the entry was changed." in answer.out
