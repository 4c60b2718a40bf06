"""How many requests a caller may make. Processes take allowances from the database a handful at a time,
so that the shared count costs a write only now and then and is never exceeded by more than what is on loan.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.errors import TooManyRequests
from api.services.work import Work
from api.store import limits as limit_store

WINDOW = timedelta(minutes=1)
_LOAN = 20
_MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Loan:
    window_start: datetime
    left: int
    used: int


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    reset_seconds: int


class RequestLimiter:
    """One per process. What it keeps in memory is only what it has on loan from the shared count."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._loans: OrderedDict[UUID, _Loan] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, work: Work, *, leaves_room: bool = False) -> Allowance:
        """Counts one request of whoever acts. Raises TooManyRequests when the window is used up.

        `leaves_room`: a request that nobody asked for by hand, such as a hint while somebody types, takes no more than the
        first half of the window, so that the pages themselves always open. Refused, it is not counted.
        """
        kept_free = self._limit // 2 if leaves_room else 0
        start = work.now.replace(second=0, microsecond=0)
        reset = int((start + WINDOW - work.now).total_seconds()) + 1
        caller_id = work.actor_id
        with self._lock:
            loan = self._loans.get(caller_id)
            if loan is not None and loan.window_start == start and loan.left > 0:
                return self._spend(loan, reset, kept_free)
        loan = self._borrow(work, caller_id, start, reset)
        with self._lock:
            self._keep(caller_id, loan)
            return self._spend(loan, reset, kept_free)

    def _spend(self, loan: _Loan, reset: int, kept_free: int) -> Allowance:
        if loan.used >= self._limit - kept_free:
            raise TooManyRequests(reset)
        loan.left -= 1
        loan.used += 1
        return Allowance(self._limit, max(0, self._limit - loan.used), reset)

    def _borrow(self, work: Work, caller_id: UUID, start: datetime, reset: int) -> _Loan:
        """Counted in the request's own transaction, and again after a rollback: a refused request counts too."""
        wanted = max(1, min(_LOAN, self._limit // 10))
        digest = limit_store.caller(caller_id)
        total = limit_store.take(work.session, digest, start, wanted)
        work.after_rollback(lambda later: _count_again(later, digest, start, wanted))
        granted = min(wanted, self._limit - (total - wanted))
        if granted <= 0:
            raise TooManyRequests(reset)
        return _Loan(start, granted, total - wanted)

    def _keep(self, caller_id: UUID, loan: _Loan) -> None:
        self._loans[caller_id] = loan
        self._loans.move_to_end(caller_id)
        while len(self._loans) > _MOST_CALLERS:
            self._loans.popitem(last=False)


def _count_again(later: Work, digest: bytes, start: datetime, wanted: int) -> None:
    limit_store.take(later.session, digest, start, wanted)
