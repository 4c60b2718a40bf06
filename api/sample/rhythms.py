"""How sessions come about: who books when, and what becomes of the booked times. Small irregularities are ordinary."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from api.sample.calendar import Span
from api.sample.diary import SESSION, Booking, Diary
from schemas.vocabulary import AppointmentStatus, Initiator

_SERIES = 8
_WEEK = 7


class Habit(Enum):
    """When the next time is booked."""

    AT_THE_SESSION = "at_the_session"
    IN_SERIES = "in_series"
    THE_DAY_BEFORE = "the_day_before"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`record_after_days`: how late outcomes are written down. `mishaps`: the share of times that do not take place."""

    every_days: int = _WEEK
    habit: Habit = Habit.AT_THE_SESSION
    without: tuple[Span, ...] = ()
    wobble_days: int = 0
    mishaps: float = 0.09
    record_after_days: int = 0
    booked_ahead: int = 1


def come(diary: Diary, first: date, last: date, rhythm: Rhythm) -> None:
    """Every session from `first` to `last`; those from today on are booked, as far as the habit books ahead."""
    previous: Booking | None = None
    ahead = 0
    for index, day in enumerate(_days(diary, first, last, rhythm)):
        ahead += day >= diary.calendar.today
        if ahead > rhythm.booked_ahead:
            return
        booking = _book(diary, day, previous, rhythm, index)
        if booking is None:
            return
        if day < diary.calendar.today:
            previous = _becomes(diary, booking, rhythm)


def attended(diary: Diary, booking: Booking, *, after_days: int = 0) -> None:
    late = timedelta(days=after_days, minutes=diary.chance.randint(2, 45))
    diary.tell(booking, AppointmentStatus.ATTENDED, booking.starts_at + SESSION + late)


def missed(diary: Diary, booking: Booking) -> None:
    diary.tell(booking, AppointmentStatus.NO_SHOW, booking.starts_at + SESSION + timedelta(minutes=5))


def _days(diary: Diary, first: date, last: date, rhythm: Rhythm) -> Iterator[date]:
    day = first + timedelta(days=(diary.weekday - first.weekday()) % _WEEK)
    while day <= last:
        shifted = day + timedelta(days=diary.chance.randint(-rhythm.wobble_days, rhythm.wobble_days))
        away = any(begin <= shifted <= end for begin, end in rhythm.without)
        if not away and diary.calendar.works(diary.clinician, shifted):
            yield shifted
        day += timedelta(days=rhythm.every_days)


def _book(diary: Diary, day: date, previous: Booking | None, rhythm: Rhythm, index: int) -> Booking | None:
    starts_at = diary.start(day)
    if rhythm.habit is Habit.THE_DAY_BEFORE:
        return diary.book(starts_at, starts_at - timedelta(hours=diary.chance.randint(14, 23)))
    if rhythm.habit is Habit.IN_SERIES:
        booked_at = starts_at - timedelta(days=rhythm.every_days * (index % _SERIES + 1), hours=1)
        return diary.book(starts_at, booked_at, by=Initiator.PRACTICE, standing=True)
    if previous is not None and previous.starts_at + SESSION < starts_at:
        return diary.book(starts_at, previous.starts_at + SESSION)
    return diary.book(starts_at, starts_at - timedelta(days=min(5, rhythm.every_days), hours=3))


def _becomes(diary: Diary, booking: Booking, rhythm: Rhythm) -> Booking:
    """What took place in the end: the time itself, or the one it was moved to."""
    if diary.chance.random() >= rhythm.mishaps:
        attended(diary, booking, after_days=rhythm.record_after_days)
        return booking
    start = booking.starts_at
    match diary.chance.choice(("no_show", "late", "clinician", "moved", "moved", "excused")):
        case "no_show":
            missed(diary, booking)
        case "late":
            diary.tell(booking, AppointmentStatus.LATE_CANCELLED, start - timedelta(hours=3), by=Initiator.CLIENT)
        case "clinician":
            diary.tell(booking, AppointmentStatus.CANCELLED, start - timedelta(days=1), by=Initiator.CLINICIAN)
        case "excused":
            diary.tell(booking, AppointmentStatus.NO_SHOW, start + SESSION, by=Initiator.CLIENT, excused=True)
        case _:
            return _moved(diary, booking, rhythm)
    return booking


def _moved(diary: Diary, booking: Booking, rhythm: Rhythm) -> Booking:
    """To the next working day; both rows tell of one event."""
    known_at = booking.starts_at - timedelta(hours=28)
    diary.tell(booking, AppointmentStatus.RESCHEDULED, known_at, by=Initiator.CLIENT)
    day = booking.starts_at + timedelta(days=1)
    while not diary.calendar.works(diary.clinician, day.date()):
        day += timedelta(days=1)
    instead = diary.book(day, known_at, moved_from=booking.key)
    if instead is not None and day < diary.calendar.horizon:
        attended(diary, instead, after_days=rhythm.record_after_days)
    return instead or booking
