"""The README's requests are made against the product, in their order, and answered as it shows."""

import json
import re
from pathlib import Path

import pytest

from api.domain.access import OPERATOR
from api.services import practices
from api.services.work import unit
from schemas.wire.sign_ins import SignInIn
from tests.docs.requests import Shell, blocks, differences, parsed
from tests.support.house import ZONE, House
from tools.tree import ROOT

README = ROOT / "README.md"


def test_the_road_of_the_readme_runs_and_is_answered_as_shown(house: House) -> None:
    shown = list(blocks(README))
    _found_the_practice_of(house, README)
    shell = Shell(house.api())
    faults = [
        f"{block.commands.splitlines()[-1]} {fault}"
        for block in shown
        for fault in differences(block.answer, shell.run(block.commands))
    ]
    assert faults == []
    assert len(shown) == 7


def _found_the_practice_of(house: House, document: Path) -> None:
    """A practice whose founder has the name, address and password that the document uses."""
    told = document.read_text(encoding="utf-8")
    given = SignInIn.model_validate_json(re.search(r"sign-ins --json '(.*)'", told)[1])  # type: ignore[index]  # it is there
    name = json.loads(re.search(r'"responsible": \{"id": "…", "name": (".*?")\}', told)[1])  # type: ignore[index]  # it is there
    founder = practices.Founder(name, given.email, given.password.get_secret_value())
    with unit(house.runtime, OPERATOR) as work:
        practices.create(work, name="Practice of the README", time_zone=ZONE, founder=founder)


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
