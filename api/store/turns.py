"""Turns at writing within one process, in the order in which they were asked for.

SQLite lets one connection write at a time, and whoever waits for it looks again after growing sleeps. A worker that
writes slice after slice has begun the next one before anybody has looked, so that a page would have waited for the
end of an import. Between processes SQLite's own waiting remains.
"""

import threading
from collections import deque


class Turns:
    """A lock that is handed on to whoever has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def take(self, seconds: float) -> bool:
        """False if the turn did not come within so many seconds."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._lock:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
