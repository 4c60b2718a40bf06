"""Walks one part of a spooled practice through noticing: its flags to a file, its figures to whoever asked.

Imports nothing that a bare process does not need: several of them may run.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.domain import replay, replay_figures, rules_of_thumb, weights
from api.domain.history import History, Rhythm
from api.domain.replay import StageChange
from api.domain.replay_figures import SHOWN, Figures, Looked
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


def walk(task: Walk, number: int, advance: Callable[[int], None]) -> Figures:
    """`advance` is told how many facts have been walked through since it was told last."""
    figures, passed = Figures(), 0
    with flags_path(task.directory, number).open("w", encoding="utf-8", newline="\n") as stream:
        for client_key, fact_count, history in spool.gathered(task.directory, number, task.leave, task.default_zone):
            looked, lines = _look(history, task, figures)
            stream.writelines(f"{client_key}\t{line(client_key, change)}\n" for change in lines)
            replay_figures.count(figures, history, looked, task.until)
            passed += fact_count
            if passed >= _SAID_AFTER:
                advance(passed)
                passed = 0
    advance(passed)
    return figures


def _look(history: History, task: Walk, figures: Figures) -> tuple[Looked, list[StageChange]]:
    """Every level in one walk; lines for the chosen one. Into drifting counts whatever goes further, too."""
    levels = list(Sensitivity)
    models = [weights.load(level) for level in levels]
    showing: list[Stage | None] = [None for _ in levels]
    ours: dict[Sensitivity, dict[Stage, list[datetime]]] = {level: {stage: [] for stage in SHOWN} for level in levels}
    lines: list[StageChange] = []
    for place, shown in replay.stages_by_level(history, task.rhythm, models, task.until):
        level, before = levels[place], showing[place]
        if replay.is_flag(shown.stage):
            if not replay.is_flag(before):
                ours[level][Stage.DRIFTING].append(shown.at)
            if shown.stage is Stage.QUIET:
                ours[level][Stage.QUIET].append(shown.at)
            if level is task.sensitivity:
                lines += replay.flags_told(shown, before, models[place])
        showing[place] = shown.stage
    figures.lines.update(one.stage for one in lines)
    figures.line_clients.update({one.stage for one in lines})
    figures.leading.update(one.reasons[0].code for one in lines if one.reasons)
    rules = rules_of_thumb.flags(history, task.rhythm, task.until)
    return Looked(ours, rules, showing[levels.index(task.sensitivity)]), lines


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
