"""How many messages may go by one way now, so that no minute, wherever it begins, sees more than the limit.

A tenth of the limit may go at once, the rest evenly over the minute. `free_at` is all that is remembered: the instant up to which
the even flow is used up.
"""

from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


def allowed(free_at: datetime, now: datetime, per_minute: int) -> int:
    """How many may go at this instant."""
    step, burst = _step(per_minute), _burst(per_minute)
    ahead = max(free_at, now) - now
    return max(0, burst - -(-ahead // step))


def after(free_at: datetime, now: datetime, per_minute: int, count: int) -> datetime:
    """What is remembered once `count` went."""
    return max(free_at, now) + count * _step(per_minute)


def _burst(per_minute: int) -> int:
    return max(1, per_minute // 10)


def _step(per_minute: int) -> timedelta:
    """The flow fills what the burst leaves of a minute. Rounded up, so that the limit is never passed."""
    evenly = max(1, per_minute - _burst(per_minute))
    return (_MINUTE + timedelta(microseconds=1)) / evenly + timedelta(microseconds=1)
