"""Walks a folder of native files through noticing and writes the flags. Pure rings only: no database, no key."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import typer

from api import clock as wall_clock
from api.commands import console
from api.commands.refusals import ExitCode, Refused
from api.domain import clock, weights
from api.domain import replay as replaying
from api.domain.history import Rhythm
from api.domain.replay import StageChange
from api.formats.native_folder import FolderProblem, PracticeFolder, read_folder
from schemas.vocabulary import Stage

_MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """`until` in UTC; None: the last instant the files know of."""

    folder: Path
    out: Path
    until: datetime | None
    default_cadence_days: float
    default_zone: str


@dataclass(slots=True)
class Tally:
    """What the summary counts."""

    client_count: int = 0
    flags: Counter[Stage] = field(default_factory=Counter)
    flagged: Counter[Stage] = field(default_factory=Counter)


def replay(wanted: Wanted, *, as_json: bool) -> None:
    """Raises UnreadableFile, UnknownTimeZone. Ends with REFUSED where a row could not be read."""
    clock.zone(wanted.default_zone)
    folder = read_folder(wanted.folder, default_zone=wanted.default_zone)
    until = wanted.until.replace(tzinfo=UTC) if wanted.until else min(last_known(folder), wall_clock.now())
    rows, problems = dict(folder.row_counts), folder.problems
    with _opened(wanted.out) as stream:
        tally = _write(stream, folder, Rhythm(default_cadence_days=wanted.default_cadence_days), until)
    _summarise(tally, rows, problems, until, as_json=as_json, aside=str(wanted.out) == "-")
    if problems:
        raise typer.Exit(ExitCode.REFUSED)


def last_known(folder: PracticeFolder) -> datetime:
    """The last instant at which the files learned anything: silence after it is the files', not the clients'."""
    latest = datetime(1970, 1, 1, tzinfo=UTC)
    for record in folder.records.values():
        for booking in record.bookings.values():
            latest = max(latest, *(event.known_at for event in booking.events))
        for facts in (record.contacts, record.absences, record.agreements):
            latest = max([latest, *(fact.known_at for fact in facts)])
    return latest


def line(client_key: str, change: StageChange) -> str:
    """One flag. The probability is for judging the weights; nothing but replay and calibration ever shows it."""
    told = {
        "client_external_id": client_key,
        "flagged_at": change.flagged_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "stage": change.stage,
        "probability": round(change.probability, 6),
        "reasons": [{"code": reason.code, "text": reason.text} for reason in change.reasons],
    }
    return json.dumps(told, ensure_ascii=False)


def _write(stream: TextIO, folder: PracticeFolder, rhythm: Rhythm, until: datetime) -> Tally:
    tally, model = Tally(), weights.load()
    with console.progress() as bar:
        task = bar.add_task("Clients", total=folder.client_count)
        for client_key, history in folder.histories():
            stages: set[Stage] = set()
            for change in replaying.changes(history, rhythm, model, until):
                stream.write(line(client_key, change) + "\n")
                tally.flags[change.stage] += 1
                stages.add(change.stage)
            tally.flagged.update(stages)
            tally.client_count += 1
            bar.advance(task)
    return tally


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    """The file appears whole or not at all."""
    if str(out) == "-":
        yield sys.stdout
        return
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as stream:
            yield stream
        draft.replace(out)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _summarise(
    tally: Tally,
    rows: dict[str, int],
    problems: list[FolderProblem],
    until: datetime,
    *,
    as_json: bool,
    aside: bool,
) -> None:
    if as_json and not aside:
        told = {
            "rows": rows,
            "clients": tally.client_count,
            "until": until.isoformat(),
            "flags": {stage: tally.flags[stage] for stage in (Stage.DRIFTING, Stage.QUIET)},
            "clients_flagged": {stage: tally.flagged[stage] for stage in (Stage.DRIFTING, Stage.QUIET)},
            "problem_count": len(problems),
            "first_problems": [_told(problem) for problem in problems[:_MOST_PROBLEMS_SHOWN]],
        }
        console.emit(told)
        return
    lines = [f"{name}: {count:,} rows" for name, count in rows.items()]
    lines.append(f"{tally.client_count:,} clients, as far as {until:%Y-%m-%d %H:%M} UTC")
    lines += [
        f"{stage}: {tally.flags[stage]:,} flags, {tally.flagged[stage]:,} clients"
        for stage in (Stage.DRIFTING, Stage.QUIET)
    ]
    lines += [f"{one.file} line {one.line}: {one.code}: {one.detail}" for one in problems[:_MOST_PROBLEMS_SHOWN]]
    if len(problems) > _MOST_PROBLEMS_SHOWN:
        lines.append(f"... and {len(problems) - _MOST_PROBLEMS_SHOWN:,} more problems.")
    for one in lines:
        (console.note if aside else console.say)(one)


def _told(problem: FolderProblem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "code": problem.code,
        "column": problem.column,
        "detail": problem.detail,
    }
