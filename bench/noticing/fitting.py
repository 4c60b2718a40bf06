"""Fits the weights by maximum likelihood to snapshots of simulated practices, within the promises that noticing makes.

Every weight keeps its sign, every curve its direction and its place among the others (`weights.Model` refuses anything
else), so the search runs over steps that are never negative. A small penalty draws each weight towards where it began: one
that the practices say nothing of stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from api.domain.weights import Hold, Model
from bench.noticing.snapshots import Numbers, Snapshots

_PENALTY = 2e-5
_SMALLEST = 0.02
# A fortnightly client is not quiet on day 12: an empty calendar alone weighs little before the usual distance is over.
# The most that it may add from one corner of `beats` to the next, up to one beat.
_BEFORE_THE_USUAL_DISTANCE = (1.0, 0.8, 0.7)
RELIEF = 2
"""The place of `usual_miss_relief` among the parts; those before it scale single times."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The parameters as plain arrays. `silence` by what the calendar holds; `empty` for who books ahead and who books late."""

    prior: Numbers
    silence: Numbers
    empty: Numbers
    in_touch: Numbers
    hold_setback: Numbers
    not_kept: Numbers
    parts: Numbers
    given_up: Numbers
    series_cancelled: Numbers
    unanswered: Numbers
    recent_miss: Numbers

    def vector(self) -> Numbers:
        return np.concatenate([np.ravel(getattr(self, name)) for name in self.__slots__])

    def like(self, vector: Numbers) -> "Sums":
        parts, at = [], 0
        for name in self.__slots__:
            one = getattr(self, name)
            parts.append(vector[at : at + one.size].reshape(one.shape))
            at += one.size
        return Sums(*parts)


def of_model(model: Model) -> Sums:
    return Sums(
        np.array(model.prior_by_session),
        np.array(model.silence),
        np.array([model.empty_books_ahead, model.empty_books_late]),
        np.array(model.in_touch),
        np.array(model.hold_setback),
        np.array(model.not_kept),
        np.array([model.late_cancelled_part, model.softened_by_contact, model.usual_miss_relief]),
        np.array(model.given_up),
        np.array([model.series_cancelled]),
        np.array(model.unanswered),
        np.array([model.recent_miss]),
    )


def to_steps(sums: Sums) -> Sums:
    """Each value as what it adds to the one it may not fall below."""
    prior = np.append(-np.diff(sums.prior), sums.prior[-1])
    silence = np.diff(np.diff(sums.silence, axis=0, prepend=0.0), axis=1)
    return replace(
        sums,
        prior=prior,
        silence=np.maximum(silence, 0.0),
        empty=np.diff(sums.empty, axis=1),
        in_touch=np.diff(sums.in_touch),
        hold_setback=np.diff(sums.hold_setback, prepend=0.0),
    )


def from_steps(steps: Sums) -> Sums:
    prior = steps.prior[-1] + np.append(np.cumsum(steps.prior[:-1][::-1])[::-1], 0.0)
    silence = np.cumsum(_risen(steps.silence), axis=0)
    in_touch = -np.append(np.cumsum(steps.in_touch[::-1])[::-1], 0.0)
    return replace(
        steps,
        prior=prior,
        silence=silence,
        empty=_risen(steps.empty),
        in_touch=in_touch,
        hold_setback=np.cumsum(steps.hold_setback),
    )


def _risen(steps: Numbers) -> Numbers:
    return np.hstack([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)])


def steps_gradient(of: Sums) -> Sums:
    """The gradient by values turned into the gradient by steps: the transpose of `from_steps`."""
    prior = np.append(np.cumsum(of.prior[:-1]), of.prior.sum())
    silence = _to_come(np.cumsum(of.silence[::-1], axis=0)[::-1])
    in_touch = -np.cumsum(of.in_touch)[:-1]
    hold_setback = np.cumsum(of.hold_setback[::-1])[::-1]
    return replace(
        of, prior=prior, silence=silence, empty=_to_come(of.empty), in_touch=in_touch, hold_setback=hold_setback
    )


