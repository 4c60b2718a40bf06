"""What noticing makes of a real file of sessions held, judged by what happened next: did the client come back within 60 days?

The file has one row for each session (`therapist`, `client_no`, `session_number`, `session_date`, `attended`). It knows no
bookings, messages or endings, so a course that was completed looks like one that broke off: the label is coming back, not
leaving. The file is not part of the project; its place is given on the command line, and only counts are printed.
"""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from api.domain import clock, engagement, replay, rules_of_thumb, weights
from api.domain.evidence import Evidence
from api.domain.history import Appointment, History, Rhythm, StatusEvent
from bench.noticing.calibrating import binned
from schemas.vocabulary import AppointmentStatus, Stage

BACK_WITHIN = timedelta(days=60)
_WEEK = timedelta(days=7)
_LOOKED_AT_AFTER = timedelta(days=180)


def run(path: Path, log: Callable[[str], object] = print) -> None:
    histories = _histories(path)
    came = {key: _came(history) for key, history in histories.items()}
    last = max(days[-1] for days in came.values() if days)
    until, model, rhythm = last - BACK_WITHIN, weights.load(), Rhythm()
    log(f"{len(histories):,} courses, {sum(map(len, came.values())):,} sessions held, judged until {until:%Y-%m-%d}")
    flagged: dict[str, list[tuple[datetime, list[datetime]]]] = {}
    told: list[float] = []
    gone: list[float] = []
    for key, history in histories.items():
        for change in replay.changes(history, rhythm, model, until):
            flagged.setdefault(change.stage.value, []).append((change.flagged_at, came[key]))
        for rule, instants in rules_of_thumb.flags(history, rhythm, until).items():
            flagged.setdefault(rule.value, []).extend((at, came[key]) for at in instants)
        for at, evidence in _weeks(history, until):
            told.append(engagement.probability_at(evidence, clock.second(at), model))
            gone.append(float(not _back(at, came[key])))
    for name in (Stage.DRIFTING.value, Stage.QUIET.value, *(rule.value for rule in rules_of_thumb.RuleOfThumb)):
        _say(name, flagged.get(name, []), log)
    found = binned(np.array(told), np.array(gone))
    log(f"not back within 60 days: calibration error {found.error:.3f}, Brier {found.brier:.3f}")
    log(f"the share alone would give a Brier score of {found.brier_of_base_rate:.3f}")
    for mean, share, count in found.bins:
        log(f"  {mean:.3f} {share:.3f} {count:>8,}")


def _histories(path: Path) -> dict[str, History]:
    courses: dict[str, list[Appointment]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            at = datetime.fromisoformat(row["session_date"]).replace(hour=12, tzinfo=UTC)
            status = AppointmentStatus.ATTENDED if row["attended"] == "1" else AppointmentStatus.NO_SHOW
            key = f"{row['therapist']}-{row['client_no']}"
            event = StatusEvent(status, at, at + timedelta(hours=2))
            courses.setdefault(key, []).append(Appointment(f"{key}-{row['session_number']}-{at:%j}", (event,)))
    return {key: History("UTC", appointments=tuple(found)) for key, found in courses.items()}


def _came(history: History) -> list[datetime]:
    events = (one for each in history.appointments for one in each.events)
    return sorted(one.starts_at for one in events if one.status is AppointmentStatus.ATTENDED)


def _weeks(history: History, until: datetime) -> list[tuple[datetime, Evidence]]:
    """Once a week from the first session on, for half a year after the last."""
    learned = list(replay.evidence_over(history, Rhythm(), weights.load(), until))
    found = []
    for place, (now, evidence) in enumerate(learned):
        end = learned[place + 1][0] if place + 1 < len(learned) else min(until, now + _LOOKED_AT_AFTER)
        at = now + _WEEK / 2
        while at < end:
            found.append((at, evidence))
            at += _WEEK
    return found


def _back(at: datetime, came: list[datetime]) -> bool:
    return any(at < one <= at + BACK_WITHIN for one in came)


def _say(name: str, flags: list[tuple[datetime, list[datetime]]], log: Callable[[str], object]) -> None:
    if not flags:
        log(f"{name:<16} no flags")
        return
    back = sum(_back(at, came) for at, came in flags) / len(flags)
    since = sorted(
        (at - max(one for one in came if one <= at)).days for at, came in flags if any(o <= at for o in came)
    )
    middle = since[len(since) // 2] if since else 0
    log(
        f"{name:<16} {len(flags):>6,} flags, {back:.2f} of them back within 60 days, {middle} days after the last session"
    )
