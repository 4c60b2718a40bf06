"""The command line as a function: `cli("practice", "create", ...)` against a database of its own."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api import clock
from api.cli import app
from tests.support.house import open_house
from tests.support.server import environment


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said and ended with."""

    code: int
    out: str
    err: str


@dataclass
class Cli:
    """Runs commands in this process, with a clean environment. An unexplained exception is raised here."""

    url: str
    directory: Path

    def __call__(self, *arguments: str | Path, **settings: str) -> Answer:
        url = settings.pop("database_url", self.url)
        wanted = environment(url, self.directory, 0, **settings)
        env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LEAVETAKING_")}
        env |= {name: value for name, value in wanted.items() if value and name.startswith("LEAVETAKING_")}
        result: Any = CliRunner().invoke(app, [str(one) for one in arguments], env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    @contextmanager
    def api(self) -> Iterator[TestClient]:
        """The API over the same database, now, without a process of its own: starting one took most of what a test takes."""
        with open_house(self.url) as house:
            house.now = clock.now()
            yield house.api()

    def found(self, name: str = "Riverside", email: str = "ines@example.org") -> Answer:
        answer = self(
            "practice", "create", "--name", name, "--time-zone", "Europe/Madrid",
            "--founder-name", "Ines Founder", "--founder-email", email, "--json",
        )  # fmt: skip
        assert answer.code == 0, answer.err
        return answer


@pytest.fixture
def cli(sqlite_url: str, tmp_path: Path) -> Cli:
    return Cli(sqlite_url, tmp_path)


@pytest.fixture
def both_clis(engine_url: str, tmp_path: Path) -> Cli:
    """The test runs once on SQLite and once on PostgreSQL."""
    return Cli(engine_url, tmp_path)


@pytest.fixture
def unmigrated_cli(unmigrated_database: Callable[[str], str], tmp_path: Path) -> Cli:
    return Cli(unmigrated_database("sqlite"), tmp_path)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Commands configure the logging of their process; here that is the process of the tests."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
