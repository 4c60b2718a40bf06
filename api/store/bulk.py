"""Writing many rows at once: `executemany` on SQLite, binary COPY on PostgreSQL. One interface, two writers.

Bypasses the session's hooks, so every caller names the practice in its rows. Runs in the session's transaction.
Values are converted a column at a time: what a whole column has in common is converted once.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table

Row = Sequence[object]
Column = Sequence[Any]
Convert = Callable[[Column], Column]

# How the driver is told a column's type: in a binary COPY nothing is guessed.
_BINARY_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Uuid, "uuid"),
    (sa.DateTime, "timestamptz"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.Boolean, "bool"),
    (sa.BigInteger, "int8"),
    (sa.Integer, "int4"),
    (sa.Float, "float8"),
    (sa.LargeBinary, "bytea"),
    (sa.String, "varchar"),
    (sa.JSON, "json"),
)

_GROWN = """
    SELECT relname FROM pg_class
    WHERE oid = ANY(%s::regclass[])
      AND (reltuples < 0 OR pg_relation_size(oid) > 4 * relpages::bigint * current_setting('block_size')::bigint)
"""


def insert(session: Session, model: type[Any], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Inserts rows whose values stand in the order of `columns`. Raises IntegrityError like any insert."""
    pending = list(rows)
    if not pending:
        return
    session.flush()
    connection = session.connection()
    table: Table = model.__table__
    converted = _converted(table, columns, connection.dialect, pending)
    if connection.dialect.name == "sqlite":
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", converted)  # noqa: S608  # names of our own columns
    else:
        _copy(connection, table, columns, converted)


def update(session: Session, model: type[Any], columns: tuple[str, ...], rows: Iterable[Row], *, keys: int = 2) -> None:
    """Sets the columns after the first `keys`: those are the row's key, and the practice is one of them."""
    pending = list(rows)
    if not pending:
        return
    session.flush()
    connection = session.connection()
    table: Table = model.__table__
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    changed, where = columns[keys:], columns[:keys]
    values = [(*row[keys:], *row[:keys]) for row in pending]
    statement = (
        f"UPDATE {table.name} SET {', '.join(f'{name} = {mark}' for name in changed)}"  # noqa: S608  # names of our own columns
        f" WHERE {' AND '.join(f'{name} = {mark}' for name in where)}"
    )
    connection.exec_driver_sql(statement, _converted(table, (*changed, *where), connection.dialect, values))


def count_anew(session: Session, models: Sequence[type[Any]]) -> None:
    """Tells PostgreSQL how big these tables are, where they became four times as big since it last knew.

    Until then it may look a foreign key up by an index of the whole practice instead of the key. Where a table is being
    counted or cleaned already, nobody waits. SQLite does not guess.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    names = [model.__table__.name for model in models]
    grown = connection.exec_driver_sql(_GROWN, (names,)).scalars()
    for name in sorted(grown):
        connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {name}")


def _copy(connection: sa.Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """SQLAlchemy does not see a COPY, so the driver's errors are made into those that any other statement raises.

    Foreign keys are checked row by row, at the end of the COPY; planning each of these checks anew costs more
    than the check, so for its length, plans are kept.
    """
    cursor = connection.connection.cursor()
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    driver = connection.dialect.loaded_dbapi
    try:
        cursor.execute("SET LOCAL plan_cache_mode = auto")
        with cursor.copy(statement) as copy:
            copy.set_types(_binary_types(table, columns, connection.dialect))
            for row in rows:
                copy.write_row(row)
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    except driver.Error as error:
        raise sa.exc.DBAPIError.instance(statement, None, error, driver.Error, hide_parameters=True) from error
    finally:
        cursor.close()


@lru_cache(maxsize=64)
def _binary_types(table: Table, columns: tuple[str, ...], dialect: sa.Dialect) -> list[str]:
    return [_binary_type(table.c[name].type, dialect) for name in columns]


def _binary_type(kind: Any, dialect: sa.Dialect) -> str:  # noqa: ANN401  # any column type
    plain = kind.dialect_impl(dialect)
    if isinstance(plain, sa.TypeDecorator):
        plain = plain.load_dialect_impl(dialect)
    return next(name for family, name in _BINARY_TYPES if isinstance(plain, family))


def _converted(
    table: Table, columns: tuple[str, ...], dialect: sa.Dialect, rows: Sequence[Row]
) -> list[tuple[object, ...]]:
    converts = _converters(table, columns, dialect)
    by_column = zip(converts, zip(*rows, strict=True), strict=True)
    return list(zip(*(column if convert is None else convert(column) for convert, column in by_column), strict=True))


@lru_cache(maxsize=64)
def _converters(table: Table, columns: tuple[str, ...], dialect: sa.Dialect) -> tuple[Convert | None, ...]:
    """What an ordinary statement would do to the values of each column; None where nothing is to be done."""
    return tuple(_converter(table.c[name].type, dialect) for name in columns)


def _converter(kind: Any, dialect: sa.Dialect) -> Convert | None:  # noqa: ANN401  # any column type
    if isinstance(kind, sa.Enum):
        # Our own vocabulary: the database's check constraint refuses anything else.
        return _each(attrgetter("_value_"))
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return None
    # Documents that are equal need not be written alike: 1 equals true.
    return _each(convert, once=not isinstance(kind, sa.JSON))


def _each(convert: Callable[[Any], Any], *, once: bool = True) -> Convert:
    def of_column(column: Column) -> Column:
        first = column[0]
        if once and column.count(first) == len(column):
            return (None if first is None else convert(first),) * len(column)
        return [None if value is None else convert(value) for value in column]

    return of_column