def _to_come(of: Numbers) -> Numbers:
    """Each step moves every value from its own place on."""
    return np.cumsum(of[:, ::-1], axis=1)[:, ::-1][:, 1:]


class Likelihood:
    """Log-odds of every snapshot and their gradient, by the same sum as `weighing.weigh` (a test holds the two together)."""

    def __init__(self, model: Model, seen: Snapshots) -> None:
        self.seen = seen
        count = len(seen.left)
        self._sessions = np.minimum(seen.sessions, len(model.prior_by_session) - 1)
        self._beats = _hats(np.array(model.beats), seen.beats)
        self._in_touch = _touched(model, seen)
        self._emptied = _hats(np.array(model.beats), seen.empty)
        self._holds = np.zeros((count, len(Hold) - 1))
        self._holds[np.arange(count), np.minimum(seen.hold, Hold.PENDING)] = 1.0
        self._habits = np.column_stack([seen.books_ahead, 1 - seen.books_ahead])
        self._given = _learned(seen.given_up, len(model.given_up))
        self._unanswered = (
            _learned(seen.unanswered, len(model.unanswered)) * (seen.answers / model.reply_prior)[:, None]
        )

    def log_odds(self, sums: Sums) -> Numbers:
        return self._odds(sums)[0]

    def _odds(self, sums: Sums) -> tuple[Numbers, Numbers, Numbers]:
        seen = self.seen
        by_ordinal = _by_ordinal(seen, sums.parts)
        relief = 1 - sums.parts[RELIEF] * seen.usual_misses
        setbacks = (
            relief * (by_ordinal @ sums.not_kept)
            + self._given @ sums.given_up
            + sums.series_cancelled[0] * seen.cut
            + self._unanswered @ sums.unanswered
        )
        silence = (self._holds * (self._beats @ sums.silence.T)).sum(axis=1)
        empty = (self._habits * (self._emptied @ sums.empty.T)).sum(axis=1)
        odds = (
            sums.prior[self._sessions]
            + silence
            + empty
            + self._in_touch @ sums.in_touch
            + sums.hold_setback[seen.hold] * setbacks
            + sums.recent_miss[0] * seen.recent_misses
        )
        return np.asarray(odds), np.asarray(setbacks), by_ordinal

    def loss(self, sums: Sums) -> tuple[float, Sums]:
        """The mean negative log-likelihood and its gradient by values."""
        seen = self.seen
        odds, setbacks, by_ordinal = self._odds(sums)
        value = float((np.logaddexp(0.0, odds) - seen.left * odds).mean())
        rest = (1 / (1 + np.exp(-odds)) - seen.left) / len(odds)
        scaled = rest * sums.hold_setback[seen.hold]
        relief = 1 - sums.parts[RELIEF] * seen.usual_misses
        kept = by_ordinal @ sums.not_kept
        by_part = [_by_ordinal(seen, sums.parts, by=place) @ sums.not_kept for place in range(RELIEF)]
        gradient = Sums(
            _summed(self._sessions, rest, len(sums.prior)),
            (self._holds * rest[:, None]).T @ self._beats,
            (self._habits * rest[:, None]).T @ self._emptied,
            rest @ self._in_touch,
            _summed(seen.hold, rest * setbacks, len(Hold)),
            (scaled * relief) @ by_ordinal,
            np.array(
                [
                    *((scaled * relief * by).sum() for by in by_part),
                    -(scaled * seen.usual_misses * kept).sum(),
                ]
            ),
            scaled @ self._given,
            np.array([(scaled * seen.cut).sum()]),
            scaled @ self._unanswered,
            np.array([(rest * seen.recent_misses).sum()]),
        )
        return value, gradient


def _touched(model: Model, seen: Snapshots) -> Numbers:
    """After a sign of life the shares of its curve; else what is left of the session's."""
    heard = np.isfinite(seen.in_touch)
    shares = _hats(np.array(model.in_touch_beats), np.where(heard, seen.in_touch, 0.0))
    shares[~heard] = 0.0
    shares[~heard, 0] = np.maximum(0.0, 1 - seen.beats[~heard] / model.session_touches_beats)
    return shares


