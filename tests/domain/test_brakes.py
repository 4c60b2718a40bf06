"""Brakes forget with time, and count a caller's whole network as one."""

from datetime import timedelta

import pytest

from api.domain import brakes
from tests.support.clock import NOW


def after(failures: int, **span: float) -> int:
    return brakes.still_counted(failures, NOW, NOW + timedelta(**span))


def test_half_of_the_failures_are_forgotten_every_six_hours() -> None:
    assert [after(40, hours=hours) for hours in (0, 6, 12, 18, 23.9)] == [40, 20, 10, 5, 3]


def test_a_day_without_a_failure_forgets_all_and_an_instant_none() -> None:
    assert after(1_000_000, days=1) == 0
    assert after(7, seconds=1) == 7
    assert after(7, seconds=-5) == 7


@pytest.mark.parametrize(("every", "free"), [({"hours": 23}, 5), ({"hours": 4}, 5), ({"minutes": 40}, 30)])
def test_one_who_mistypes_now_and_then_is_never_slowed(every: dict[str, float], free: int) -> None:
    """A person once a day or every few hours; an office behind one address every forty minutes. For a year."""
    failures, gap = 0, timedelta(**every)
    for _ in range(int(timedelta(days=365) / gap)):
        failures = 1 + brakes.still_counted(failures, NOW, NOW + gap)
        assert brakes.blocked_until(failures, NOW, free=free) is None


def test_one_who_goes_on_guessing_stays_slowed() -> None:
    """At the moment each block ends, for a month: the guesses come to less than two an hour."""
    failures, guesses, now = 0, 0, NOW
    last = now
    while now < NOW + timedelta(days=30):
        failures, last = 1 + brakes.still_counted(failures, last, now), now
        guesses += 1
        now = brakes.blocked_until(failures, now) or now
    assert guesses < 30 * 48


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002::0001"),
        ("fe80::1%eth0", "fe80::2"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
    ],
)
def test_one_callers_addresses_count_as_one(one: str, another: str) -> None:
    assert brakes.caller_network(one) == brakes.caller_network(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.7", "192.0.2.8"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("unknown", "192.0.2.7"),
    ],
)
def test_different_callers_stay_apart(one: str, another: str) -> None:
    assert brakes.caller_network(one) != brakes.caller_network(another)
