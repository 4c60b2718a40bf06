"""The sum of the weights of evidence at one moment, and the moments at which it crosses.

Every term but what is true of recent misses and of the last results is nought right after a session and, with no new fact, none shrinks: silence by the clock,
setbacks by being learned, the calendar by emptying. So each threshold is crossed once, and the instant can
be worked out ahead. Nothing here reads a history.
"""

from bisect import bisect_right
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
    silence = _silence(strand, beats, model)
    held = model.hold_silence[Hold.STANDING]
    scale = model.hold_silence[hold]
    terms = {
        Term.SILENCE: silence * min(scale, held),
        Term.EMPTY_CALENDAR: silence * max(0.0, scale - held),
        Term.BEGINNING: _nth(model.prior_by_session, strand.sessions) - base,
        Term.RECENT_MISSES: model.recent_miss * strand.recent_misses,
        Term.UNANSWERED: _unanswered(strand, at, model),
        Term.SLIDING: _sliding(strand, at, model),
        **_setbacks(strand, at, hold, model),
    }
    return Weighed(base + sum(terms.values()), terms, beats, hold)


def crossings(strand: Strand, thresholds: Sequence[float], model: Model) -> list[float]:
    """For each threshold, lowest first, the instant at which the sum first reaches it, facts staying as they are."""
    moments = _moments(strand)
    curve = _curve(strand, model)
    found: list[float] = []
    for index, start in enumerate(moments):
        end = moments[index + 1] if index + 1 < len(moments) else inf
        hold = hold_at(strand, start)
        rest = _still(strand, start, hold, model)
        while len(found) < len(thresholds):
            missing = thresholds[len(found)] - rest
            at = start if missing <= 0 else max(start, _silence_weighs(strand, missing, hold, curve, model))
            if at >= end:
                break
            found.append(at)
    return found + [inf] * (len(thresholds) - len(found))


def _silence_weighs(strand: Strand, wanted: float, hold: Hold, curve: tuple[float, ...], model: Model) -> float:
    """The instant at which silence by itself weighs so much, the calendar holding what it does."""
    scale = model.hold_silence[hold]
    beats = _inverse(model.beats, curve, wanted / scale) if scale > 0 else inf
    return inf if beats == inf else _when_silent_for(strand, beats, model)


def beginning(strand: Strand, model: Model) -> float:
    """What is true of anybody after so many sessions."""
    return _nth(model.prior_by_session, strand.sessions)


def _still(strand: Strand, at: float, hold: Hold, model: Model) -> float:
    """All terms but silence."""
    return (
        _nth(model.prior_by_session, strand.sessions)
        + model.recent_miss * strand.recent_misses
        + _unanswered(strand, at, model)
        + _sliding(strand, at, model)
        + sum(_setbacks(strand, at, hold, model).values())
    )


def silent_beats(strand: Strand, at: float, model: Model) -> float:
    """How long it has been quiet, in usual distances between sessions. A sign of life counts for less than a session."""
    since_session = clock.beats(strand.pace, strand.anchor, at)
    if strand.life is None:
        return since_session
    return min(since_session, clock.beats(strand.pace, strand.life, at) + model.contact_counts_as_beats)


def _when_silent_for(strand: Strand, wanted: float, model: Model) -> float:
    since_session = clock.reached(strand.pace, strand.anchor, wanted)
    if strand.life is None:
        return since_session
    return max(since_session, clock.reached(strand.pace, strand.life, wanted - model.contact_counts_as_beats))


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


def _setbacks(strand: Strand, at: float, hold: Hold, model: Model) -> dict[Term, float]:
    if not strand.not_kept and not strand.given_up and strand.series_cancelled_at is None:
        return {}
    scale = model.hold_setback[hold]
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


def _curve(strand: Strand, model: Model) -> tuple[float, ...]:
    """Between the curve of somebody who books ahead and of somebody who does not, by this client's own habit."""
    return tuple([_point(strand, index, model) for index in range(len(model.beats))])


def _point(strand: Strand, index: int, model: Model) -> float:
    share = strand.books_ahead
    return share * model.silence_books_ahead[index] + (1 - share) * model.silence_books_late[index]


def _silence(strand: Strand, beats: float, model: Model) -> float:
    """The height of that curve; flat beyond its last point. Only the two points beside it are worked out."""
    xs = model.beats
    index = bisect_right(xs, beats)
    if index >= len(xs):
        return _point(strand, -1, model)
    low, high = _point(strand, index - 1, model), _point(strand, index, model)
    return low + (high - low) * (beats - xs[index - 1]) / (xs[index] - xs[index - 1])


def _inverse(xs: tuple[float, ...], ys: tuple[float, ...], y: float) -> float:
    """Where a rising broken line first reaches a height; infinite where it never does."""
    for index in range(1, len(xs)):
        if ys[index] >= y:
            rise = ys[index] - ys[index - 1]
            return xs[index - 1] + (xs[index] - xs[index - 1]) * ((y - ys[index - 1]) / rise if rise > 0 else 0.0)
    return inf
