"""What noticing had before it about each client, moment by moment, beside what truly came of it: what weights are fitted to.

The evidence is gathered by the product's own code as the record learned it, so that fitting never sees what the product
would not. A client has *stopped coming* once the last session is over after which they left without a word.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from random import Random

import numpy as np
from numpy.typing import NDArray

from api.domain import clock, engagement, weighing, weights
from api.domain.evidence import Evidence, Strand
from api.domain.history import History
from api.domain.timeline import ATTENDED
from bench.noticing.judging import Truth

WATCHED_AFTER = timedelta(days=60)
"""Somebody who has left is looked at so long; by then a practice has closed the file."""
ORDINALS = 4
_WEEK = timedelta(days=7)
_CONSTANTS = weights.load()

Numbers = NDArray[np.float64]
Counts = list[list[list[float]]]
Row = tuple[float, float, float, int, int, float, Counts, float, int, float, int, float, float, float]
Learned = Sequence[tuple[datetime, Evidence]]


@dataclass(slots=True)
class Snapshots:
    """One row for each client and moment. `not_kept` counts by ordinal, late-cancelled or not, softened or not.

    `in_touch` since the last sign of life (infinite without one since the last session), `empty` since the calendar has held nothing, in beats.
    """

    left: Numbers
    beats: Numbers
    books_ahead: Numbers
    hold: NDArray[np.int64]
    sessions: NDArray[np.int64]
    recent_misses: Numbers
    not_kept: Numbers
    usual_misses: Numbers
    given_up: NDArray[np.int64]
    cut: Numbers
    unanswered: NDArray[np.int64]
    answers: Numbers
    in_touch: Numbers
    empty: Numbers

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Snapshots":
        columns = list(zip(*rows, strict=True))
        kinds = (float, float, float, int, int, float, float, float, int, float, int, float, float, float)
        return cls(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def last_session(history: History) -> datetime | None:
    came = [
        one.starts_at
        for each in history.appointments
        for one in each.events
        if one.status is ATTENDED and one.known_at >= one.starts_at
    ]
    return max(came, default=None)


def weekly(truth: Truth, learned: Learned, stopped: datetime | None, last: datetime, phase: float) -> Iterator[Row]:
    """Once a week, from a day of its own (`phase` from 0 to 1)."""
    at = max(learned[0][0], truth.first_seen) + _WEEK * phase
    until = _until(truth, last)
    while at < until:
        yield from _at(learned, at, stopped)
        at += _WEEK


def soon_after(truth: Truth, learned: Learned, stopped: datetime | None, last: datetime, rng: Random) -> Iterator[Row]:
    """Within a week after something was learned, when most is decided: weeks alone see too little of it."""
    first, until = max(learned[0][0], truth.first_seen), _until(truth, last)
    instants = [at for at, _ in learned]
    for at, following in pairwise([*instants, instants[-1] + 2 * _WEEK]):
        moment = at + _WEEK * rng.random()
        if rng.random() < 0.5 and first <= moment < min(following, until):
            yield from _at(learned, moment, stopped)


def _until(truth: Truth, last: datetime) -> datetime:
    return min(last, truth.over_at or last, (truth.left_at or last) + WATCHED_AFTER)


def _at(learned: Learned, at: datetime, stopped: datetime | None) -> Iterator[Row]:
    """Nothing while the clock stands still: then noticing says nothing."""
    evidence = learned[bisect_right(learned, at, key=lambda one: one[0]) - 1][1]
    second = clock.second(at)
    over = evidence.end_agreed_from is not None and evidence.end_agreed_from <= second
    if evidence.no_clock is None and not over and engagement.running_pause(evidence, second) is None:
        yield row(engagement.leading(evidence, second), second, left=stopped is not None and at > stopped)


def no_setbacks() -> Counts:
    return [[[0.0, 0.0], [0.0, 0.0]] for _ in range(ORDINALS)]


def row(strand: Strand, at: int, *, left: bool) -> Row:
    """What `weighing.weigh` reads of a strand, as numbers."""
    counts = no_setbacks()
    for index, setback in enumerate(one for one in strand.not_kept if one.known <= at):
        softened = strand.life is not None and strand.life > setback.start
        counts[min(index, ORDINALS - 1)][int(setback.late_cancelled)][int(softened)] += 1
    return (
        float(left),
        weighing.silent_beats(strand, at, _CONSTANTS),
        strand.books_ahead,
        int(weighing.hold_at(strand, at)),
        strand.sessions,
        float(strand.recent_misses),
        counts,
        strand.usual_misses,
        sum(one.known <= at for one in strand.given_up),
        float(strand.series_cancelled_at is not None and strand.series_cancelled_at <= at),
        bisect_right(strand.unanswered, at),
        strand.answers,
        inf if strand.life is None else clock.beats(strand.pace, strand.life, at),
        weighing.empty_beats(strand, at),
    )
