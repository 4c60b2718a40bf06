"""The README's requests are made against the product, in their order, and answered as it shows."""

import re
from pathlib import Path

import pytest

from api.sample.staff import DANIEL, PASSWORD
from api.services import members
from api.store import members as member_store
from api.store import passwords
from schemas.wire.members import MemberIn
from schemas.wire.sign_ins import SignInIn
from tests.docs.requests import Shell, blocks, differences, parsed
from tests.support.house import House
from tools.tree import ROOT

README = ROOT / "README.md"


def test_the_road_of_the_readme_runs_and_is_answered_as_shown(house: House) -> None:
    shown = list(blocks(README))
    _let_in(house, README)
    shell = Shell(house.api())
    faults = [
        f"{block.commands.splitlines()[-1]} {fault}"
        for block in shown
        for fault in differences(block.answer, shell.run(block.commands))
    ]
    assert faults == []
    assert len(shown) == 12


def _let_in(house: House, document: Path) -> None:
    """Gives the clinician of the sample practice by whom the document signs in an account here."""
    given = SignInIn.model_validate_json(re.findall(r"sign-ins --json '(.*)'", document.read_text(encoding="utf-8"))[0])
    assert given.email == DANIEL.email
    assert given.password.get_secret_value() == PASSWORD
    with house.work(house.founder) as work:
        wanted = MemberIn(name=DANIEL.name, email=DANIEL.email, roles=sorted(DANIEL.roles))
        member = member_store.get(work.session, members.add(work, wanted).member.id)
        assert member is not None
        member.password_hash, member.must_change_password = passwords.hashed(PASSWORD), False


@pytest.mark.parametrize(
    ("shown", "told", "fault"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, "/b: only answered"),
        ({"a": 1, "b": 2}, {"a": 1}, "/b: only shown"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, "/a/0/b: 'x' shown, 'y' answered"),
        ([], [1], ": 0 shown, 1 answered: [1]"),
        ("lts_…", "lt_1", ": 'lts_…' shown, 'lt_1' answered"),
        (True, 1, ": True shown, 1 answered"),
    ],
)
def test_an_answer_that_is_not_as_shown_is_told(shown: object, told: object, fault: str) -> None:
    assert list(differences(shown, told)) == [fault]


def test_what_differs_each_time_may_be_left_open() -> None:
    assert list(differences({"id": "…", "at": "2026-…"}, {"id": "0199", "at": "2026-03-04"})) == []


def test_a_command_that_the_test_would_read_otherwise_than_curl_fails() -> None:
    with pytest.raises(AssertionError, match="--fail is not understood"):
        parsed("curl --fail http://localhost/v1/me", {})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("README.md", "how often a closing session was offered, accepted and held, as frozen releases"),
        ("docs/statistics.md", "It does not count closing sessions of work that still runs"),
    ],
)
def test_what_is_counted_of_closing_sessions_is_said_where_figures_are(path: str, said: str) -> None:
    assert said in (ROOT / path).read_text(encoding="utf-8")
