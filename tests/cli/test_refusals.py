"""What goes wrong is one clear line and a code that means something; never a traceback, never a secret."""

import base64
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli

PRACTICE = ("practice", "create", "--name", "P", "--time-zone", "Europe/Madrid", "--founder-name", "I")


def assert_one_line(answer: Answer, code: int, words: str) -> None:
    assert answer.code == code, (answer.out, answer.err)
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("command", [["caseload"], ["worker"], ["serve"], ["verify"], ["keys", "rotate"]])
def test_without_a_master_key_nothing_begins(cli: Cli, command: list[str]) -> None:
    assert_one_line(cli(*command, master_key=""), 3, "leavetaking keys new")


def test_a_master_key_of_the_wrong_size_is_said(cli: Cli) -> None:
    assert_one_line(cli("caseload", master_key="c2hvcnQ="), 3, "32 bytes, base64")


def test_a_master_key_file_that_cannot_be_read_is_said(cli: Cli, tmp_path: Path) -> None:
    answer = cli("caseload", master_key="", master_key_file=str(tmp_path / "gone"))
    assert_one_line(answer, 3, "master key file cannot be read")


def test_another_master_key_than_the_one_things_are_sealed_with_is_said(cli: Cli) -> None:
    cli.found()
    other = base64.b64encode(os.urandom(32)).decode()
    assert_one_line(cli(*PRACTICE, "--founder-email", "b@example.org", master_key=other), 3, "another master key")


def test_a_database_that_was_not_migrated_is_said(unmigrated_cli: Cli) -> None:
    assert_one_line(unmigrated_cli("caseload"), 3, "leavetaking migrate")
    assert unmigrated_cli("migrate").code == 0
    assert_one_line(unmigrated_cli("caseload"), 1, "no practice yet")


def test_a_database_out_of_reach_is_said(cli: Cli) -> None:
    answer = cli("caseload", database_url="postgresql://nobody:secret@127.0.0.1:1/nothing")
    assert_one_line(answer, 3, "database cannot be reached")
    assert "secret" not in answer.err


def test_a_database_of_an_unknown_kind_is_said(cli: Cli) -> None:
    assert_one_line(cli("caseload", database_url="oracle://somewhere"), 3, "LEAVETAKING_DATABASE_URL")


def test_a_setting_that_cannot_be_is_named_without_its_value(cli: Cli) -> None:
    answer = cli("caseload", requests_per_minute="plenty")
    assert_one_line(answer, 3, "LEAVETAKING_REQUESTS_PER_MINUTE")
    assert "plenty" not in answer.err


def test_what_the_product_refuses_ends_with_one(cli: Cli) -> None:
    cli.found(email="same@example.org")
    assert_one_line(cli(*PRACTICE, "--founder-email", "same@example.org"), 1, "account with this e-mail address")


def test_a_misspelt_option_ends_with_two(cli: Cli) -> None:
    assert cli("caseload", "--stages", "quiet").code == 2
    assert cli("caseload", "--stage", "asleep").code == 2
    assert cli("casload").code == 2
