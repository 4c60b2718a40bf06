"""Fitting weighs as the product does, finds what it is shown, and never breaks a promise of noticing."""

from math import inf
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import clock, replay, weighing, weights
from api.domain.history import History
from api.domain.weighing import Term
from bench.noticing import fitting, snapshots
from bench.noticing.snapshots import Snapshots
from tests.domain import arbitrary
from tests.domain.histories import WEEKLY, day

MODEL = weights.load()
"""A history is watched from day 0 on; day 250 lies after all of it."""


@given(arbitrary.histories(), st.floats(0, 250))
def test_a_snapshot_weighs_what_the_product_weighs(history: History, at: float) -> None:
    learned = list(replay.evidence_over(history, WEEKLY, MODEL, day(at)))
    if not learned:
        return
    second = clock.second(day(at))
    for strand in learned[-1][1].strands:
        seen = Snapshots.of([snapshots.row(strand, second, left=False)])
        ours = fitting.Likelihood(MODEL, seen).log_odds(fitting.of_model(MODEL))[0]
        weighed = weighing.weigh(strand, second, MODEL)
        # No simulated practice measures anything: that weight is set by hand.
        assert ours == pytest.approx(weighed.log_odds - weighed.terms[Term.SLIDING], abs=1e-9)


def test_values_come_back_from_their_steps() -> None:
    sums = fitting.of_model(MODEL)
    again = fitting.from_steps(fitting.to_steps(sums))
    for one, other in zip(sums.vector(), again.vector(), strict=True):
        assert one == pytest.approx(other, abs=0.005)  # the file has three places


def _made_up(count: int) -> Snapshots:
    """Moments at which only silence with nothing booked tells: an even chance from two beats on, hardly any before."""
    rng = Random(1)  # noqa: S311 - the same every time
    rows: list[snapshots.Row] = []
    for _ in range(count):
        beats = rng.uniform(0, 4)
        left = rng.random() < (0.5 if beats > 2 else 0.02)
        rows.append((float(left), beats, 1.0, 4, 20, 0.0, snapshots.no_setbacks(), 0.1, 0, 0.0, 0, 1.0, inf, beats))
    return Snapshots.of(rows)


def test_a_fit_finds_what_it_is_shown() -> None:
    fitted = fitting.fit(MODEL, _made_up(4000), log=lambda _: None)
    seen = _made_up(4000)
    told = 1 / (1 + np.exp(-fitting.Likelihood(fitted, seen).log_odds(fitting.of_model(fitted))))
    assert told[seen.beats > 2.3].mean() == pytest.approx(0.5, abs=0.05)
    assert told[seen.beats < 1.5].mean() < 0.06


def test_the_gradient_is_that_of_the_loss() -> None:
    shape = fitting.to_steps(fitting.of_model(MODEL))
    likelihood = fitting.Likelihood(MODEL, _made_up(200))
    at = shape.vector() + 0.05
    _, gradient = likelihood.loss(fitting.from_steps(shape.like(at)))
    worked_out = fitting.steps_gradient(gradient).vector()
    for place in range(at.size):
        near = np.zeros(at.size)
        near[place] = 1e-5
        above, below = (likelihood.loss(fitting.from_steps(shape.like(at + by)))[0] for by in (near, -near))
        assert worked_out[place] == pytest.approx((above - below) / 2e-5, abs=1e-6)
