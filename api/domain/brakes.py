"""When repeated sign-in failures slow somebody down. Pure; the counting itself is in the store.

Known and unknown accounts are counted alike, so that a brake tells nothing about who has an account.
"""

from datetime import datetime, timedelta

FREE_FAILURES = 5
FREE_FAILURES_PER_ADDRESS = 30
LONGEST_BLOCK = timedelta(hours=1)
FORGET_AFTER = timedelta(hours=24)


def blocked_until(failures: int, now: datetime, *, free: int = FREE_FAILURES) -> datetime | None:
    """The first few failures are free; each one after them doubles the wait, from half a minute to an hour."""
    over = failures - free
    if over < 0:
        return None
    doublings: int = min(over, 20)
    return now + min(LONGEST_BLOCK, timedelta(seconds=30 * (1 << doublings)))
