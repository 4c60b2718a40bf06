"""A database to measure on: an SQLite file, and a PostgreSQL of our own started for the run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from api.main import make_runtime
from api.services.work import Runtime
from api.settings import Settings
from api.store import migrations
from api.store.sealing import new_master_key
from tests.support import postgres

ENGINES = ("sqlite", "postgresql")


@contextmanager
def fresh(engine: str) -> Iterator[Settings]:
    """Settings for a migrated, empty database that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="leavetaking-bench-", dir="/tmp"))  # a socket's path must be short
    home.chmod(0o711)
    try:
        url = f"sqlite:///{home / 'bench.db'}" if engine == "sqlite" else _new_postgresql(home)
        migrations.upgrade(url)
        yield Settings.model_validate(
            {
                "database_url": url,
                "master_key": new_master_key(),
                "requests_per_minute": 1_000_000,
                "mail_per_minute": 0,
                "data_dir": home,
                "log_level": "ERROR",
            }
        )
    finally:
        if engine == "postgresql":
            postgres.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def runtime(settings: Settings) -> Runtime:
    return make_runtime(settings)


def _new_postgresql(home: Path) -> str:
    server = make_url(postgres.server_url(home))
    name = f"bench_{uuid4().hex[:8]}"
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.set(database=name).render_as_string(hide_password=False)
