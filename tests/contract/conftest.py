"""One house for all matrix tests of a process; every route gets practices of its own in it."""

from collections.abc import Iterator

import pytest
import structlog

from tests.contract.world import World
from tests.support.databases import migrated_database
from tests.support.house import House, open_house


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """An unforeseen error fails the test by itself; drawing its frames and their values would take seconds each."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with migrated_database("sqlite", tmp_path_factory.mktemp("street")) as url, open_house(url) as house:
        yield house


@pytest.fixture(scope="module")
def neighbour(street: House) -> World:
    """A practice next door, with one of everything. Nothing any test does there may succeed."""
    return World(street)


@pytest.fixture
def world(street: House) -> World:
    return World(street)
