"""Small files as practices hand them over, and the worker that takes them in, a few rows to a slice."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from api.domain.access import WORKER, system_principal
from api.jobs import imports as import_jobs
from api.services import assessments, imports, upkeep
from api.services.imports import Upload
from api.services.work import unit
from api.store.engine import make_sessions
from api.store.jobs import Claim
from schemas.tables import Import
from schemas.vocabulary import ImportKind, ImportState
from schemas.wire.import_reports import ImportOut, ImportProblemOut
from schemas.wire.imports import Mapping as ImportMapping
from tests.support.clock import NOW
from tests.support.house import House, Person

Row = Mapping[str, object]
APPOINTMENTS = (
    "external_id",
    "client_external_id",
    "clinician_external_id",
    "format",
    "group_id",
    "starts_at",
    "time_zone",
    "duration_minutes",
    "status",
    "status_known_at",
    "initiator",
    "rescheduled_from",
    "excused",
    "standing",
)
CLIENTS = ("client_external_id", "clinician_external_id", "client_name", "time_zone", "format", "agreed_cadence_days")
MESSAGES = ("client_external_id", "at", "direction", "channel", "automated")
AGREEMENTS = ("client_external_id", "type", "from", "to", "known_at", "cadence_days")
LEAVE = ("clinician_external_id", "from", "to", "known_at")


def at(days: float, hours: float = 0) -> datetime:
    """Days before or after the instant at which the tests run."""
    return NOW + timedelta(days=days, hours=hours)


def event(
    key: str, client: str, starts: datetime, status: str = "attended", known: datetime | None = None, **more: object
) -> Row:
    """A row of appointments.csv. Unless told otherwise the outcome was learned two hours after the start."""
    learned = known or (starts - timedelta(days=7) if status == "booked" else starts + timedelta(hours=2))
    told = {"external_id": key, "client_external_id": client, "starts_at": starts, "status": status}
    return {**told, "clinician_external_id": "kim", "status_known_at": learned, **more}


def kept(client: str, count: int, *, last: float = -2, every: float = 7) -> list[Row]:
    """Booked and kept times of one client, the last of them `last` days from now: two rows each."""
    rows: list[Row] = []
    for number in range(count):
        starts = at(last - every * (count - 1 - number))
        key = f"{client}-{number}"
        rows += [event(key, client, starts, "booked"), event(key, client, starts)]
    return rows


def text(columns: Iterable[str], rows: Iterable[Row], delimiter: str = ",") -> bytes:
    names = list(columns)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name, "")) for name in names})
    return stream.getvalue().encode()


def appointments(rows: Iterable[Row]) -> bytes:
    return text(APPOINTMENTS, rows)


def receive(
    house: House,
    content: bytes,
    *,
    who: Person | None = None,
    mapping: ImportMapping | None = None,
    dry_run: bool = False,
    source: str = "native",
    kind: ImportKind | None = None,
) -> UUID:
    upload = Upload(io.BytesIO(content), "facts.csv", source, kind, mapping, dry_run)
    with house.work(who or house.lead) as work:
        return imports.receive(work, upload).id


def claim(house: House) -> Claim | None:
    with unit(house.runtime, WORKER) as work:
        return upkeep.claim_job(work)


def run(house: House, *, slice_rows: int = 4) -> None:
    """Everything that is due now, and the assessments it asks for."""
    while (held := claim(house)) is not None:
        if held.kind == imports.APPLY:
            import_jobs.apply(house.runtime, held, slice_rows=slice_rows)
        else:
            import_jobs.undo(house.runtime, held)


class PowerCut(Exception):
    """What ends the worker between two commits."""


def cut_off(house: House, *, after_slices: int, slice_rows: int = 4) -> Claim:
    """The next import runs until that many slices are kept, then its worker dies with the next one in hand."""
    held = claim(house)
    assert held is not None
    kept_slices = 0

    def about_to_flush(session: Session, *_: object) -> None:
        """A row that was flushed may be forgotten by its session before the commit."""
        if any(isinstance(row, Import) and row.rows_read for row in session.dirty):
            session.info["a slice"] = True

    def about_to_commit(session: Session) -> None:
        nonlocal kept_slices
        about_to_flush(session)
        if session.info.get("a slice"):
            kept_slices += 1
            if kept_slices > after_slices:
                raise PowerCut

    sessions = make_sessions(house.runtime.sessions.kw["bind"])
    sa_event.listen(sessions, "before_flush", about_to_flush)
    sa_event.listen(sessions, "before_commit", about_to_commit)
    runtime = replace(house.runtime, sessions=sessions)
    with pytest.raises(PowerCut):
        import_jobs.apply(runtime, held, slice_rows=slice_rows)
    return held


def take_in(
    house: House, content: bytes, *, mapping: ImportMapping | None = None, source: str = "native", slice_rows: int = 4
) -> ImportOut:
    """Received, taken in, and its report."""
    import_id = receive(house, content, mapping=mapping, source=source)
    run(house, slice_rows=slice_rows)
    done = report(house, import_id)
    assert done.state is ImportState.APPLIED, done
    return done


def take_back(house: House, import_id: UUID) -> ImportOut:
    with house.work(house.lead) as work:
        imports.undo(work, import_id)
    run(house)
    done = report(house, import_id)
    assert done.state is ImportState.UNDONE, done
    return done


def report(house: House, import_id: UUID) -> ImportOut:
    with house.work(house.lead) as work:
        return imports.read(work, import_id)


def problems(house: House, import_id: UUID) -> list[ImportProblemOut]:
    with house.work(house.lead) as work:
        return imports.problems(work, import_id, after_line=0, limit=200).items


def assess(house: House) -> None:
    """What the worker does between jobs."""
    count = assessments.SLICE
    while count == assessments.SLICE:
        with unit(house.runtime, system_principal(house.practice.id)) as work:
            count = assessments.refresh_due(work)


def _cell(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
