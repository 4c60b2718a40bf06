"""Times that a message offers: how many, until when each is held, and how a client reads them. Pure.

A client who taps one has told a person which; nothing is booked by it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from api.domain.errors import Conflict, invalid_field
from api.domain.months import MONTHS
from schemas.vocabulary import Locale

FEWEST, MOST = 2, 3
MINUTES = 50
_WEEKDAYS = {
    Locale.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Locale.ES: ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_NOON = 12


def required(times: Collection[datetime], now: datetime) -> list[datetime]:
    """None at all, or two or three to choose from, each once and each to come; earliest first. Raises Invalid."""
    if not times:
        return []
    if len(set(times)) < len(times):
        raise invalid_field("/offered_times", "Offer each time once.")
    if not FEWEST <= len(times) <= MOST:
        raise invalid_field("/offered_times", "Offer two or three times, or none.")
    if min(times) <= now:
        raise invalid_field("/offered_times", "Offer times that are still to come.")
    return sorted(times)


def require_to_come(times: Collection[datetime], goes_at: datetime) -> None:
    """Asked when somebody approves the message: what it offers must still be ahead when it goes. Raises Conflict."""
    if times and min(times) <= goes_at:
        raise Conflict("A time that it offers would be over when it goes: offer others.", code="time_over")


def held_elsewhere() -> Conflict:
    """Says nothing of whom the time is held or booked for."""
    return Conflict("One of these times is held or booked for somebody else: offer another.", code="time_held")


def offered_until(until: datetime, zone: str) -> Conflict:
    """For whoever books it by hand. Says nothing of whom it is offered to."""
    when = said(until, zone, Locale.EN)
    return Conflict(
        f"This is offered to somebody else and held until {when}: choose another time, or say that it is booked all the same.",
        code="time_offered",
    )


def of_another() -> Conflict:
    """The work went to somebody else since, who has a calendar of their own."""
    return Conflict("These are times of whoever had this work before: offer others.", code="time_of_another")


def held_until(starts_at: datetime, reply_until: datetime | None) -> datetime:
    """As long as the time can still be tapped: until it comes, or until the link to answer by runs out."""
    return starts_at if reply_until is None else min(starts_at, reply_until)


def said(at: datetime, zone: str, locale: Locale) -> str:
    """`Tuesday 10 March at 4:00 pm`, on the client's clock."""
    wall = at.astimezone(ZoneInfo(zone))
    day, month = _WEEKDAYS[locale][wall.weekday()], MONTHS[locale][wall.month - 1]
    if locale is Locale.ES:
        return f"{day} {wall.day} de {month} a {'la' if wall.hour == 1 else 'las'} {wall.hour}:{wall:%M}"
    hour, half = wall.hour % _NOON or _NOON, "am" if wall.hour < _NOON else "pm"
    return f"{day} {wall.day} {month} at {hour}:{wall:%M} {half}"


def zone_said(zone: str, locale: Locale) -> str:
    """`Madrid time`: the last part of the zone's name, as people know it."""
    place = zone.rpartition("/")[2].replace("_", " ")
    if place in ("UTC", "GMT"):
        return place
    return f"hora de {place}" if locale is Locale.ES else f"{place} time"


def in_a_sentence(times: Sequence[datetime], zone: str, locale: Locale, *, named_zone: bool) -> str:
    """What stands for `{offered_times}`. The zone is named where the practice keeps another."""
    article = "el " if locale is Locale.ES else ""
    texts = [f"{article}{said(at, zone, locale)}" for at in times]
    listed = f"{', '.join(texts[:-1])} {'o' if locale is Locale.ES else 'or'} {texts[-1]}" if texts[1:] else texts[0]
    return f"{listed} ({zone_said(zone, locale)})" if named_zone else listed
