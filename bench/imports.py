"""An import through the whole product (received, parsed, merged, written, assessed) against bare inserts of its rows."""

import io
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from api.domain.access import OPERATOR, Permission, Principal, system_principal
from api.jobs.worker import Worker
from api.services import imports, practices
from api.services.imports import Upload
from api.services.work import Runtime, unit
from api.settings import Settings
from bench import databases
from schemas.vocabulary import ImportKind

_HEADER = (
    "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,duration_minutes,"
    "status,status_known_at,initiator,rescheduled_from"
)
_ROUNDS = 3
_COLUMNS = "practice_id,id,episode_id,clinician_id,source,external_id,starts_at,status,known_at,duration,standing"


def run(clients: int, weeks: int) -> None:
    content = _file(clients, weeks)
    rows = clients * weeks
    for engine in databases.ENGINES:
        with databases.fresh(engine) as settings:
            runtime = databases.runtime(settings)
            taken = [_in_turn(runtime, settings, engine, content, rows) for _ in range(_ROUNDS)]
            ours, floor = (sorted(one[position] for one in taken)[_ROUNDS // 2] for position in (0, 1))
            again = sorted(one[2] for one in taken)[_ROUNDS // 2]
            print(
                f"{engine}: import of {rows:,} rows, whole product                    {floor / ours:6.2f}   "
                f"ours {rows / ours:9,.0f} rows/s, floor {rows / floor:9,.0f} rows/s   goal >= 0.35, aiming at 0.5\n"
                f"{engine}: the same file again (nothing changes)                {rows / again:9,.0f} rows/s",
                flush=True,
            )


def _in_turn(
    runtime: Runtime, settings: Settings, engine: str, content: bytes, rows: int
) -> tuple[float, float, float]:
    """Seconds for the product, for bare inserts, and for the same file a second time."""
    with unit(runtime, OPERATOR) as work:
        founder = practices.Founder("Founder", f"{uuid4().hex}@example.org", "correct horse battery")
        practice_id = practices.create(work, name="Bench", time_zone="Europe/Madrid", founder=founder)
    ours = _timed(lambda: _import(runtime, system_lead(practice_id), content))
    floor = _timed(_bare(engine, settings, rows))
    return ours, floor, _timed(lambda: _import(runtime, system_lead(practice_id), content))


def system_lead(practice_id: UUID) -> Principal:
    """The worker's principal with the right to send a file."""
    base = system_principal(practice_id)
    return Principal(
        kind=base.kind,
        id=None,
        practice_id=practice_id,
        permissions=base.permissions | {Permission.IMPORT_RUN},
        sees=None,
        changes=None,
    )


def _import(runtime: Runtime, principal: Principal, content: bytes) -> None:
    with unit(runtime, principal) as work:
        upload = Upload(io.BytesIO(content), None, "bench", ImportKind.APPOINTMENTS, None, dry_run=False)
        imports.receive(work, upload)
    Worker(runtime).until_idle()


def _bare(engine: str, settings: Settings, rows: int) -> Callable[[], None]:
    """The rows of the appointments table alone, prepared beforehand, by the bare driver, committed once."""
    start = datetime(2025, 1, 6, 9, tzinfo=UTC)
    values: list[tuple[object, ...]] = [
        (
            b"0123456789abcdef",
            number.to_bytes(16, "big"),
            (number // 50).to_bytes(16, "big"),
            b"fedcba9876543210",
            "bench",
            f"a{number}",
            int(start.timestamp()) + number,
            "attended",
            int(start.timestamp()) + number,
            50,
            False,
        )
        for number in range(rows)
    ]
    table = f"bare_{uuid4().hex[:8]}"
    create = (
        f"CREATE TABLE {table} (practice_id {{b}}, id {{b}}, episode_id {{b}}, clinician_id {{b}}, source varchar(40),"
        " external_id varchar(200), starts_at bigint, status varchar(32), known_at bigint, duration int, standing bool,"
        " PRIMARY KEY (practice_id, id), UNIQUE (practice_id, source, external_id))"
    )
    index = f"CREATE INDEX ix_{table} ON {table} (practice_id, episode_id, starts_at)"
    if engine == "sqlite":
        return lambda: _bare_sqlite(settings, create.format(b="blob"), index, table, values)
    return lambda: _bare_postgresql(settings, create.format(b="bytea"), index, table, values)


def _bare_sqlite(settings: Settings, create: str, index: str, table: str, values: list[tuple[object, ...]]) -> None:
    with sqlite3.connect(Path(settings.url.removeprefix("sqlite:///"))) as connection:
        connection.execute(create)
        connection.execute(index)
        marks = ",".join("?" * len(values[0]))
        connection.executemany(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608  # our own names
    connection.close()


def _bare_postgresql(settings: Settings, create: str, index: str, table: str, values: list[tuple[object, ...]]) -> None:
    address = settings.url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(create.encode())
        cursor.execute(index.encode())
        with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN".encode()) as copy:
            for row in values:
                copy.write_row(row)


def _timed(run_it: Callable[[], object]) -> float:
    start = time.perf_counter()
    run_it()
    return time.perf_counter() - start


def _file(clients: int, weeks: int) -> bytes:
    first = datetime(2025, 1, 6, 9, tzinfo=UTC)
    lines = [_HEADER]
    for client in range(clients):
        for week in range(weeks):
            start = first + timedelta(days=7 * week, minutes=client)
            known = start + timedelta(hours=1)
            lines.append(
                f"a{client}-{week},c{client},k{client % 3},individual,,{start:%Y-%m-%dT%H:%M:%SZ},Europe/Madrid,50,"
                f"attended,{known:%Y-%m-%dT%H:%M:%SZ},,"
            )
    return "\n".join(lines).encode()
