"""A migrated database of its own for each test that asks, on either engine.

The migrations run once per engine and test run; each test then gets a copy (a file copy on SQLite, a
database made from a template on PostgreSQL). All processes of a parallel run share the templates and
the server through one directory, which the process that started the run makes and takes away.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Literal
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support import postgres

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
BOTH_ENGINES = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
)
_RUN_VARIABLE = "LEAVETAKING_TEST_RUN_DIR"
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a directory with a random name is made in it
_ROOM = 4 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Workers of a parallel run inherit the variable; only the starter has no `workerinput`."""
    if not hasattr(config, "workerinput"):
        run_dir = Path(tempfile.mkdtemp(prefix="leavetaking-", dir=_quickest_place()))
        run_dir.chmod(0o711)
        (run_dir / "tmp").mkdir(mode=0o700)
        os.environ[_RUN_VARIABLE] = str(run_dir)
        # Also what pytest and the programs it starts leave lying about.
        os.environ["TMPDIR"] = str(run_dir / "tmp")
        tempfile.tempdir = None


def _quickest_place() -> str:
    """In memory, where there is room: a database from the template took a twentieth of the time there, most of what a test takes. Else
    under /tmp even where TMPDIR is long: the path of a Unix socket may have about a hundred characters.
    """
    if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM and os.access(_IN_MEMORY, os.W_OK | os.X_OK):
        return str(_IN_MEMORY)
    return "/tmp"  # noqa: S108 - as above


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _drop_template(_run_dir())
        postgres.stop(_run_dir())
        shutil.rmtree(os.environ.pop(_RUN_VARIABLE), ignore_errors=True)


@contextmanager
def migrated_database(kind: Kind, directory: Path) -> Iterator[str]:
    """A fresh copy of the current schema. `directory` holds the file of an SQLite database."""
    if kind == "sqlite":
        path = directory / f"{uuid4().hex}.db"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
    else:
        with _postgresql_database(_postgresql_template()) as url:
            yield url


@contextmanager
def empty_database(kind: Kind, directory: Path) -> Iterator[str]:
    """No table at all: for tests of the migrations themselves."""
    if kind == "sqlite":
        yield f"sqlite:///{directory / f'{uuid4().hex}.db'}"
    else:
        with _postgresql_database("template0") as url:
            yield url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Callable[[Kind], str]]:
    """`database("sqlite")`, `database("postgresql")`: the address of a migrated database, gone after the test."""
    with _opened(migrated_database, tmp_path) as open_one:
        yield open_one


@pytest.fixture
def unmigrated_database(tmp_path: Path) -> Iterator[Callable[[Kind], str]]:
    with _opened(empty_database, tmp_path) as open_one:
        yield open_one


@pytest.fixture(params=BOTH_ENGINES)
def engine_kind(request: pytest.FixtureRequest) -> Kind:
    """Asking for it runs the test once per engine."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def engine_url(engine_kind: Kind, database: Callable[[Kind], str]) -> str:
    """The address of a migrated database; the test runs once on SQLite and once on PostgreSQL."""
    return database(engine_kind)


@pytest.fixture
def sqlite_url(database: Callable[[Kind], str]) -> str:
    return database("sqlite")


@pytest.fixture
def postgresql_url(database: Callable[[Kind], str]) -> str:
    return database("postgresql")


@contextmanager
def _opened(
    make: Callable[[Kind, Path], AbstractContextManager[str]], directory: Path
) -> Iterator[Callable[[Kind], str]]:
    with ExitStack() as stack:
        yield lambda kind: stack.enter_context(make(kind, directory))


def _run_dir() -> Path:
    return Path(os.environ[_RUN_VARIABLE])


def _sqlite_template() -> Path:
    template = _run_dir() / "template.db"
    with postgres.locked(_run_dir() / "template.lock"):
        if not template.exists():
            draft = template.with_suffix(".draft")
            _upgrade(f"sqlite:///{draft}")
            # Only a whole file may be copied: what lies beside it in a write-ahead log would be left behind.
            if draft.with_name(draft.name + "-wal").exists():
                raise AssertionError("the migrations left a connection open")
            draft.rename(template)
    return template


def _postgresql_template() -> str:
    name = f"{_prefix()}_template"
    server = make_url(postgres.server_url(_run_dir()))
    with postgres.locked(_run_dir() / "template.lock"):
        if not (_run_dir() / "template.ready").exists():
            _administer(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            _upgrade(_address(server.set(database=name)))
            (_run_dir() / "template.ready").touch()
    return name


def _upgrade(url: str) -> None:
    from api.store import migrations  # noqa: PLC0415  # tests of the pure rings run without loading the store

    migrations.upgrade(url)


def _drop_template(run_dir: Path) -> None:
    """On a server that outlives the run, nothing of it is left behind."""
    if (run_dir / "template.ready").exists():
        name = sql.Identifier(f"{_prefix()}_template")
        _administer(make_url(postgres.server_url(run_dir)), sql.SQL("DROP DATABASE {}").format(name))


@contextmanager
def _postgresql_database(template: str) -> Iterator[str]:
    server = make_url(postgres.server_url(_run_dir()))
    name = f"{_prefix()}_{uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    _administer(server, create)
    try:
        yield _address(server.set(database=name))
    finally:
        # By force: a killed server process may have left sessions that the database has not noticed yet.
        _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _prefix() -> str:
    return "lt_" + re.sub(r"\W", "", _run_dir().name.removeprefix("leavetaking-").lower())


def _administer(server: URL, statement: sql.Composed) -> None:
    with psycopg.connect(_address(server.set(drivername="postgresql")), autocommit=True) as connection:
        connection.execute(statement)


def _address(url: URL) -> str:
    return url.render_as_string(hide_password=False)
