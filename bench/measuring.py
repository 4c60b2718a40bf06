"""Timing two things in turn, so that a slow moment of the machine strikes both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians in seconds of one round of each, with the tenth and ninetieth percentile of the ratio a/b by round."""

    a: float
    b: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        return self.a / self.b


def in_turn(a: Callable[[], object], b: Callable[[], object], *, rounds: int, warm_up: int = 3) -> Pair:
    """Runs a and b alternately."""
    for _ in range(warm_up):
        a()
        b()
    taken: list[tuple[float, float]] = []
    for _ in range(rounds):
        first = _timed(a)
        taken.append((first, _timed(b)))
    ratios = sorted(one / other for one, other in taken)
    return Pair(
        statistics.median(one for one, _ in taken),
        statistics.median(other for _, other in taken),
        ratios[len(ratios) // 10],
        ratios[len(ratios) * 9 // 10],
    )


def say(what: str, pair: Pair, *, goal: str, inverse: bool = False) -> None:
    """`inverse`: print b/a, where the floor is `b` and more is better."""
    ratio = 1 / pair.ratio if inverse else pair.ratio
    low, high = (1 / pair.high, 1 / pair.low) if inverse else (pair.low, pair.high)
    print(
        f"{what:<58} {ratio:6.2f}  ({low:.2f} to {high:.2f})   "
        f"ours {pair.a * 1e3:9.3f} ms, floor {pair.b * 1e3:9.3f} ms   goal {goal}",
        flush=True,
    )


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
