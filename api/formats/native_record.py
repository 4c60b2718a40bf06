"""What the files say of one client, gathered row by row into a history, the same whatever the order of the rows was.

Where rows contradict each other the one that the record learned last stands, and of two learned at once the one that
comes last by what it says: never the one that happens to stand further down in the file.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from sys import intern

from api.domain import timeline
from api.domain.facts import AbsenceFact, AgreementFact, AppointmentFact, ClientFact, ContactFact, LeaveFact, ScoreFact
from api.domain.history import Absence, Agreement, Appointment, Contact, History, Score, StatusEvent
from schemas.vocabulary import AbsenceKind, EpisodeFormat

OfClient = AppointmentFact | ClientFact | ContactFact | AbsenceFact | AgreementFact | ScoreFact
"""A fact about one client. Leave is about nobody alone and is kept apart."""

Leave = dict[str, list[LeaveFact]]
"""By clinician."""

_LAST_DAY = date(9999, 12, 31)


@dataclass(slots=True)
class Booking:
    """One appointment of one client while its events are gathered. Each thing told carries when it was learned."""

    events: list[StatusEvent]
    minutes: tuple[datetime, int]
    clinician: tuple[datetime, str] | None = None
    rescheduled_from: tuple[datetime, str] | None = None
    standing: bool = False


@dataclass(slots=True)
class Record:
    """Everything the files say of one client."""

    listed: ClientFact | None = None
    format: tuple[datetime, EpisodeFormat] | None = None
    time_zone: tuple[datetime, str] | None = None
    bookings: dict[str, Booking] = field(default_factory=dict)
    contacts: set[Contact] = field(default_factory=set)
    absences: set[Absence] = field(default_factory=set)
    agreements: set[Agreement] = field(default_factory=set)
    scores: set[Score] = field(default_factory=set)


def take(fact: OfClient, records: dict[str, Record]) -> None:
    """Into the record of the client whom it is about."""
    record = records.get(fact.client_key)
    if record is None:
        record = records[fact.client_key] = Record()
    match fact:
        case AppointmentFact():
            _take_events(fact, record)
        case ContactFact():
            record.contacts.add(Contact(fact.at, fact.at, fact.direction, fact.channel, fact.automated))
        case AbsenceFact():
            record.absences.add(Absence(fact.kind, fact.from_on, fact.to_on, fact.known_at))
        case AgreementFact():
            record.agreements.add(Agreement(fact.kind, fact.from_on, fact.known_at, fact.to_on, fact.cadence_days))
        case ScoreFact():
            record.scores.add(Score(fact.measure, fact.value, fact.higher_is_better, fact.at, fact.known_at))
        case ClientFact():
            record.listed = fact if record.listed is None else max(record.listed, fact, key=_says)


def _says(fact: ClientFact) -> tuple[int, list[str]]:
    """Of two rows about one client the one that says more stands; the list states no time at which it was learned."""
    told = [fact.clinician_key, fact.time_zone, fact.format, fact.agreed_cadence_days, fact.first_seen_at]
    return sum(one is not None for one in told), [str(one) for one in told]


def _take_events(fact: AppointmentFact, record: Record) -> None:
    known_at = fact.events[-1].known_at
    if record.format is None or (known_at, fact.format) > record.format:
        record.format = known_at, fact.format
    if fact.time_zone and (record.time_zone is None or (known_at, fact.time_zone) > record.time_zone):
        record.time_zone = known_at, fact.time_zone
    booking = record.bookings.get(fact.appointment_key)
    minutes = known_at, fact.duration_minutes
    if booking is None:
        booking = record.bookings[fact.appointment_key] = Booking([*fact.events], minutes)
    else:
        booking.events.extend(fact.events)
        booking.minutes = max(booking.minutes, minutes)
    if fact.clinician_key:
        clinician = known_at, intern(fact.clinician_key)
        booking.clinician = clinician if booking.clinician is None else max(booking.clinician, clinician)
    if fact.rescheduled_from_key:
        moved = known_at, fact.rescheduled_from_key
        booking.rescheduled_from = moved if booking.rescheduled_from is None else min(booking.rescheduled_from, moved)
    booking.standing = booking.standing or fact.standing


def history_of(record: Record, leave: Leave, default_zone: str) -> History:
    """A format that clients.csv leaves at `individual` is what the client's appointments say."""
    listed = record.listed
    listed_format = listed.format if listed else EpisodeFormat.INDIVIDUAL
    told_format = record.format[1] if record.format else EpisodeFormat.INDIVIDUAL
    told_zone = record.time_zone[1] if record.time_zone else None
    appointments = tuple([_appointment(key, record.bookings[key]) for key in sorted(record.bookings)])
    return History(
        time_zone=(listed and listed.time_zone) or told_zone or default_zone,
        format=told_format if listed_format is EpisodeFormat.INDIVIDUAL else listed_format,
        started_at=listed.first_seen_at if listed else None,
        agreed_cadence_days=listed.agreed_cadence_days if listed else None,
        appointments=appointments,
        contacts=tuple(sorted(record.contacts, key=_contact_order)),
        absences=tuple(sorted(record.absences.union(_leave_of(record, appointments, leave)), key=_absence_order)),
        agreements=tuple(sorted(record.agreements, key=_agreement_order)),
        scores=tuple(sorted(record.scores, key=_score_order)),
    )


def _contact_order(one: Contact) -> tuple[datetime, str, str, bool]:
    return one.at, one.direction, one.channel, one.automated


def _absence_order(one: Absence) -> tuple[datetime, str, date, date]:
    return one.known_at, one.kind, one.from_on, one.to_on or _LAST_DAY


def _agreement_order(one: Agreement) -> tuple[datetime, str, date, date, float]:
    return one.known_at, one.kind, one.from_on, one.to_on or _LAST_DAY, one.cadence_days or 0.0


def _score_order(one: Score) -> tuple[datetime, datetime, str, float, bool]:
    return one.known_at, one.at, one.measure, one.value, one.higher_is_better


def _appointment(key: str, booking: Booking) -> Appointment:
    """The same event told twice is one event."""
    events = booking.events
    if len(events) > 1:
        events = timeline.by_knowledge(dict.fromkeys(events))
    moved = booking.rescheduled_from
    return Appointment(key, tuple(events), booking.minutes[1], moved[1] if moved else None, booking.standing)


def _leave_of(record: Record, appointments: tuple[Appointment, ...], leave: Leave) -> Iterator[Absence]:
    """The leave of whoever the client was with when it began, so that a former or later clinician's leave is none."""
    if not leave:
        return
    seen = sorted(
        (one.events[-1].starts_at, clinician[1])
        for one in appointments
        if (clinician := record.bookings[one.key].clinician) is not None
    )
    listed = record.listed.clinician_key if record.listed else None
    for clinician_key in {key for _, key in seen} | ({listed} if listed else set()):
        for fact in leave.get(clinician_key, ()):
            if _with(clinician_key, fact.from_on, seen, listed):
                yield Absence(AbsenceKind.CLINICIAN_LEAVE, fact.from_on, fact.to_on, fact.known_at)


def _with(clinician_key: str, on: date, seen: list[tuple[datetime, str]], listed: str | None) -> bool:
    """Before the first session a client is with the listed clinician, or else with the one who will see them first.

    Later: with the clinician of the last session, and with the listed one if they have met.
    """
    before = seen[: bisect_right(seen, datetime.combine(on, time(), UTC), key=lambda entry: entry[0])]
    if not before:
        return clinician_key == (listed or seen[0][1])
    return clinician_key == before[-1][1] or (clinician_key == listed and any(key == listed for _, key in before))
