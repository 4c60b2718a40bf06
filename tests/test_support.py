"""The ground the tests stand on: databases of their own, and no way out of this machine."""

import socket
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.support.databases import Kind
from tests.support.network import OutsideWorldRefused
from tests.support.order import pytest_collection_modifyitems


def tables(url: str) -> set[str]:
    engine = sa.create_engine(url)
    try:
        return set(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_a_test_gets_the_migrated_schema(engine_url: str) -> None:
    assert {"alembic_version", "practices"} <= tables(engine_url)


def test_two_databases_of_one_test_share_nothing(engine_kind: Kind, database: Callable[[Kind], str]) -> None:
    first, second = database(engine_kind), database(engine_kind)
    execute(first, "CREATE TABLE only_here (x INTEGER)")
    assert "only_here" in tables(first)
    assert "only_here" not in tables(second)


def test_an_unmigrated_database_is_empty(engine_kind: Kind, unmigrated_database: Callable[[Kind], str]) -> None:
    assert tables(unmigrated_database(engine_kind)) == set()


@pytest.mark.postgresql
def test_the_server_does_not_think_in_utc(postgresql_url: str) -> None:
    """So that nothing passes because the server's own zone happened to be the right one."""
    engine = sa.create_engine(postgresql_url, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(sa.text("RESET timezone"))
        zone = connection.execute(sa.text("SHOW timezone")).scalar_one()
    engine.dispose()
    assert zone != "UTC"


def test_an_outside_address_is_refused() -> None:
    with pytest.raises(OutsideWorldRefused), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))


def test_an_outside_name_is_not_even_looked_up() -> None:
    with pytest.raises(OutsideWorldRefused):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_tests_with_one_id_are_refused(request: pytest.FixtureRequest) -> None:
    """Of these only the first would run, in a run of several processes."""
    with pytest.raises(pytest.UsageError, match="test_tests_with_one_id_are_refused"):
        pytest_collection_modifyitems([request.node, request.node])
    pytest_collection_modifyitems([request.node])