def _summed(places: NDArray[np.int64], values: Numbers, size: int) -> Numbers:
    return np.bincount(places, values, size).astype(np.float64)


def _hats(xs: Numbers, at: Numbers) -> Numbers:
    """Each row the shares of the corners beside a place on a broken line."""
    return np.column_stack([np.interp(at, xs, corner) for corner in np.eye(len(xs))])


def _learned(counts: np.ndarray, ordinals: int) -> Numbers:
    """How often each weight of a list by ordinal counts; the last for all that follow."""
    columns = [(counts > index).astype(float) for index in range(ordinals - 1)]
    return np.column_stack([*columns, np.maximum(0, counts - (ordinals - 1)).astype(float)])


def _by_ordinal(seen: Snapshots, parts: Numbers, *, by: int | None = None) -> Numbers:
    """Times not kept, each worth what being cancelled late and a word since leave of it.

    `by`: the derivative by that part.
    """
    each = [np.array([0.0, 1.0]) if place == by else np.array([1.0, parts[place]]) for place in range(RELIEF)]
    return np.asarray(np.einsum("nols,l,s->no", seen.not_kept, *each))


def fit(model: Model, seen: Snapshots, *, log: Callable[[str], object] = print, steps: int = 300) -> Model:
    """The model with weights fitted; its thresholds and the constants of gathering stay."""
    likelihood, shape = Likelihood(model, seen), to_steps(of_model(model))
    bounds = _bounds(shape)
    start = np.clip(shape.vector(), *(np.array(side, dtype=float) for side in zip(*bounds, strict=True)))

    def loss(vector: Numbers) -> tuple[float, Numbers]:
        value, gradient = likelihood.loss(from_steps(shape.like(vector)))
        away = vector - start
        return value + _PENALTY * float(away @ away), steps_gradient(gradient).vector() + 2 * _PENALTY * away

    log(f"{len(seen.left):,} snapshots, {int(seen.left.sum()):,} of clients who had left; loss {loss(start)[0]:.5f}")
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": steps})
    log(f"loss {found.fun:.5f} after {found.nit} steps")
    return to_model(from_steps(shape.like(found.x)), model)


def _bounds(shape: Sums) -> list[tuple[float | None, float | None]]:
    """Nothing negative but the base rate; scales and parts at most one; evidence never quite without weight."""
    low, high = shape.like(np.zeros(shape.vector().size)), shape.like(np.full(shape.vector().size, 9.0))
    low.prior[-1] = -9.0
    high.hold_setback[:] = 1.0
    high.parts[:] = 1.0
    for weights in (low.not_kept, low.given_up, low.series_cancelled, low.unanswered, low.recent_miss):
        weights[:] = _SMALLEST
    high.empty[:, : len(_BEFORE_THE_USUAL_DISTANCE)] = _BEFORE_THE_USUAL_DISTANCE
    low.parts[0], low.hold_setback[0], low.hold_setback[1] = 0.2, 0.15, 0.15
    return list(zip(low.vector().tolist(), high.vector().tolist(), strict=True))


def to_model(sums: Sums, model: Model) -> Model:
    def told(values: Numbers) -> tuple[float, ...]:
        return tuple(round(float(one), 3) for one in values)

    silence = [told(curve) for curve in sums.silence]
    late, soft, relief = told(sums.parts)
    return replace(
        model,
        prior_by_session=told(sums.prior),
        silence=tuple(silence),
        empty_books_ahead=told(sums.empty[0]),
        empty_books_late=told(sums.empty[1]),
        in_touch=told(sums.in_touch),
        hold_setback=told(np.minimum(sums.hold_setback, 1.0)),
        not_kept=told(sums.not_kept),
        late_cancelled_part=late,
        softened_by_contact=soft,
        usual_miss_relief=relief,
        given_up=told(sums.given_up),
        series_cancelled=told(sums.series_cancelled)[0],
        unanswered=told(sums.unanswered),
        recent_miss=told(sums.recent_miss)[0],
    )
