"""Brings a database to the schema of this version, from a checkout or from an installed wheel.

Alembic is imported only when needed: it is heavy, and the command line should start at once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.store.engine import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r'^revision(?:: str)? = "(\w+)"$', re.MULTILINE)
_FOLLOWED = re.compile(r'^down_revision(?:: [^=]+)? = "(\w+)"$', re.MULTILINE)
_INSTALLED = Path(__file__).resolve().parent.parent / "_alembic"
_CHECKOUT = Path(__file__).resolve().parent.parent.parent / "alembic"


def upgrade(url: str, revision: str = "head") -> None:
    """Migrates up to `revision`. Safe to call at every start and from several processes at once."""
    from alembic import command  # heavy

    with migrating_connection(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    from alembic import command  # heavy

    with migrating_connection(url) as connection:
        command.downgrade(_config(connection), revision)


def differences(url: str) -> list[object]:
    """What `alembic check` would add to make a migrated database match the tables: empty when in step."""
    from alembic.autogenerate import compare_metadata  # heavy
    from alembic.migration import MigrationContext  # heavy
    from sqlmodel import SQLModel  # only to compare

    import schemas.tables  # noqa: F401  # declares every table

    with migrating_connection(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, SQLModel.metadata))


def is_current(connection: Connection) -> bool:
    """Whether this database has exactly the schema this version expects; cheap enough for a readiness probe."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    return set(found) == {head_revision()}


@cache
def head_revision() -> str:
    """The newest revision: the one that no other follows. Read from the files' own lines, because every process asks
    at its start and loading Alembic would take it half a second.
    """
    named: set[str] = set()
    followed: set[str] = set()
    for path in (_scripts() / "versions").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(_REVISION.findall(text))
        followed |= set(_FOLLOWED.findall(text))
    (head,) = named - followed
    return head


@contextmanager
def migrating_connection(url: str) -> Iterator[Connection]:
    """One connection in one transaction; SQLite's foreign keys are off within, as rebuilding tables requires."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
    finally:
        engine.dispose()


def _scripts() -> Path:
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # heavy

    config = Config()
    config.set_main_option("script_location", str(_scripts()))
    config.attributes["connection"] = connection
    return config
