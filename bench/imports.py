"""An import through the whole product (received, parsed, merged, written, assessed) against two floors.

The first is one bare table with the columns of an appointment. The second is what the product must write at the least:
the same rows in its own tables, with their indexes and foreign keys, by the bare driver. Between
the two stands the schema, between the second and the product everything else.
"""

import io
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from api.domain.access import OPERATOR, Permission, Principal, system_principal
from api.jobs.worker import Worker
from api.services import imports, practices
from api.services.imports import Upload
from api.services.work import Runtime, unit
from api.settings import Settings
from bench import databases, import_floors
from schemas.vocabulary import ImportKind

_HEADER = (
    "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,duration_minutes,"
    "status,status_known_at,initiator,rescheduled_from"
)
_ROUNDS = 3


def run(clients: int, weeks: int) -> None:
    content = _file(clients, weeks)
    rows = clients * weeks
    for engine in databases.ENGINES:
        with databases.fresh(engine) as settings:
            runtime = databases.runtime(settings)
            taken = [_in_turn(runtime, settings, content, rows) for _ in range(_ROUNDS)]
            ours, bare, own, again = (statistics.median(one[position] for one in taken) for position in range(4))
            print(
                f"{engine}: import of {rows:,} rows, whole product                    {bare / ours:6.2f}   "
                f"ours {rows / ours:9,.0f} rows/s, floor {rows / bare:9,.0f} rows/s   goal >= 0.35, aiming at 0.5\n"
                f"{engine}: of what its own tables take from the bare driver        {own / ours:6.2f}   "
                f"ours {rows / ours:9,.0f} rows/s, floor {rows / own:9,.0f} rows/s\n"
                f"{engine}: the same file again (nothing changes)                {rows / again:9,.0f} rows/s",
                flush=True,
            )


def _in_turn(runtime: Runtime, settings: Settings, content: bytes, rows: int) -> tuple[float, float, float, float]:
    """Seconds for the product, for one bare table, for the product's tables bare, and for the same file a second time."""
    with unit(runtime, OPERATOR) as work:
        founder = practices.Founder("Founder", f"{uuid4().hex}@example.org", "correct horse battery")
        practice_id = practices.create(work, name="Bench", time_zone="Europe/Madrid", founder=founder)
    ours = _timed(lambda: _import(runtime, system_lead(practice_id), content))
    bare = _timed(import_floors.one_table(settings, rows))
    own = _timed(import_floors.own_tables(settings, practice_id))
    return ours, bare, own, _timed(lambda: _import(runtime, system_lead(practice_id), content))


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
