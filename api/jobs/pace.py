"""How many messages a worker takes at a time: as many as the other side took within half a second of late, and at most fifty.

A mail server that needs a moment for each gets one after the other; so a decision is never much older than the handing over. Only
where handing over costs next to nothing are many decided on and settled together.
"""

import time
from collections.abc import Callable

MOST = 50
_AT_ONCE_SECONDS = 0.5
_GROWTH = 2


class Pace:
    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self.most = seconds, 1

    def begin(self) -> "Watch":
        return Watch(self, self._seconds)

    def slow_down(self) -> None:
        self.most = 1

    def learn(self, count: int, seconds: float) -> None:
        """At most twice as many as before: a server that was quick once may be slow the next time."""
        fitting = int(count * _AT_ONCE_SECONDS / max(seconds, 1e-6))
        self.most = max(1, min(fitting, self.most * _GROWTH, MOST))


class Watch:
    """Over the handing over of what was decided on together."""

    def __init__(self, pace: Pace, seconds: Callable[[], float]) -> None:
        self._pace, self._seconds, self._began = pace, seconds, seconds()

    def is_over(self) -> bool:
        """Whether the next would go later after its decision than it should."""
        if self._seconds() - self._began <= _AT_ONCE_SECONDS:
            return False
        self._pace.slow_down()
        return True

    def done(self, count: int) -> None:
        self._pace.learn(count, self._seconds() - self._began)
