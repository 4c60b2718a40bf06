"""Setting up a practice by command."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.store.engine import make_engine
from tests.cli.conftest import Cli

CREATE = (
    "practice", "create", "--name", "Riverside", "--time-zone", "Europe/Madrid", "--founder-name", "Ines",
    "--founder-email", "ines@example.org",
)  # fmt: skip


def test_a_founder_with_a_one_time_password_has_to_choose_their_own(both_clis: Cli) -> None:
    told = json.loads(both_clis.found().out)
    with both_clis.api() as api:
        account = {"email": told["founder_email"], "password": told["one_time_password"]}
        answer = api.post("/v1/sign-ins", json=account)
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


def test_a_member_whom_nobody_can_help_is_let_in_and_the_trail_knows(both_clis: Cli) -> None:
    founded = json.loads(both_clis.found().out)
    told = json.loads(both_clis("practice", "password", "--email", founded["founder_email"].upper(), "--json").out)
    with both_clis.api() as api:
        former, fresh = (
            api.post("/v1/sign-ins", json={"email": founded["founder_email"], "password": one_time})
            for one_time in (founded["one_time_password"], told["one_time_password"])
        )
    assert (former.status_code, fresh.status_code) == (401, 201)
    engine = make_engine(both_clis.url)
    with engine.connect() as connection:
        acts = connection.execute(sa.text("SELECT action, actor_kind, outcome FROM audit_entries ORDER BY id")).all()
    engine.dispose()
    assert ("member.password_reset", "system", "allowed") in [tuple(act) for act in acts]


def test_an_address_without_an_account_is_said_so(cli: Cli) -> None:
    cli.found()
    answer = cli("practice", "password", "--email", "nobody@example.org")
    assert (answer.code, answer.err.strip()) == (1, "There is no account with this e-mail address.")
