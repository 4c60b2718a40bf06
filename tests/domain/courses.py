"""Courses of work for the statistics of 2025, a day at a time: `course(came("2025-03-04"), missed("2025-03-11"))`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.closing_figures import Closing, InNote, Said, Tied
from api.domain.closing_sessions import Step
from api.domain.definitions import Course, Death, Ending, figures_of
from api.domain.history import Absence, Appointment, Contact, History, StatusEvent
from api.domain.periods import Period, window
from schemas.vocabulary import (
    AbsenceKind,
    AppointmentStatus,
    Channel,
    ClosingSession,
    ClosingStep,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    Figure,
    Initiator,
)

ZONE = "Europe/Madrid"
YEAR = window(Period(2025, 2025), ZONE)
_KEYS = count()


def at(day: str, hour: int = 10) -> datetime:
    """An instant on a day of the practice's clock."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(ZONE)).astimezone(UTC) + timedelta(
        hours=hour
    )


def time(
    day: str,
    status: AppointmentStatus,
    *,
    known: str | None = None,
    by: Initiator | None = None,
    excused: bool = False,
    whose: str | None = None,
) -> Appointment:
    """Booked a week ahead; what became of it was learned an hour after it, or on the day `known`."""
    start = at(day)
    learned = start + timedelta(hours=1) if known is None else at(known)
    events = (
        StatusEvent(AppointmentStatus.BOOKED, start, start - timedelta(days=7)),
        StatusEvent(status, start, learned, by, excused),
    )
    return Appointment(
        f"k{next(_KEYS)}", events if status is not AppointmentStatus.BOOKED else events[:1], participant=whose
    )


def came(day: str, *, known: str | None = None, whose: str | None = None) -> Appointment:
    return time(day, AppointmentStatus.ATTENDED, known=known, whose=whose)


def missed(day: str, *, by: Initiator | None = None, excused: bool = False) -> Appointment:
    return time(day, AppointmentStatus.NO_SHOW, by=by, excused=excused)


def booked(day: str) -> Appointment:
    return time(day, AppointmentStatus.BOOKED)


def wrote(day: str, *, known: str | None = None, automated: bool = False) -> Contact:
    return Contact(
        at(day), at(known or day), ContactDirection.INBOUND, Channel.EMAIL, automated, ContactOutcome.RECEIVED
    )


def was_written_to(day: str) -> Contact:
    return Contact(at(day), at(day), ContactDirection.OUTBOUND, Channel.EMAIL, outcome=ContactOutcome.SENT)


def away(from_on: str, to_on: str | None, *, known: str | None = None) -> Absence:
    last = None if to_on is None else date.fromisoformat(to_on)
    return Absence(AbsenceKind.PAUSE, date.fromisoformat(from_on), last, at(known or from_on))


def course(
    *told: Appointment | Contact | Absence, key: str = "a", died: str | None = None, death_known: str | None = None
) -> Course:
    """A death is learned on its day, or on the day `death_known`."""
    return Course(
        key=key,
        client="ana",
        history=History(
            time_zone=ZONE,
            appointments=tuple(one for one in told if isinstance(one, Appointment)),
            contacts=tuple(one for one in told if isinstance(one, Contact)),
            absences=tuple(one for one in told if isinstance(one, Absence)),
        ),
        death=None if died is None else Death(date.fromisoformat(died), at(death_known or died)),
    )


def ended(one: Course, how: EndingKind, day: str, *, known: str | None = None) -> Course:
    return replace(one, ending=Ending(how, at(day), at(known or day)))


def left(one: Course, how: EndingKind | None, day: str, *, known: str | None = None) -> Course:
    """While others stayed, or in another way than they."""
    return replace(one, own_ending=Ending(how, at(day), at(known or day)))


def said(step: str, day: str, *, known: str | None = None, tied: Appointment | None = None) -> Said:
    """A step of the closing session, recorded as it was said, or on the day `known`. `tied`: the time it names."""
    number = next(_KEYS)
    told = Step(UUID(int=number), ClosingStep(step), at(day), at(known or day))
    return Said(told, None if tied is None else Tied(UUID(int=number), tied.key))


def offered_in_message(day: str, *, went: str | None) -> Said:
    """Written on one day and handed over on another; `went` None: it came back, or never went."""
    step = said("offered", day).step
    return Said(replace(step, goes_with_message=True, went_at=None if went is None else at(went)))


def closing(one: Course, *steps: Said, note: str | None = None, locked: str = "2025-12-20") -> Course:
    """`note`: what the note says."""
    in_note = None if note is None else InNote(ClosingSession(note), at(locked))
    return replace(one, closing=Closing(steps, in_note))


def figures(*courses: Course) -> set[Figure]:
    return set(figures_of(courses, YEAR))
