"""Writing many rows at once: `executemany` on SQLite, COPY on PostgreSQL. One interface, two writers.

Bypasses the session's hooks, so every caller names the practice in its rows. Runs in the session's transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table

Row = Sequence[object]


def insert(session: Session, model: type[Any], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Inserts rows whose values stand in the order of `columns`. Raises IntegrityError like any insert."""
    pending = list(rows)
    if not pending:
        return
    session.flush()
    connection = session.connection()
    converters = _converters(model.__table__, columns, connection.dialect)
    converted = [_converted(converters, row) for row in pending]
    if connection.dialect.name == "sqlite":
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"INSERT INTO {model.__table__.name} ({names}) VALUES ({marks})"  # noqa: S608  # names of our own columns
        connection.exec_driver_sql(statement, converted)
    else:
        _copy(connection, model.__table__.name, columns, converted)


def update(session: Session, model: type[Any], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Sets `columns[2:]` of the rows whose practice and id stand first."""
    pending = list(rows)
    if not pending:
        return
    session.flush()
    table: Table = model.__table__
    practice, key, *changed = columns
    statement = (
        sa.update(table)
        .where(table.c[practice] == sa.bindparam("b_0"), table.c[key] == sa.bindparam("b_1"))
        .values({name: sa.bindparam(f"b_{position}") for position, name in enumerate(changed, 2)})
    )
    session.connection().execute(
        statement, [{f"b_{position}": value for position, value in enumerate(row)} for row in pending]
    )


def _copy(connection: sa.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """SQLAlchemy does not see a COPY, so the driver's errors are made into those that any other statement raises."""
    cursor = connection.connection.cursor()
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    driver = connection.dialect.loaded_dbapi
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise sa.exc.DBAPIError.instance(statement, None, error, driver.Error, hide_parameters=True) from error
    finally:
        cursor.close()


@lru_cache(maxsize=64)
def _converters(
    table: Table, columns: tuple[str, ...], dialect: sa.Dialect
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """What an ordinary statement would do to the values, by position, for the columns that need anything done."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for position, name in enumerate(columns):
        kind = table.c[name].type
        # Our own vocabulary: the database's check constraint refuses anything else.
        convert = str if isinstance(kind, sa.Enum) else kind.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            found.append((position, convert))
    return tuple(found)


def _converted(converters: tuple[tuple[int, Callable[[Any], Any]], ...], row: Row) -> tuple[object, ...]:
    values = list(row)
    for position, convert in converters:
        value = values[position]
        if value is not None:
            values[position] = convert(value)
    return tuple(values)
