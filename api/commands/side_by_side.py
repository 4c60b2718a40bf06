"""Work in numbered pieces, done by several processes where the machine has the cores, and by this one where not.

What comes back is in the order of the pieces, so the number of processes never shows in a result. Processes are
started afresh and spoken with through pipes alone: no locks, no shared memory, nothing that a bare container lacks.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeVar

from api.commands.refusals import Refused

T = TypeVar("T")
R = TypeVar("R")
Advance = Callable[[int], None]
Work = Callable[[T, int, Advance], R]
"""Given the task, the number of the piece, and whom to tell how far it has come. Importable by name, for a new process."""

MOST_PROCESSES = 4
_GONE = "A process of this command ended before its time, perhaps for want of memory. Try again with --processes 1."


def cores() -> int:
    """As many as this process may use, within reason: each process costs some 50 MB."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_PROCESSES, usable))


@dataclass(frozen=True, slots=True)
class Pieces(Generic[T]):
    """What there is to do: one task, in so many pieces."""

    task: T
    count: int


def done(work: Work[T, R], pieces: Pieces[T], *, processes: int, advance: Advance) -> list[R]:
    """Every piece done. Raises `Refused` where a process could not do its part."""
    helpers = _started(work, pieces.task, min(processes, pieces.count))
    if not helpers:
        return [work(pieces.task, number, advance) for number in range(pieces.count)]
    try:
        return _handed_out(helpers, pieces.count, advance)
    finally:
        for process, connection in helpers:
            connection.close()
            process.terminate()
            process.join()


_Helper = tuple[SpawnProcess, "Connection[Any, Any]"]


@dataclass(frozen=True, slots=True)
class _CameSoFar:
    steps: int


@dataclass(frozen=True, slots=True)
class _Cannot:
    why: str


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    number: int
    answer: R


def _started(work: Work[T, R], task: T, count: int) -> list[_Helper]:
    """None for one: this process does it itself. So it does where the machine lets it start no other."""
    if count < 2:  # noqa: PLR2004 - one process is this one
        return []
    context = multiprocessing.get_context("spawn")
    helpers: list[_Helper] = []
    with suppress(OSError, ImportError):
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_help, args=(theirs, work, task), daemon=True)
            process.start()
            theirs.close()
            helpers.append((process, ours))
    return helpers


def _handed_out(helpers: list[_Helper], count: int, advance: Advance) -> list[R]:
    """The next piece to whoever is free."""
    found: dict[int, R] = {}
    waiting = iter(range(count))
    busy = [connection for _, connection in helpers if _gave_next(connection, waiting)]
    while busy:
        ready = wait(busy)
        for connection in [one for one in busy if one in ready]:
            match _heard(connection):
                case _CameSoFar(steps):
                    advance(steps)
                case _Cannot(why):
                    raise Refused(why)
                case _Done(number, answer):
                    found[number] = answer
                    if not _gave_next(connection, waiting):
                        busy.remove(connection)
    return [found[number] for number in range(count)]


def _gave_next(connection: "Connection[Any, Any]", waiting: Iterator[int]) -> bool:
    """False when nothing is left to do."""
    number = next(waiting, None)
    if number is None:
        return False
    try:
        connection.send(number)
    except OSError as error:
        raise Refused(_GONE) from error
    return True


def _heard(connection: "Connection[Any, Any]") -> object:
    try:
        return connection.recv()
    except (EOFError, OSError) as error:
        raise Refused(_GONE) from error


def _help(connection: "Connection[Any, Any]", work: Work[T, R], task: T) -> None:
    """In the other process: one piece after another, until nobody asks any more. Stopping is for the first process to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def advance(steps: int) -> None:
        connection.send(_CameSoFar(steps))

    with suppress(EOFError, BrokenPipeError):
        while True:
            number = connection.recv()
            try:
                answer = work(task, number, advance)
            except BrokenPipeError:
                return
            except OSError as error:
                connection.send(_Cannot(f"A temporary file could not be used: {error.strerror}."))
                return
            connection.send(_Done(number, answer))
