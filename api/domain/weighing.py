"""The sum of the weights of evidence at one moment, and the moments at which it crosses.

With no new fact no term shrinks: silence grows by the clock, what a session or a word takes away fades by it, setbacks
weigh from being learned, and the calendar only empties. So each threshold is crossed once, and the instant can be worked out
ahead. Nothing here reads a history.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf

from api.domain import clock
from api.domain.evidence import Setback, Strand
from api.domain.weights import Hold, Model


class Term(Enum):
    """What a weight in the sum is for."""

    SILENCE = "silence"
    EMPTY_CALENDAR = "empty_calendar"
    NOT_KEPT = "not_kept"
    GIVEN_UP = "given_up"
    IN_TOUCH = "in_touch"
    SERIES_CANCELLED = "series_cancelled"
    UNANSWERED = "unanswered"
    RECENT_MISSES = "recent_misses"
    BEGINNING = "beginning"
    SLIDING = "sliding"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The sum of log-odds at a moment and what it is made of."""

    log_odds: float
    terms: dict[Term, float]
    beats: float
    hold: Hold


def weigh(strand: Strand, at: float, model: Model) -> Weighed:
    """Everything the evidence says at an instant (seconds)."""
    beats = silent_beats(strand, at, model)
    hold = hold_at(strand, at)
    base = model.prior_by_session[-1]
    scale = model.hold_setback[hold]
    terms = {
        Term.SILENCE: _height(model.beats, _silence(hold, model), beats),
        Term.EMPTY_CALENDAR: _height(model.beats, _empty(strand, model), empty_beats(strand, at)),
        Term.BEGINNING: _nth(model.prior_by_session, strand.sessions) - base,
        Term.RECENT_MISSES: model.recent_miss * strand.recent_misses,
        Term.UNANSWERED: scale * _unanswered(strand, at, model),
        Term.SLIDING: _sliding(strand, at, model),
        Term.IN_TOUCH: _in_touch(strand, at, model),
        **_setbacks(strand, at, scale, model),
    }
    return Weighed(base + sum(terms.values()), terms, beats, hold)


def crossings(strand: Strand, thresholds: Sequence[float], model: Model) -> list[float]:
    """For each threshold, lowest first, the instant at which the sum first reaches it, facts staying as they are."""
    moments = _moments(strand)
    found: list[float] = []
    for index, start in enumerate(moments):
        end = moments[index + 1] if index + 1 < len(moments) else inf
        hold = hold_at(strand, start)
        rest = _still(strand, start, hold, model)
        line = _Clocks(strand, hold, model)
        while len(found) < len(thresholds):
            at = max(start, line.reaches(thresholds[len(found)] - rest))
            if at >= end:
                break
            found.append(at)
        if len(found) == len(thresholds):
            break
    return found + [inf] * (len(thresholds) - len(found))


class _Clocks:
    """What only the clocks change, while the calendar holds one thing: a line that rises with the beats since the last session."""

    def __init__(self, strand: Strand, hold: Hold, model: Model) -> None:
        self._strand, self._model = strand, model
        self._silence, self._empty = _silence(hold, model), _empty(strand, model)
        self._life = 0.0 if strand.life is None else clock.beats(strand.pace, strand.anchor, strand.life)
        self._touch = _touch(strand, model)
        self._spared = 0.0 if strand.life is None else model.contact_counts_as_beats
        self._emptied = clock.beats(strand.pace, strand.anchor, _emptied_at(strand)) if hold is Hold.OPEN else inf

    def reaches(self, wanted: float) -> float:
        """The first instant at which they weigh so much. Infinite where they never do.

        Between its corners the line is straight, and it nowhere falls: the corner at which it is high enough is looked up.
        """
        xs = self._corners()
        index = bisect_left(xs, wanted, key=self._height_at)
        if index == len(xs):
            return inf
        beats = xs[0]
        if index:
            low, high = self._height_at(xs[index - 1]), self._height_at(xs[index])
            beats = xs[index - 1] + (xs[index] - xs[index - 1]) * (wanted - low) / (high - low)
        return clock.reached(self._strand.pace, self._strand.anchor, beats)

    def _corners(self) -> list[float]:
        model, life, spared = self._model, self._life, self._spared
        corners = {0.0}
        if self._emptied < inf:
            corners.update(self._emptied + one for one in model.beats)
        corners.update(life + one for one in self._touch[0])
        if life <= spared:
            corners.update(model.beats)
        else:
            corners.update(one for one in (*model.beats, spared) if one <= spared)
            corners.update(life + one - spared for one in model.beats if one > spared)
        return sorted(corners)

    def _height_at(self, beats: float) -> float:
        model = self._model
        since_life = max(0.0, beats - self._life)
        height = _height(*self._touch, since_life)
        silent = min(beats, since_life + self._spared)
        if beats > self._emptied:
            height += _height(model.beats, self._empty, beats - self._emptied)
        return height + _height(model.beats, self._silence, silent)


def beginning(strand: Strand, model: Model) -> float:
    """What is true of anybody after so many sessions."""
    return _nth(model.prior_by_session, strand.sessions)


