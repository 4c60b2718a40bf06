"""The instant at which every test runs, unless it brings its own."""

from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
"""A Wednesday morning, three and a half weeks before summer time begins in Europe and four days before it does in
North America: ordinary lookahead windows cross a change of the clock."""


@pytest.fixture
def now() -> datetime:
    return NOW
