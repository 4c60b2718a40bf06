"""When a client can be erased, and what is then said in place of their name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.domain import clock, periods
from api.domain.errors import Conflict
from api.domain.periods import Period

# In a list of those who took part in an episode, where an erased client's name would stand.
NAME = "(erased)"


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in the way: episodes under way, messages being handed over, files being read."""

    is_merged: bool
    is_erased: bool
    legal_hold: bool
    running_count: int
    sending_count: int
    importing_count: int


def require_erasable(facts: Facts) -> None:
    """Nobody's care ends by being erased: an episode ends first, by a person and with its reason. Raises Conflict."""
    if facts.is_merged:
        raise Conflict(
            "This client was merged into another. Go on with that one: the double goes with it.", code="merged"
        )
    if facts.is_erased:
        raise erased()
    if facts.legal_hold:
        raise Conflict("A legal hold is on this record. It ends first, by a practice lead.", code="legal_hold")
    if facts.running_count:
        raise Conflict("An episode of this client is still under way. It ends first.", code="episodes_running")
    if facts.sending_count:
        raise Conflict(
            "A message to this client is being handed over right now. Try again soon.", code="message_under_way"
        )
    if facts.importing_count:
        raise Conflict("A file is being taken in that may name this client. Try again soon.", code="import_under_way")


def erased() -> Conflict:
    return Conflict("This client was erased. Nothing can be read or written any more.", code="erased")


def year_of(day: date | None) -> date | None:
    """Of a day that says who somebody was, the year is left: statistics leave out clients who died."""
    return None if day is None else date(day.year, 1, 1)


def known_around(at: datetime | None, zone_name: str) -> datetime | None:
    """Of the instant at which a death was learned, which would tell its day, is left whether a year's figures know of it."""
    if at is None:
        return None
    year = clock.local_day(clock.second(at), zone_name).year
    cut_off = periods.window(Period(year - 1, year - 1), zone_name).cut_off
    begun = periods.window(Period(year, year), zone_name).start
    return begun if at <= cut_off else cut_off + timedelta(seconds=1)
