"""Runs one import to its end in this process: the same use cases and the same worker as everywhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog
import typer

from api import logs
from api.commands import choosing, console
from api.commands.refusals import ExitCode, Refused
from api.domain.access import Principal, operator_principal
from api.jobs.worker import Worker
from api.services import imports, installation
from api.services.work import Runtime, unit
from schemas.vocabulary import ImportKind, ImportState, RowOutcome
from schemas.wire.import_reports import ImportOut, ImportProblemOut
from schemas.wire.imports import Mapping

log = structlog.get_logger("leavetaking")

_OVER = frozenset({ImportState.READY, ImportState.APPLIED, ImportState.FAILED, ImportState.UNDONE})
_LOOK_EVERY_SECONDS = 0.1
_MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take in, and how to read it."""

    file: Path
    mapping: Mapping | None
    source: str
    kind: ImportKind | None
    dry_run: bool


def read_mapping(path: Path | None) -> Mapping | None:
    """Raises pydantic's ValidationError."""
    return None if path is None else Mapping.model_validate_json(path.read_bytes())


def take_in(runtime: Runtime, practice: str | None, wanted: Wanted, *, as_json: bool) -> None:
    """Ends with REFUSED where the file, or a row of it, could not be taken."""
    principal = operator_principal(choosing.practice(runtime, practice).id)
    with wanted.file.open("rb") as stream, unit(runtime, principal) as work:
        upload = imports.Upload(
            stream=stream,
            file_name=wanted.file.name,
            source=wanted.source,
            kind=wanted.kind,
            mapping=wanted.mapping,
            dry_run=wanted.dry_run,
        )
        received = imports.receive(work, upload)
    _run_to_the_end(runtime, principal, received.id, rows=_count_lines(wanted.file) - 1)
    _report(runtime, principal, received.id, as_json=as_json)


def undo(runtime: Runtime, practice: str | None, import_id: UUID, *, as_json: bool) -> None:
    principal = operator_principal(choosing.practice(runtime, practice).id)
    with unit(runtime, principal) as work:
        undoing = imports.undo(work, import_id)
    _run_to_the_end(runtime, principal, import_id, rows=undoing.rows_read)
    _report(runtime, principal, import_id, as_json=as_json)


def _run_to_the_end(runtime: Runtime, principal: Principal, import_id: UUID, *, rows: int) -> None:
    """Another worker may have taken the job; then this one only watches."""
    with _working(runtime) as gone, console.progress() as bar:
        task = bar.add_task("Rows", total=max(rows, 1))
        while True:
            with unit(runtime, principal, read_only=True) as work:
                now = installation.import_progress(work, import_id)
            bar.update(task, completed=now.rows_read)
            if now.state in _OVER:
                return
            if gone.wait(_LOOK_EVERY_SECONDS):
                raise Refused("The worker ended before the import did. See the log; any worker goes on with it.")


@contextmanager
def _working(runtime: Runtime) -> Iterator[threading.Event]:
    """A worker beside; the event is set once it has ended."""
    logs.configure("WARNING")
    stop, gone = threading.Event(), threading.Event()

    def run() -> None:
        try:
            Worker(runtime).run(stop)
        finally:
            gone.set()

    thread = threading.Thread(target=run, name="worker", daemon=True)
    thread.start()
    try:
        yield gone
    finally:
        stop.set()
        thread.join()


def _report(runtime: Runtime, principal: Principal, import_id: UUID, *, as_json: bool) -> None:
    with unit(runtime, principal) as work:
        report = imports.read(work, import_id)
        problems = imports.problems(work, import_id, after_line=0, limit=_MOST_PROBLEMS_SHOWN).items
    if as_json:
        shown = [one.model_dump(mode="json") for one in problems]
        console.emit(report.model_dump(mode="json") | {"first_problems": shown})
    else:
        _tell(report, problems)
    if report.state is ImportState.FAILED or report.counts.get(RowOutcome.REJECTED):
        raise typer.Exit(ExitCode.REFUSED)


def _tell(report: ImportOut, problems: list[ImportProblemOut]) -> None:
    """Every row of the file is in exactly one line of the table."""
    console.say(f"Import {report.id}: {report.kind}, {report.state}{' (dry run)' if report.dry_run else ''}")
    if report.failure_code is not None:
        console.say(f"{report.failure_code}: {report.failure_detail}")
    outcomes = [(outcome.value, f"{report.counts.get(outcome, 0):,}") for outcome in RowOutcome]
    console.table(["rows", "number"], [*outcomes, ("all", f"{report.rows_read:,}")])
    if problems:
        console.table(
            ["line", "problem", "column", "what is wrong"],
            [(str(one.line), one.code, one.column or "", one.detail) for one in problems],
        )
    if report.problem_count > len(problems):
        console.say(f"... and {report.problem_count - len(problems):,} more problems.")


def _count_lines(file: Path) -> int:
    """For the bar only: a line break inside a quoted cell counts too."""
    with file.open("rb") as stream:
        return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))
