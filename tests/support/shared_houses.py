"""`shared_house`: a practice of one's own in a database that other tests of this process share, once per engine.

For tests that look at nothing but their own practice. Making a tenant costs a fraction of making a database, and
whatever leaks from one practice into another shows up as a failing test. A test that leaves a job undone, or looks
at whole tables, asks for `house` or `both_houses` instead.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import NOW
from tests.support.databases import BOTH_ENGINES, migrated_database

if TYPE_CHECKING:
    from tests.support.house import House


@pytest.fixture(scope="session", params=BOTH_ENGINES)
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with migrated_database(request.param, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture(scope="session")
def opened_house(shared_url: str) -> "Iterator[House]":
    from tests.support.house import open_house  # noqa: PLC0415  # tests of the pure rings run without loading the store

    with open_house(shared_url) as opened:
        yield opened


@pytest.fixture
def shared_house(opened_house: "House") -> "House":
    """The house of the process, with a practice that nobody else was in and the clock where it always starts."""
    opened_house.now = NOW
    opened_house.practice = opened_house.found("Practice of the test")
    return opened_house
