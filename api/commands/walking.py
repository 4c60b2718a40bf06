"""Walks one part of a spooled practice through noticing: its flags to a file, its figures to whoever asked.

Imports nothing that a bare process does not need: several of them may run.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from api.domain import replay, weights
from api.domain.history import Rhythm
from api.domain.replay import StageChange
from api.formats import spool
from api.formats.native_record import Leave
from schemas.vocabulary import Sensitivity, Stage

_SAID_AFTER = 500


@dataclass(frozen=True, slots=True)
class Walk:
    """What every part is walked with."""

    directory: Path
    leave: Leave
    default_zone: str
    rhythm: Rhythm
    sensitivity: Sensitivity
    until: datetime


@dataclass(slots=True)
class Tally:
    """What the summary counts."""

    client_count: int = 0
    flags: Counter[Stage] = field(default_factory=Counter)
    flagged: Counter[Stage] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.client_count += other.client_count
        self.flags += other.flags
        self.flagged += other.flagged


def walk(task: Walk, number: int, advance: Callable[[int], None]) -> Tally:
    """`advance` is told how many facts have been walked through since it was told last."""
    tally, model, passed = Tally(), weights.load(task.sensitivity), 0
    with flags_path(task.directory, number).open("w", encoding="utf-8", newline="\n") as stream:
        for client_key, fact_count, history in spool.gathered(task.directory, number, task.leave, task.default_zone):
            stages: set[Stage] = set()
            for change in replay.changes(history, task.rhythm, model, task.until):
                stream.write(f"{client_key}\t{line(client_key, change)}\n")
                tally.flags[change.stage] += 1
                stages.add(change.stage)
            tally.flagged.update(stages)
            tally.client_count += 1
            passed += fact_count
            if passed >= _SAID_AFTER:
                advance(passed)
                passed = 0
    advance(passed)
    return tally


def flags_path(directory: Path, number: int) -> Path:
    """Each line begins with the client's key and a tab, so that the parts can be put together in the order of the keys."""
    return directory / f"flags.{number}"


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
