"""Setting up a practice by command."""

import json
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Cli
from tests.support.server import running

CREATE = (
    "practice", "create", "--name", "Riverside", "--time-zone", "Europe/Madrid", "--founder-name", "Ines",
    "--founder-email", "ines@example.org",
)  # fmt: skip


def test_a_founder_with_a_one_time_password_has_to_choose_their_own(both_clis: Cli, tmp_path: Path) -> None:
    told = json.loads(both_clis.found().out)
    with running(both_clis.url, tmp_path) as server:
        account = {"email": told["founder_email"], "password": told["one_time_password"]}
        answer = httpx.post(f"{server.url}/v1/sign-ins", json=account, trust_env=False)
    assert answer.status_code == 201
    assert answer.json()["must_change_password"] is True


def test_the_password_may_come_from_a_file_and_is_not_shown(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a password of one's own\n")
    answer = cli(*CREATE, "--password-file", tmp_path / "password", "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["one_time_password"] is None
    assert "of one's own" not in answer.out + answer.err


def test_the_one_time_password_is_shown_to_a_person(cli: Cli) -> None:
    answer = cli(*CREATE)
    assert "shown only now" in answer.out


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--time-zone", "Mars/Olympus", "time_zone"),
        ("--founder-email", "not an address", "founder_email"),
        ("--name", " ", "name"),
    ],
)
def test_what_the_api_would_refuse_is_refused_here(cli: Cli, option: str, value: str, named: str) -> None:
    answer = cli(*CREATE, option, value)
    assert answer.code == 1
    assert answer.err.startswith(f"{named}: ")


def test_a_short_password_is_refused_and_not_repeated(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("tooshort")
    answer = cli(*CREATE, "--password-file", tmp_path / "password")
    assert answer.code == 1
    assert "password" in answer.err
    assert "tooshort" not in answer.err
