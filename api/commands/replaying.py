"""Walks a folder of native files through noticing and writes the flags. Pure rings only: no database, no key.

The files are read once, as streams, and put down in parts on disk; then each part is walked, several at a time where
there are several cores. So memory depends on the largest part and hardly on the practice.
"""

import heapq
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import typer

from api import clock as wall_clock
from api.commands import console, side_by_side
from api.commands.refusals import ExitCode, Refused
from api.commands.walking import Tally, Walk, flags_path, walk
from api.domain import clock
from api.domain.history import Rhythm
from api.formats import native_folder, spool
from api.formats.native_folder import FILES, Account, FolderProblem
from schemas.vocabulary import Sensitivity, Stage

_MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """`until` in UTC; None: the last instant the files know of."""

    folder: Path
    out: Path
    until: datetime | None
    default_cadence_days: float
    default_zone: str
    sensitivity: Sensitivity = Sensitivity.BALANCED
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What one run came to. `flags`: the files that hold them, part by part."""

    account: Account
    until: datetime
    tally: Tally
    flags: list[Path]


def replay(wanted: Wanted, *, as_json: bool) -> None:
    """Raises UnreadableFile, UnknownTimeZone. Ends with REFUSED where a row could not be read."""
    clock.zone(wanted.default_zone)
    _refuse_own_input(wanted)
    with tempfile.TemporaryDirectory(prefix="leavetaking-replay-") as directory:
        found = look_back(wanted, Path(directory))
        with _opened(wanted.out) as stream:
            _put_together(stream, found.flags)
    _summarise(found, as_json=as_json, aside=str(wanted.out) == "-")
    if found.account.problem_count:
        raise typer.Exit(ExitCode.REFUSED)


def look_back(wanted: Wanted, directory: Path) -> LookedBack:
    """The flags of each part are left in `directory`."""
    account = Account(now=wall_clock.now(), keeps=_MOST_PROBLEMS_SHOWN)
    size = native_folder.size_of(wanted.folder)
    parts = spool.parts_for(size)
    with console.progress() as bar:
        reading = bar.add_task("Reading, bytes", total=size)
        kept = spool.Spool(directory, parts)
        try:
            for fact in native_folder.facts(wanted.folder, account, lambda count: bar.advance(reading, count)):
                kept.put(fact)
        finally:
            kept.close()
        until = wanted.until.replace(tzinfo=UTC) if wanted.until else account.last_known_at
        rhythm = Rhythm(default_cadence_days=wanted.default_cadence_days)
        task = Walk(directory, account.leave, wanted.default_zone, rhythm, wanted.sensitivity, until)
        walking = bar.add_task("Looking back, rows", total=kept.fact_count)
        tallies = side_by_side.done(
            walk,
            side_by_side.Pieces(task, parts),
            processes=wanted.processes or side_by_side.cores(),
            advance=lambda count: bar.advance(walking, count),
        )
    tally = Tally()
    for one in tallies:
        tally.add(one)
    return LookedBack(account, until, tally, [flags_path(directory, number) for number in range(parts)])


def _put_together(stream: TextIO, parts: Iterable[Path]) -> None:
    """By client, and each client's in the order in which they were shown."""
    with ExitStack() as opened:
        lines = [opened.enter_context(part.open(encoding="utf-8", newline="\n")) for part in parts]
        in_order = heapq.merge(*lines, key=lambda line: line.partition("\t")[0])
        stream.writelines(line.partition("\t")[2] for line in in_order)


def _refuse_own_input(wanted: Wanted) -> None:
    """Somebody who mixes up the two paths should not lose their files."""
    if wanted.out.resolve() in {(wanted.folder / name).resolve() for name in FILES.values()}:
        raise Refused(f"{wanted.out} is one of the files to be read; nothing was written.")


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    """The file appears whole or not at all. A pipe or device is written to as it is."""
    if str(out) == "-":
        yield sys.stdout
        return
    out = out.resolve()
    special = out.exists() and not out.is_file()
    draft = out if special else out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        if not special:
            draft.replace(out)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        if not special:
            draft.unlink(missing_ok=True)


def _summarise(found: LookedBack, *, as_json: bool, aside: bool) -> None:
    account, tally = found.account, found.tally
    if as_json and not aside:
        told = {
            "rows": account.row_counts,
            "clients": tally.client_count,
            "until": found.until.isoformat(),
            "flags": {stage: tally.flags[stage] for stage in (Stage.DRIFTING, Stage.QUIET)},
            "clients_flagged": {stage: tally.flagged[stage] for stage in (Stage.DRIFTING, Stage.QUIET)},
            "problem_count": account.problem_count,
            "first_problems": [_told(problem) for problem in account.problems],
        }
        console.emit(told)
        return
    lines = [f"{name}: {count:,} rows" for name, count in account.row_counts.items()]
    lines.append(f"{tally.client_count:,} clients, as far as {found.until:%Y-%m-%d %H:%M} UTC")
    lines += [
        f"{stage}: {tally.flags[stage]:,} flags, {tally.flagged[stage]:,} clients"
        for stage in (Stage.DRIFTING, Stage.QUIET)
    ]
    lines += [f"{one.file} line {one.line}: {one.code}: {one.detail}" for one in account.problems]
    if account.problem_count > len(account.problems):
        lines.append(f"... and {account.problem_count - len(account.problems):,} more problems.")
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
