"""When repeated sign-in failures slow somebody down. Pure; the counting itself is in the store.

Known and unknown accounts are counted alike, so that a brake tells nothing about who has an account.
"""

import ipaddress
import math
from datetime import datetime, timedelta

FREE_FAILURES = 5
FREE_FAILURES_PER_ADDRESS = 30
# So many links that were none in a minute, from one place in the network.
FREE_TRIES_OF_LINKS = 10
_A_MINUTE = timedelta(minutes=1)
LONGEST_BLOCK = timedelta(hours=1)
HALVED_EVERY = timedelta(hours=6)
FORGET_AFTER = timedelta(hours=24)
_ONE_CALLER = 64  # bits of an IPv6 address that name a network: whoever has one network has all the addresses in it


def blocked_until(failures: int, now: datetime, *, free: int = FREE_FAILURES) -> datetime | None:
    """The first few failures are free; each one after them doubles the wait, from half a minute to an hour."""
    over = failures - free
    if over < 0:
        return None
    doublings: int = min(over, 20)
    return now + min(LONGEST_BLOCK, timedelta(seconds=30 * (1 << doublings)))


def still_counted(failures: int, last_failed_at: datetime, now: datetime) -> int:
    """Half of them are forgotten every six hours, and all after a day without one.

    Forgetting only after a quiet day would, of an office where somebody mistypes every day, never forget anything.
    """
    quiet = max(timedelta(0), now - last_failed_at)
    return 0 if quiet >= FORGET_AFTER else math.ceil(failures * 0.5 ** (quiet / HALVED_EVERY))


def still_tried(tries: int, last_tried_at: datetime, now: datetime) -> int:
    """Of links that were none: half are forgotten every minute, so that a practice or a mail server behind one address, whose
    people open a link that has run out now and then, is not made to wait. A key to guess has 128 bits either way.
    """
    quiet = max(timedelta(0), now - last_tried_at)
    return math.ceil(tries * 0.5 ** (quiet / _A_MINUTE)) if quiet < FORGET_AFTER else 0


def caller_network(address: str) -> str:
    """What a brake counts an address by: IPv6 by its /64, IPv4 by itself, however it is written. Other text as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((int(found), _ONE_CALLER), strict=False))
    return str(found)
