"""What every connection of the two databases must be set to, and how their refusals are understood."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from api.domain.errors import Busy, Conflict
from api.store.engine import READ_ONLY, as_domain_error, begin_read_only, make_engine, make_sessions


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 10_000),
        ("trusted_schema", 0),
    ],
)
def test_every_sqlite_connection_is_careful(sqlite_url: str, pragma: str, value: object) -> None:
    engine = make_engine(sqlite_url)
    connections = [engine.connect().execution_options(**{READ_ONLY: True}) for _ in range(3)]
    found = {connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for connection in connections}
    for connection in connections:
        connection.close()
    engine.dispose()
    assert found == {value}


@pytest.mark.postgresql
def test_every_postgresql_connection_speaks_utc_and_does_not_wait_for_ever(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW timezone").scalar() == "UTC"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "10s"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    engine.dispose()


def test_every_statement_of_the_product_stays_compiled(engine_url: str) -> None:
    """With SQLAlchemy's own measure the first of eight hundred would have been put away by the last."""
    engine = make_engine(engine_url)
    hits: list[object] = []
    statements: list[sa.Select[int]] = [sa.select(sa.literal_column("1").label(f"a{number}")) for number in range(800)]
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(statement)
        sa.event.listen(engine, "before_cursor_execute", lambda *told: hits.append(told[4].cache_hit))
        connection.execute(statements[0])
    engine.dispose()
    assert hits == [CacheStats.CACHE_HIT]


def test_two_units_that_read_and_then_write_do_so_one_after_the_other(engine_url: str) -> None:
    """On SQLite a read that turns into a write fails at once unless the write lock was taken at the beginning."""
    engine = make_engine(engine_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        session.execute(sa.text("CREATE TABLE tally (n INTEGER)"))
        session.execute(sa.text("INSERT INTO tally VALUES (0)"))
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def count() -> None:
        start.wait()
        try:
            with sessions.begin() as session:
                n = session.scalar(sa.select(sa.column("n")).select_from(sa.table("tally")).with_for_update())
                session.execute(sa.text("UPDATE tally SET n = :n"), {"n": (n or 0) + 1})
        except sa.exc.DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert session.scalar(sa.text("SELECT n FROM tally")) == 4
    engine.dispose()
    assert failures == []


def test_a_reader_does_not_wait_for_a_writer(engine_url: str) -> None:
    engine = make_engine(engine_url)
    sessions = make_sessions(engine)
    with sessions() as writer, sessions() as reader:
        writer.execute(sa.text("DELETE FROM request_windows"))
        begin_read_only(reader)
        assert reader.scalar(sa.text("SELECT count(*) FROM practices")) == 0
    engine.dispose()


def test_the_databases_refusals_are_understood() -> None:
    told = {
        type(as_domain_error(error))
        for error in (
            sa.exc.IntegrityError("", {}, Exception()),
            sa.exc.OperationalError("", {}, Exception()),
            sa.exc.TimeoutError(),
            sa.exc.ProgrammingError("", {}, Exception()),
            ValueError(),
        )
    }
    assert told == {Conflict, Busy, type(None)}


@pytest.mark.parametrize("url", ["mysql://x/y", "oracle://x", "mssql://x/y"])
def test_no_other_database_is_taken(url: str) -> None:
    with pytest.raises(ValueError, match="LEAVETAKING_DATABASE_URL"):
        make_engine(url)


def test_a_plain_postgresql_address_gets_the_driver_that_is_installed() -> None:
    assert make_engine("postgresql://user:password@host/name").dialect.driver == "psycopg"
