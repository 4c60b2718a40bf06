"""How many flags a month a practice may expect, as a range: what was measured on simulated practices is no promise here.

Of a caseload as a whole, and of nobody in it.
"""

from dataclasses import dataclass
from math import ceil, floor, sqrt

# A Poisson count stays within this many roots of its mean in nine months out of ten (normal approximation).
_ROOTS = 1.645
# Practices differ by more than chance: the rate itself may be a third lower or higher here. Our inference.
_LOWER, _HIGHER = 2 / 3, 4 / 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """`about` is the mean; most months lie from `low` to `high`, both included."""

    about: float
    low: int
    high: int


def a_month(per_100: float, episode_count: int) -> Forecast:
    """From flags per 100 clients a month to those of as many running episodes."""
    mean = per_100 * episode_count / 100
    lower, higher = mean * _LOWER, mean * _HIGHER
    return Forecast(
        about=round(mean, 1),
        low=max(0, floor(lower - _ROOTS * sqrt(lower))),
        high=ceil(higher + _ROOTS * sqrt(higher)),
    )