def _still(strand: Strand, at: float, hold: Hold, model: Model) -> float:
    """All terms but silence."""
    return (
        _nth(model.prior_by_session, strand.sessions)
        + model.recent_miss * strand.recent_misses
        + _sliding(strand, at, model)
        + model.hold_setback[hold] * _unanswered(strand, at, model)
        + sum(_setbacks(strand, at, model.hold_setback[hold], model).values())
    )


def silent_beats(strand: Strand, at: float, model: Model) -> float:
    """How long it has been quiet, in usual distances between sessions. A sign of life counts for less than a session."""
    since_session = clock.beats(strand.pace, strand.anchor, at)
    if strand.life is None:
        return since_session
    return min(since_session, clock.beats(strand.pace, strand.life, at) + model.contact_counts_as_beats)


def _in_touch(strand: Strand, at: float, model: Model) -> float:
    """What the last session or sign of life takes away, ever less as time passes."""
    since = strand.anchor if strand.life is None else strand.life
    return _height(*_touch(strand, model), clock.beats(strand.pace, since, at))


def _touch(strand: Strand, model: Model) -> tuple[Sequence[float], Sequence[float]]:
    """A session takes away as much as a word from the client, but for less long: somebody may leave right after one."""
    if strand.life is None:
        return (0.0, model.session_touches_beats), (model.in_touch[0], 0.0)
    return model.in_touch_beats, model.in_touch


def hold_at(strand: Strand, at: float) -> Hold:
    """The best the calendar holds at an instant."""
    for kind, until in enumerate(strand.held_until):
        if until is not None and at < until:
            return Hold(kind)
    return Hold.OPEN


def _moments(strand: Strand) -> list[float]:
    """The instants at which anything but the clock changes, from the anchor on."""
    ends = {until for until in strand.held_until if until is not None}
    ends |= {setback.known for setback in strand.not_kept + strand.given_up}
    ends.update(strand.unanswered)
    if strand.series_cancelled_at is not None:
        ends.add(strand.series_cancelled_at)
    if strand.sliding is not None:
        ends.add(strand.sliding.since)
    return [strand.anchor, *sorted(at for at in ends if at > strand.anchor)]


def _setbacks(strand: Strand, at: float, scale: float, model: Model) -> dict[Term, float]:
    if not strand.not_kept and not strand.given_up and strand.series_cancelled_at is None:
        return {}
    relief = 1 - model.usual_miss_relief * strand.usual_misses
    cut = strand.series_cancelled_at
    return {
        Term.NOT_KEPT: scale * relief * _not_kept(strand, at, model),
        Term.GIVEN_UP: scale * _ordinal_sum(model.given_up, _learned(strand.given_up, at)),
        Term.SERIES_CANCELLED: scale * model.series_cancelled if cut is not None and cut <= at else 0.0,
    }


def _not_kept(strand: Strand, at: float, model: Model) -> float:
    total = 0.0
    for index, setback in enumerate(strand.not_kept):
        if setback.known > at:
            break
        weight = _nth(model.not_kept, index)
        if setback.late_cancelled:
            weight *= model.late_cancelled_part
        if strand.life is not None and strand.life > setback.start:
            weight *= model.softened_by_contact
        total += weight
    return total


def _learned(setbacks: tuple[Setback, ...], at: float) -> int:
    return sum(setback.known <= at for setback in setbacks)


def _unanswered(strand: Strand, at: float, model: Model) -> float:
    if not strand.unanswered:
        return 0.0
    return strand.answers / model.reply_prior * _ordinal_sum(model.unanswered, bisect_right(strand.unanswered, at))


def _sliding(strand: Strand, at: float, model: Model) -> float:
    """The same before and after a session: coming does not undo what the client wrote, and a better result does."""
    return model.scores_sliding if strand.sliding is not None and strand.sliding.since <= at else 0.0


def _ordinal_sum(weights: tuple[float, ...], count: int) -> float:
    return sum(weights[:count]) + weights[-1] * max(0, count - len(weights))


def _nth(weights: tuple[float, ...], index: int) -> float:
    return weights[min(index, len(weights) - 1)]


def _silence(hold: Hold, model: Model) -> Sequence[float]:
    """How silence weighs; an empty calendar is silent like one with a time still to be recorded."""
    return model.silence[min(hold, Hold.PENDING)]


def _empty(strand: Strand, model: Model) -> Sequence[float]:
    """How an empty calendar weighs: between somebody who books ahead and somebody who does not, by this client's own habit."""
    share = strand.books_ahead
    return [
        share * ahead + (1 - share) * late
        for ahead, late in zip(model.empty_books_ahead, model.empty_books_late, strict=True)
    ]


def empty_beats(strand: Strand, at: float) -> float:
    """How long nothing has been booked and nothing was heard; nought while the calendar holds anything."""
    return clock.beats(strand.pace, _emptied_at(strand), at) if hold_at(strand, at) is Hold.OPEN else 0.0


def _emptied_at(strand: Strand) -> float:
    return max(strand.anchor, strand.life or strand.anchor, *(until or strand.anchor for until in strand.held_until))


def _height(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """The height of a broken line; flat beyond its last point."""
    index = bisect_right(xs, x)
    if index >= len(xs):
        return ys[-1]
    low = ys[index - 1]
    return low + (ys[index] - low) * (x - xs[index - 1]) / (xs[index] - xs[index - 1])
