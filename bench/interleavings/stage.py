"""Actors who take turns: each worker is a thread of its own that runs only while it has the baton, so that every order can be had again.

It gives the baton back between two of its transactions, never within one, and may be killed there or in the moment of a commit.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

_LONGEST_TURN = 60.0


class Killed(BaseException):
    """The process is gone. Nothing that may catch an error catches this."""


@dataclass
class Fate:
    """How an actor's next commit ends. `before`: nothing of it is kept; `after`: all of it is, and nobody was told."""

    at_commit: str | None = None

    def strike(self, moment: str) -> None:
        if self.at_commit == moment:
            self.at_commit = None
            raise Killed


class MortalSession(Session):
    """A session whose process may die around its commit."""

    def commit(self) -> None:
        fate: Fate = self.info["fate"]
        fate.strike("before")
        super().commit()
        fate.strike("after")


@dataclass
class Actor:
    """`play` runs in a thread, and calls `pause` wherever somebody else may come in between."""

    play: Callable[["Actor"], None]
    fate: Fate = field(default_factory=Fate)
    doomed: bool = False
    is_gone: bool = False
    failure: BaseException | None = None
    where: str = "start"
    _mine: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _yours: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _thread: threading.Thread | None = None

    def resume(self) -> None:
        """Until its next pause, or its end. Raises whatever the actor failed with; being killed is no failure."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._mine.release()
        if not self._yours.acquire(timeout=_LONGEST_TURN):
            raise TimeoutError("an actor kept the baton")
        if self.failure is not None:
            raise self.failure

    def kill(self) -> None:
        """Wherever it pauses, it is gone with all it had in hand."""
        if not self.is_gone:
            self.doomed = True
            self.resume()

    def pause(self, where: str) -> None:
        self.where = where
        self._yours.release()
        self._mine.acquire()
        if self.doomed:
            raise Killed

    def _run(self) -> None:
        self._mine.acquire()
        try:
            if not self.doomed:
                self.play(self)
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001  # handed on to whoever resumed it
            self.failure = error
        self.is_gone = True
        self._yours.release()
