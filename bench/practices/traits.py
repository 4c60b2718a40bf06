"""Who this client is, as far as coming is concerned: drawn once, never seen by the record."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bench.practices.setting import Setting


class Booking(StrEnum):
    """How the next time gets into the calendar."""

    STANDING = "standing"
    IN_SESSION = "in_session"
    BY_CLIENT = "by_client"
    LATE = "late"


@dataclass(slots=True)
class Traits:
    """`cadence` in days changes when another is agreed. `wish` is how many sessions the work takes if nothing comes between."""

    cadence: float
    wobble: float
    booking: Booking
    no_show: float
    cancel: float
    wish: int
    answers: float
    hour: float


def draw(rng: Random, setting: Setting, *, in_group: bool) -> Traits:
    cadence, wobble = _cadence(rng, setting)
    booking = _booking(rng, setting)
    if in_group:
        cadence, booking = 7.0, Booking.STANDING
    if booking is Booking.STANDING and wobble > 0.2:
        booking = Booking.BY_CLIENT
    misses = setting.no_show_spread
    return Traits(
        cadence=cadence,
        wobble=wobble,
        booking=booking,
        no_show=rng.betavariate(misses * setting.no_show, misses * (1 - setting.no_show)),
        cancel=rng.betavariate(3 * setting.cancel, 3 * (1 - setting.cancel)),
        wish=max(1, round(rng.lognormvariate(0, setting.sessions_spread) * setting.sessions_median)),
        answers=min(0.97, rng.betavariate(3 * setting.answers, 3 * (1 - setting.answers))),
        hour=rng.choice((8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19)) + rng.choice((0, 0, 0.5)),
    )


def _cadence(rng: Random, setting: Setting) -> tuple[float, float]:
    roll = rng.random()
    for days, share in ((7.0, setting.weekly), (14.0, setting.fortnightly), (28.0, setting.monthly)):
        if roll < share:
            return days, setting.wobble
        roll -= share
    return rng.uniform(9, 40), 0.45


def _booking(rng: Random, setting: Setting) -> Booking:
    shares = (
        (Booking.STANDING, setting.standing),
        (Booking.IN_SESSION, setting.in_session),
        (Booking.BY_CLIENT, setting.by_client),
    )
    roll = rng.random()
    for kind, share in shares:
        if roll < share:
            return kind
        roll -= share
    return Booking.LATE
