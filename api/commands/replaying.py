"""Walks a folder of native files through noticing and writes the flags. Pure rings only: no database, no key.

The files are read once, as streams, and put down in parts on disk; then each part is walked, several at a time where
there are several cores. So memory depends on the largest part and hardly on the practice.
"""

import heapq
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import typer

from api import clock as wall_clock
from api.commands import console, replay_files, replay_summary, side_by_side
from api.commands.refusals import ExitCode
from api.commands.replay_summary import LookedBack
from api.commands.walking import Walk, flags_path, walk
from api.domain import clock, weights
from api.domain.history import Rhythm
from api.domain.replay_advice import MOST_FLAGS
from api.domain.replay_figures import Figures
from api.formats import native_folder, spool
from api.formats.native_folder import FILES, Account
from api.formats.replay_report.document import Asked, document
from api.formats.replay_report.page import page
from schemas.vocabulary import Sensitivity

_MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """`until` in UTC; None: the last instant the files know of. Without a `report` it stands beside `out`."""

    folder: Path
    out: Path
    until: datetime | None
    default_cadence_days: float
    default_zone: str
    sensitivity: Sensitivity = Sensitivity.BALANCED
    processes: int | None = None
    report: Path | None = None
    most_flags: float = MOST_FLAGS


def replay(wanted: Wanted, *, as_json: bool) -> None:
    """Raises UnreadableFile, UnknownTimeZone. Ends with REFUSED where a row could not be read."""
    clock.zone(wanted.default_zone)
    inputs = [wanted.folder / name for name in FILES.values()]
    replay_files.refuse_inputs(wanted.out, inputs)
    replay_files.refuse_nowhere(wanted.out)
    report = replay_files.place_for_report(wanted.report, wanted.out, inputs)
    with replay_files.workplace() as directory:
        with replay_files.room_told_in_words():
            found = look_back(wanted, directory)
        with replay_files.opened(wanted.out) as stream:
            _put_together(stream, found.flags)
    told = document(found.figures, _asked(wanted, found))
    if report is not None:
        with replay_files.opened(report) as stream:
            stream.write(page(told))
    replay_summary.say(found, told, report, as_json=as_json, aside=replay_files.is_standard_output(wanted.out))
    if found.account.problem_count:
        raise typer.Exit(ExitCode.REFUSED)


def _asked(wanted: Wanted, found: LookedBack) -> Asked:
    version = weights.load(wanted.sensitivity).version
    return Asked(found.until, wanted.sensitivity, version, wanted.default_cadence_days, wanted.most_flags)


def look_back(wanted: Wanted, directory: Path) -> LookedBack:
    """The flags of each part are left in `directory`."""
    account = Account(now=wall_clock.now(), keeps=_MOST_PROBLEMS_SHOWN)
    size = native_folder.size_of(wanted.folder)
    parts = spool.parts_for(size)
    with console.progress() as bar:
        reading = bar.add_task("Reading, bytes", total=size)
        facts = native_folder.facts(wanted.folder, account, lambda count: bar.advance(reading, count))
        fact_count = spool.put_down(facts, directory, parts)
        until = wanted.until.replace(tzinfo=UTC) if wanted.until else account.last_known_at
        rhythm = Rhythm(default_cadence_days=wanted.default_cadence_days)
        task = Walk(directory, account.leave, wanted.default_zone, rhythm, wanted.sensitivity, until)
        walking = bar.add_task("Looking back, rows", total=fact_count)
        found = side_by_side.done(
            walk,
            side_by_side.Pieces(task, parts),
            processes=wanted.processes or side_by_side.cores(),
            advance=lambda count: bar.advance(walking, count),
        )
    figures = Figures()
    for one in found:
        figures.add(one)
    return LookedBack(account, until, figures, [flags_path(directory, number) for number in range(parts)])


def _put_together(stream: TextIO, parts: Iterable[Path]) -> None:
    """By client, and each client's in the order in which they were shown."""
    with ExitStack() as opened:
        lines = [opened.enter_context(part.open(encoding="utf-8", newline="\n")) for part in parts]
        in_order = heapq.merge(*lines, key=lambda line: line.partition("\t")[0])
        stream.writelines(line.partition("\t")[2] for line in in_order)
