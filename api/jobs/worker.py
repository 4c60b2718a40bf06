"""The worker's loop: one job, one message or one duty at a time, then a short sleep. Many workers may run; none needs another.

Asked to stop, it ends between two slices of its job and leaves the rest to whoever comes next.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog

from api.domain.access import WORKER, system_principal
from api.jobs import imports
from api.jobs.deliveries import Courier
from api.jobs.reminders import remind
from api.jobs.standings import Finder
from api.services import assessments, upkeep
from api.services.work import Runtime, Work, unit
from api.store.engine import Session, SessionFactory
from api.store.jobs import Claim, LeaseLost

log = structlog.get_logger(__name__)

_SLEEP_SECONDS = 0.5
_PRUNE_EVERY = timedelta(minutes=10)

RUN: dict[str, Callable[[Runtime, Claim], None]] = {"import.apply": imports.apply, "import.undo": imports.undo}


_DUTIES = (assessments.refresh_due, upkeep.seal_audit)


class _Stopped(BaseException):
    """Not an Exception: what puts a failing job back must not take this for a failure."""


class Worker:
    """`run` until `stop` is set. A failing job is put back with a growing wait; the loop itself never ends by one.

    `_until_stopped` is the runtime of everything that is due; it opens no further unit once the worker is to stop.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = self._until_stopped = runtime
        self._courier, self._finder = Courier(runtime), Finder(runtime)
        self._pruned_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        self._until_stopped = _until(stop, self._runtime)
        self._courier = Courier(self._runtime, self._until_stopped)
        self._finder = Finder(self._runtime, self._until_stopped)
        with suppress(_Stopped):
            while not stop.is_set():
                try:
                    busy = self.step()
                except Exception as error:  # a database that is away for a while must not end the worker
                    log.exception("worker.step_failed", kind=type(error).__name__)
                    busy = False
                if not busy:
                    stop.wait(_SLEEP_SECONDS)

    def step(self) -> bool:
        """One job, or one message, or the duties of each practice; whether there was anything to do."""
        with unit(self._until_stopped, WORKER) as work:
            claim = upkeep.claim_job(work)
        if claim is not None:
            self._run(claim)
            return True
        return self._courier.step() or self._finder.step() or self._duties()

    def until_idle(self, most: int = 10_000) -> None:
        """Everything that is due now, for the command line and for tests."""
        for _ in range(most):
            if not self.step():
                return

    def _run(self, claim: Claim) -> None:
        try:
            RUN[claim.kind](self._until_stopped, claim)
        except _Stopped:
            with unit(self._runtime, system_principal(claim.practice_id)) as work:
                upkeep.release(work, claim)
            raise
        except LeaseLost:
            log.warning("worker.lease_lost", job=str(claim.job_id))
        except Exception as error:  # whatever it was, the job is tried again and the reason kept
            log.exception("worker.job_failed", job=str(claim.job_id), kind=type(error).__name__)
            with unit(self._runtime, system_principal(claim.practice_id)) as work:
                if not upkeep.put_back(work, claim, type(error).__name__[:60]):
                    upkeep.give_up(work, claim)

    def _duties(self) -> bool:
        with unit(self._until_stopped, WORKER, read_only=True) as work:
            practices = upkeep.practices_with_work(work)
        did = sum(self._duty(duty, practice_id) for practice_id in practices for duty in _DUTIES)
        self._prune()
        return did > 0

    def _duty(self, duty: Callable[[Work], int], practice_id: UUID) -> int:
        """In a unit of its own: what fails in one practice holds up neither its other duties nor other practices."""
        try:
            with unit(self._until_stopped, system_principal(practice_id)) as work:
                return duty(work)
        except Exception as error:  # tried again with the next step; the log says what to put right
            log.exception("worker.duty_failed", practice=str(practice_id), kind=type(error).__name__)
            return 0

    def _prune(self) -> None:
        now = self._runtime.now()
        if self._pruned_at is None or now - self._pruned_at > _PRUNE_EVERY:
            self._pruned_at = now
            with unit(self._until_stopped, WORKER) as work:
                upkeep.forget_expired(work)
                practices = upkeep.every_practice(work)
            for practice_id in practices:
                self._duty(remind, practice_id)


def _until(stop: threading.Event, runtime: Runtime) -> Runtime:
    """A runtime that opens no further unit once `stop` is set, so that a worker ends between two slices of a job."""
    open_session = runtime.sessions

    def sessions() -> Session:
        if stop.is_set():
            raise _Stopped
        return open_session()

    return replace(runtime, sessions=cast("SessionFactory", sessions))
