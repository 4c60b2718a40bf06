"""Engines and sessions for the two databases, with the connection settings each must have.

SQLite: the driver's own transaction handling is switched off, because a read that turns into a write
fails at once with BUSY_SNAPSHOT. Units that may write take the write lock at their beginning.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from api.domain.errors import Busy, Conflict, DomainError
from api.store.turns import Turns

_BUSY_TIMEOUT_MS = 10_000
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut, not only a crash
    "foreign_keys=ON",
    "recursive_triggers=ON",  # otherwise INSERT OR REPLACE slips past the triggers that forbid deleting
    f"busy_timeout={_BUSY_TIMEOUT_MS}",
    "trusted_schema=OFF",
    "secure_delete=ON",  # whoever has the file does not find what was deleted from it
)

# Two that could not be put in an order, two that waited for each other, one that waited too long.
_IN_THE_WAY = frozenset({"40001", "40P01", "55P03"})

# Routes and pages together run more than six hundred statements, many of them for more than one scope; SQLAlchemy would keep five hundred.
_STATEMENTS_KEPT = 2_000

READ_ONLY = "leavetaking_read_only"
_HAS_THE_TURN = "leavetaking_has_the_turn"

SessionFactory = sessionmaker[Session]
__all__ = [
    "Session",
    "SessionFactory",
    "as_domain_error",
    "begin_read_only",
    "commit_each",
    "is_in_the_way",
    "make_engine",
    "make_sessions",
]


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://...`. Pools are small: few threads, short units."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, pool_size)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed, pool_size)
    raise ValueError("LEAVETAKING_DATABASE_URL must name a sqlite or a postgresql database")


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


def begin_read_only(session: Session) -> None:
    """Begins the session's transaction without SQLite's write lock. Call it before the first statement."""
    session.connection(execution_options={READ_ONLY: True})


def commit_each(session: Session) -> None:
    """Each statement of this session is a commit of its own, where the database can: one question instead of four.

    For a unit that is one statement. SQLite's units are begun as they always are. Call it before the first statement.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def as_domain_error(error: BaseException) -> DomainError | None:
    """What a database's refusal means to a caller; None if it is not one of these.

    A clash with a row written at the same moment, or a lock that was not to be had in time: both are
    answered by trying again.
    """
    if isinstance(error, sa.exc.IntegrityError):
        return Conflict("This clashes with something written at the same moment, or already there.", code="clashes")
    if isinstance(error, sa.exc.OperationalError | sa.exc.TimeoutError):
        return Busy()
    return None


def is_in_the_way(error: BaseException | None) -> bool:
    """Whether PostgreSQL ended a unit only because another was in its way. Nothing of it was kept, and it can be done again at once."""
    return isinstance(error, sa.exc.OperationalError) and getattr(error.orig, "sqlstate", None) in _IN_THE_WAY


def _sqlite(url: URL, pool_size: int) -> Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,  # an error's text must not quote a client
        query_cache_size=_STATEMENTS_KEPT,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": _BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    turns = Turns()
    event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, turns))
    event.listen(engine, "checkin", lambda _, record: _hand_on(record, turns))
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401  # the driver's own connection
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection, turns: Turns) -> None:
    """Writers of this process take turns. A turn is kept until the connection goes back to the pool."""
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
        return
    kept = connection.connection.record_info
    if kept is not None and not kept.get(_HAS_THE_TURN):
        if not turns.take(_BUSY_TIMEOUT_MS / 1000):
            raise sa.exc.TimeoutError("another unit of this process has been writing all the time")
        kept[_HAS_THE_TURN] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _hand_on(record: ConnectionPoolEntry, turns: Turns) -> None:
    if record.record_info is not None and record.record_info.pop(_HAS_THE_TURN, False):
        turns.hand_on()


def _postgresql(url: URL, pool_size: int) -> Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        query_cache_size=_STATEMENTS_KEPT,
        # A plan kept from when a table was empty would read it whole for ever after: a first import makes it big
        # within seconds, and foreign keys are checked by kept plans too.
        # A statement whose process was killed while it waited ends too, instead of being carried out for nobody (decision 0045).
        connect_args={
            "options": "-c timezone=UTC -c lock_timeout=10s -c plan_cache_mode=force_custom_plan"
            " -c client_connection_check_interval=500"
        },
    )
