"""Fixtures over tests/support/house.py: `house` on SQLite, `both_houses` once on each engine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import structlog

if TYPE_CHECKING:
    from tests.support.house import House


@pytest.fixture
def house(sqlite_url: str) -> "Iterator[House]":
    from tests.support.house import open_house  # noqa: PLC0415  # tests of the pure rings run without loading the store

    with open_house(sqlite_url) as opened:
        yield opened


@pytest.fixture
def both_houses(engine_url: str) -> "Iterator[House]":
    """The test runs once on SQLite and once on PostgreSQL."""
    from tests.support.house import open_house  # noqa: PLC0415  # tests of the pure rings run without loading the store

    with open_house(engine_url) as opened:
        yield opened


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """For tests that provoke an unforeseen error: drawing its frames with all their values takes up to minutes."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    yield
    structlog.reset_defaults()
