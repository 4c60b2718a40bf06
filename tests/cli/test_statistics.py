"""Releasing by command."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.services.test_releases import settle
from tests.support.house import House


@pytest.fixture
def cli_of(both_houses: House, tmp_path: Path) -> Cli:
    """The command goes by the real clock, which is past the cut-off of 2020."""
    settle(both_houses, day="2020-03-03")
    return Cli(both_houses.url, tmp_path)


def test_a_year_is_released_once_and_printed_for_people_and_programs(cli_of: Cli) -> None:
    said = cli_of("statistics", "release", "--year", "2020")
    assert said.code == 0, said.err
    title = "Ghosting rate by six definitions, version 1, and closing sessions by three steps, version 1"
    assert f"{title}: Practice of the test, 2020" in said.out
    assert "D1 missed_last" in said.out
    assert "C3 closing_held" in said.out
    assert "Not promised:" in said.out
    first = cli_of("statistics", "release", "--year", "2020", "--json")
    told = json.loads(first.out)
    assert told["released_by"] == {"kind": "system", "id": None}
    assert [one["count"] for one in told["definitions"][:3]] == [None, 15, 15]
    assert cli_of("statistics", "release", "--year", "2020", "--through", "2020", "--json").out == first.out
    sheet = cli_of("statistics", "release", "--year", "2020", "--csv").out
    assert sheet.lstrip('"').startswith(f"# {title}.")


def test_what_cannot_be_released_ends_with_one_and_says_why(cli_of: Cli) -> None:
    few = cli_of("statistics", "release", "--year", "2018")
    assert (few.code, "Not enough clients to publish" in few.err) == (1, True)
    assert cli_of("statistics", "release", "--year", "2020").code == 0
    taken = cli_of("statistics", "release", "--year", "2019", "--through", "2020")
    assert (taken.code, "published once" in taken.err) == (1, True)
    assert cli_of("statistics", "release", "--year", "2199").code == 1
    assert cli_of("statistics", "release", "--year", "20").code == 1
    assert cli_of("statistics", "release", "--year", "2015", "--through", "2020").code == 1
