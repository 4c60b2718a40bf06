"""Checking the audit chain by command."""

import json
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import system_principal
from api.services import upkeep
from api.store.engine import make_engine
from tests.cli.conftest import Cli
from tests.support import notes
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


def last_link(cli: Cli) -> str:
    told = [json.loads(line) for line in cli("verify", "--json").out.splitlines()]
    (link,) = [line["last_link"] for line in told if line["last_link"]]
    return str(link)


def rewrite_the_chain(url: str) -> None:
    """Takes an entry out and calculates every link anew, as the owner of the database can: it has no key."""
    change_the_second_entry(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        practice_id = connection.execute(sa.text("SELECT practice_id FROM audit_seals")).scalars().first()
        connection.execute(sa.text("INSERT INTO audit_unsealed SELECT practice_id, entry_id FROM audit_seals"))
        if engine.dialect.name != "sqlite":
            connection.execute(sa.text("ALTER TABLE audit_seals DISABLE TRIGGER ALL"))
        connection.execute(sa.text("DELETE FROM audit_seals"))
    engine.dispose()
    again = House(url)
    stored = practice_id if isinstance(practice_id, UUID) else UUID(bytes=practice_id)
    with again.work(system_principal(stored)) as work:
        upkeep.seal_audit(work)
    again.runtime.sessions.kw["bind"].dispose()


def test_a_link_kept_elsewhere_is_found_again_while_the_chain_grows(cli_of: Cli, both_houses: House) -> None:
    kept = last_link(cli_of)
    assert f"Last link: {kept}" in cli_of("verify").out
    both_houses.client("Cleo", both_houses.clinician)
    with both_houses.work(system_principal(both_houses.practice.id)) as work:
        assert upkeep.seal_audit(work)
    newer = last_link(cli_of)
    assert newer != kept
    answer = cli_of("verify", "--expect", kept, "--expect", newer.upper())
    assert answer.code == 0, answer.out


def test_a_chain_rewritten_as_a_whole_shows_by_the_link_kept_elsewhere(cli_of: Cli) -> None:
    kept = last_link(cli_of)
    rewrite_the_chain(cli_of.url)
    assert cli_of("verify").code == 0
    answer = cli_of("verify", "--expect", kept)
    assert answer.code == 1
    assert f"No chain has the link {kept}" in answer.out
    for_programs = [json.loads(line) for line in cli_of("verify", "--expect", kept, "--json").out.splitlines()]
    assert for_programs[-1] == {"expected": kept, "found": False}


@pytest.mark.parametrize("text", ["", "1", "x:y", "1:abc", f"1:{'g' * 64}", f"-1:{'a' * 64}"])
def test_what_is_not_a_link_is_an_option_that_does_not_fit(cli_of: Cli, text: str) -> None:
    assert cli_of("verify", f"--expect={text}").code == 2


def test_signed_notes_are_checked_beside_the_chain(cli_of: Cli, both_houses: House) -> None:
    signed = notes.signed(both_houses)
    assert "1 signed note is what was signed." in cli_of("verify").out
    with notes.meddling(both_houses) as connection:
        connection.execute(sa.text("UPDATE termination_notes SET version = version + 1"))
    answer = cli_of("verify")
    assert answer.code == 1
    assert f"Note {signed.id}: the note was changed." in answer.out
    told = [json.loads(line) for line in cli_of("verify", "--json").out.splitlines()]
    changed = [one for line in told for one in line["notes_changed"]]
    assert changed == [{"note_id": str(signed.id), "why": "the note was changed"}]
    assert sum(line["notes_checked"] for line in told) == 1
