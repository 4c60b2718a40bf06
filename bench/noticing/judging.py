"""The yardstick: hits on clients who left, false alarms on clients who never did.

A *hit at N days*: a client who left, flagged between 21 days before and N days after the moment of leaving.
A *false alarm*: on a client who never left, a flag more than 14 days after the first flag of the alarm before.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

WITHIN = (14, 21, 30)
_EARLY = timedelta(days=21)
_SAME_ALARM = timedelta(days=14)
_MONTH_DAYS = 30.44


@dataclass(frozen=True, slots=True)
class Truth:
    """What a simulation knows of one client. `left_at` None: never left without a word while watched."""

    left_at: datetime | None
    first_seen: datetime
    over_at: datetime | None

    def months(self, last: datetime) -> float:
        """How long the client was on the caseload, up to leaving, the agreed end, or the last day watched."""
        over = min(one for one in (last, self.over_at, self.left_at) if one is not None)
        return max(0.0, (over - self.first_seen).total_seconds() / 86_400 / _MONTH_DAYS)


@dataclass(slots=True)
class Score:
    """Counts that add up over practices."""

    left: int = 0
    hits: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WITHIN, 0))
    alarms: int = 0
    client_months: float = 0.0

    def add(self, other: "Score") -> None:
        self.left += other.left
        self.alarms += other.alarms
        self.client_months += other.client_months
        for days in WITHIN:
            self.hits[days] += other.hits[days]

    def rate(self, days: int) -> float:
        return self.hits[days] / self.left if self.left else 0.0

    @property
    def per_100_months(self) -> float:
        return 100 * self.alarms / self.client_months if self.client_months else 0.0

    def __str__(self) -> str:
        rates = "  ".join(f"{self.rate(days):.2f}" for days in WITHIN)
        return f"{rates}   {self.per_100_months:5.1f}"


def truths(path: Path, *, first: datetime, last: datetime) -> dict[str, Truth]:
    """Leaving after the last day watched is not leaving."""
    with path.open(encoding="utf-8", newline="") as stream:
        found = {}
        for row in csv.DictReader(stream):
            left = _instant(row["left_at"])
            seen = max(first, _instant(row["first_seen_at"]) or first)
            found[row["client_external_id"]] = Truth(
                left if left is not None and left < last else None, seen, _instant(row["over_at"])
            )
    return found


def judge(flags: Mapping[str, Sequence[datetime]], known: Mapping[str, Truth], last: datetime) -> Score:
    """Somebody who left in the last 30 days cannot be judged and is left out."""
    score = Score()
    for key, truth in known.items():
        at = sorted(flags.get(key, ()))
        if truth.left_at is None:
            score.client_months += truth.months(last)
            score.alarms += alarms(at)
        elif truth.left_at <= last - timedelta(days=max(WITHIN)):
            score.left += 1
            for days in WITHIN:
                score.hits[days] += _hit(at, truth.left_at, days)
    return score


def alarms(at: Iterable[datetime]) -> int:
    """How many alarms flags amount to; `at` in order."""
    count, began = 0, None
    for instant in at:
        if began is None or instant - began > _SAME_ALARM:
            count, began = count + 1, instant
    return count


def _hit(at: Sequence[datetime], left: datetime, days: int) -> bool:
    return any(left - _EARLY <= instant <= left + timedelta(days=days) for instant in at)


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def of_file(flags: Path, stage: str) -> dict[str, list[datetime]]:
    """The flags of one stage in what `leavetaking replay` wrote."""
    found: dict[str, list[datetime]] = {}
    with flags.open(encoding="utf-8") as stream:
        for line in stream:
            told = json.loads(line)
            if told["stage"] == stage:
                found.setdefault(told["client_external_id"], []).append(datetime.fromisoformat(told["flagged_at"]))
    return found
