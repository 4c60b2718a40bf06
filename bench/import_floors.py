"""What bare drivers take to write an import's rows: into one plain table, and into the product's own.

Everything is prepared beforehand and committed once: only the writing is measured.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from api.settings import Settings
from schemas.tables.base import new_id

_COLUMNS = "practice_id,id,episode_id,clinician_id,source,external_id,starts_at,status,known_at,duration,standing"
_APPOINTMENTS = (
    "id,practice_id,episode_id,client_id,clinician_id,source,external_id,rescheduled_from,duration_minutes,standing,"
    "starts_at,status,initiator,excused,status_known_at,created_at,version"
)
_EVENTS = "appointment_id,practice_id,position,status,starts_at,known_at,initiator,excused,import_id,recorded_by"
# Where an appointment's source stands: written a second time, the rows come from another system.
_SOURCE = _APPOINTMENTS.split(",").index("source")
Rows = Sequence[Sequence[object]]
Tables = Sequence[tuple[str, str, Rows]]


def one_table(settings: Settings, rows: int) -> Callable[[], None]:
    """A table like that of the appointments, with their key, one unique constraint and one index."""
    start = int(datetime(2025, 1, 6, 9, tzinfo=UTC).timestamp())
    values: list[tuple[object, ...]] = [
        (
            b"0123456789abcdef",
            number.to_bytes(16, "big"),
            (number // 50).to_bytes(16, "big"),
            b"fedcba9876543210",
            "bench",
            f"a{number}",
            start + number,
            "attended",
            start + number,
            50,
            False,
        )
        for number in range(rows)
    ]
    table, binary = f"bare_{uuid4().hex[:8]}", "blob" if _is_sqlite(settings) else "bytea"
    create = (
        f"CREATE TABLE {table} (practice_id {binary}, id {binary}, episode_id {binary}, clinician_id {binary},"
        " source varchar(40), external_id varchar(200), starts_at bigint, status varchar(32), known_at bigint,"
        " duration int, standing bool, PRIMARY KEY (practice_id, id), UNIQUE (practice_id, source, external_id))"
    )
    index = f"CREATE INDEX ix_{table} ON {table} (practice_id, episode_id, starts_at)"
    if _is_sqlite(settings):
        return lambda: _write_sqlite(settings, [(table, _COLUMNS, values)], (create, index))
    return lambda: _write_postgresql(settings, [(table, _COLUMNS, values)], (create, index), copy=_copy)


def own_tables(settings: Settings, practice_id: UUID) -> Callable[[], None]:
    """The practice's appointments and events once more, under ids of their own."""
    appointments = _read(settings, "appointments", _APPOINTMENTS, practice_id)
    events = _read(settings, "appointment_events", _EVENTS, practice_id)
    ids = {row[0]: new_id().bytes if _is_sqlite(settings) else new_id() for row in appointments}
    copies = [(ids[row[0]], *row[1:_SOURCE], "bench-floor", *row[_SOURCE + 1 :]) for row in appointments]
    told = [(ids[row[0]], *row[1:]) for row in events]
    tables = [("appointments", _APPOINTMENTS, copies), ("appointment_events", _EVENTS, told)]
    if _is_sqlite(settings):
        return lambda: _write_sqlite(settings, tables)
    return lambda: _write_postgresql(settings, tables, copy=_copy_by_type)


def _is_sqlite(settings: Settings) -> bool:
    return settings.url.startswith("sqlite")


def _read(settings: Settings, table: str, columns: str, practice_id: UUID) -> Rows:
    query = f"SELECT {columns} FROM {table} WHERE practice_id ="  # noqa: S608  # our own names
    if _is_sqlite(settings):
        with sqlite3.connect(_path(settings)) as connection:
            found: Rows = connection.execute(f"{query} ?", (practice_id.bytes,)).fetchall()
        connection.close()
        return found
    with psycopg.connect(_address(settings)) as server:
        return server.execute(f"{query} %s".encode(), (practice_id,)).fetchall()


def _write_sqlite(settings: Settings, tables: Tables, before: Sequence[str] = ()) -> None:
    """With the settings that the product's connections have and a bare one has not."""
    with sqlite3.connect(_path(settings)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        for statement in before:
            connection.execute(statement)
        for table, columns, rows in tables:
            marks = ",".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  # our own names
    connection.close()


Copy = Callable[["psycopg.Cursor[tuple[object, ...]]", str, str, Rows], None]


def _write_postgresql(settings: Settings, tables: Tables, before: Sequence[str] = (), *, copy: Copy) -> None:
    with psycopg.connect(_address(settings)) as connection, connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement.encode())
        for table, columns, rows in tables:
            copy(cursor, table, columns, rows)


def _copy(cursor: "psycopg.Cursor[tuple[object, ...]]", table: str, columns: str, rows: Rows) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_by_type(cursor: "psycopg.Cursor[tuple[object, ...]]", table: str, columns: str, rows: Rows) -> None:
    described = cursor.execute(f"SELECT {columns} FROM {table} LIMIT 0".encode()).description  # noqa: S608  # our own names
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.set_types([column.type_code for column in described or ()])
        for row in rows:
            copy.write_row(row)


def _path(settings: Settings) -> Path:
    return Path(settings.url.removeprefix("sqlite:///"))


def _address(settings: Settings) -> str:
    return settings.url.replace("postgresql+psycopg://", "postgresql://")
