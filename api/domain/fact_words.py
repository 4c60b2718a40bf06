"""One fact in one sentence that names its day: what a reason rests on, and what was learned lately.

Nothing is guessed and nobody is blamed. A day is one on the client's calendar.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from api.domain import reasons
from api.domain.history import Absence, Agreement, Contact, Score, StatusEvent
from api.domain.timeline import ATTENDED, BOOKED, CANCELLED, LATE_CANCELLED, NO_SHOW, RESCHEDULED, Visit
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    Channel,
    ContactDirection,
    ContactOutcome,
    FactKind,
    Initiator,
)

_OURS = frozenset({Initiator.CLINICIAN, Initiator.PRACTICE})
_CALLS = {
    ContactOutcome.SPOKE: "Called on {day} and spoke.",
    ContactOutcome.VOICEMAIL: "Called on {day} and left a voicemail.",
    ContactOutcome.NO_ANSWER: "Called on {day}; nobody picked up.",
}
_WAYS = {
    Channel.EMAIL: "an e-mail",
    Channel.SMS: "a text message",
    Channel.PHONE: "a call",
    Channel.LETTER: "a letter",
    Channel.PORTAL: "a portal message",
    Channel.IN_PERSON: "a word in person",
}
_ABSENCES = {
    AbsenceKind.PAUSE: "A pause is agreed",
    AbsenceKind.CLIENT_AWAY: "The client is away",
    AbsenceKind.CLINICIAN_LEAVE: "The clinician is on leave",
    AbsenceKind.PRACTICE_CLOSED: "The practice is closed",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """`source` says which record tells it: keys of an appointment, or the contact, absence, agreement or result itself.

    `code` is the record's own: a status, an outcome or direction, a kind. `participant` is the one person whose attendance it is, where several take part.
    """

    kind: FactKind
    code: str
    on: date
    text: str
    at: datetime | None = None
    source: Hashable = None
    participant: str | None = None


def time(visit: Visit, on: date, today: date, now: datetime) -> Fact:
    """What is known of a booked time."""
    day = reasons.day(on, today)
    text = _TIMES[visit.status].format(day=day)
    if visit.status is BOOKED:
        text = _booked(visit, day) if visit.start > now else f"What became of the time on {day} is not recorded."
    elif visit.status in {CANCELLED, LATE_CANCELLED} and visit.initiator in _OURS:
        text = f"The practice cancelled the time on {day}."
    elif visit.excused and visit.status is not ATTENDED:
        text = f"The time on {day} did not take place, and it was excused."
    elif visit.status is CANCELLED and visit.initiator is Initiator.CLIENT:
        text = f"The client cancelled the time on {day}."
    return Fact(FactKind.APPOINTMENT, visit.status, on, text, visit.start, visit.keys, visit.participant)


_TIMES = {
    BOOKED: "A time is booked for {day}.",
    ATTENDED: "The session on {day} took place.",
    NO_SHOW: "The time on {day} did not take place.",
    LATE_CANCELLED: "The time on {day} was cancelled at short notice.",
    CANCELLED: "The time on {day} was cancelled.",
    RESCHEDULED: "The time on {day} was moved to another.",
}


def _booked(visit: Visit, day: str) -> str:
    if visit.booked_by is Initiator.CLIENT:
        return f"The client booked a time for {day}."
    return f"A regular time is booked for {day}." if visit.standing else f"A time is booked for {day}."


def learned(event: StatusEvent, on: date, today: date) -> str:
    """What was learned of a booked time at one instant, whatever came later."""
    day = reasons.day(on, today)
    if event.status in {CANCELLED, LATE_CANCELLED} and event.initiator in _OURS:
        return f"The practice cancelled the time on {day}."
    if event.excused and event.status not in {BOOKED, ATTENDED}:
        return f"The time on {day} did not take place, and it was excused."
    if event.status is BOOKED:
        theirs = event.initiator is Initiator.CLIENT
        return f"The client booked a time for {day}." if theirs else f"A time was booked for {day}."
    return _TIMES[event.status].format(day=day)


def contact(told: Contact, on: date, today: date) -> Fact:
    day = reasons.day(on, today)
    if told.automated:
        text = f"An automatic message went out on {day}: {_WAYS[told.channel]}."
    elif told.direction is ContactDirection.INBOUND:
        text = f"The client was in touch on {day}: {_WAYS[told.channel]}."
    elif told.channel is Channel.PHONE and told.outcome in _CALLS:
        text = _CALLS[told.outcome].format(day=day)
    else:
        text = f"The practice was in touch on {day}: {_WAYS[told.channel]}."
    return Fact(FactKind.CONTACT, told.outcome or told.direction, on, text, told.at, told)


def absence(told: Absence, today: date) -> Fact:
    text = f"{_ABSENCES[told.kind]} {_span(told.from_on, told.to_on, today)}."
    return Fact(FactKind.ABSENCE, told.kind, told.from_on, text, source=told)


def agreement(told: Agreement, today: date) -> Fact:
    day = reasons.day(told.from_on, today)
    text = f"An end is planned for {day}."
    if told.kind is AgreementKind.DISCHARGE:
        text = f"The other system says that the work ended on {day}."
    elif told.kind is AgreementKind.CADENCE_CHANGE:
        text = f"Another rhythm is agreed from {day}{_apart(told.cadence_days)}."
    return Fact(FactKind.AGREEMENT, told.kind, told.from_on, text, source=told)


def score(told: Score, on: date, today: date) -> Fact:
    """Which measure and when; what it came to is for whoever reads the results themselves."""
    text = f"A result of {told.measure} was given on {reasons.day(on, today)}."
    return Fact(FactKind.RESULT, "given", on, text, told.at, told, told.participant)


def _apart(cadence_days: float | None) -> str:
    if cadence_days is None or not isfinite(cadence_days):
        return ""
    return f": sessions {reasons.every(cadence_days)} apart"


def _span(from_on: date, to_on: date | None, today: date) -> str:
    if to_on is None:
        return f"from {reasons.day(from_on, today)}, with no end set"
    if to_on == from_on:
        return f"on {reasons.day(from_on, today)}"
    return f"from {reasons.day(from_on, today)} to {reasons.day(to_on, today)}"
