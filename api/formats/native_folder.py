"""A practice's past as a folder of native files, turned into one history for each client.

The files are read as streams; what stays in memory is one compact record for each status event, message and
agreement, about 0.5 kB, until the client it belongs to has been given out. Problems are collected, never raised,
unless appointments.csv itself is missing or unreadable: a replay of half a practice would mislead.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from sys import intern
from zoneinfo import ZoneInfo

from api.domain.facts import (
    AbsenceFact,
    AgreementFact,
    AppointmentFact,
    ClientFact,
    ContactFact,
    Fact,
    LeaveFact,
    RowProblem,
)
from api.domain.history import Absence, Agreement, Appointment, Contact, History, StatusEvent
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.reading import NativePreset, read
from schemas.vocabulary import AbsenceKind, EpisodeFormat, ImportKind

FILES = {
    ImportKind.APPOINTMENTS: "appointments.csv",
    ImportKind.CONTACTS: "messages.csv",
    ImportKind.AGREEMENTS: "agreements.csv",
    ImportKind.LEAVE: "leave.csv",
    ImportKind.CLIENTS: "clients.csv",
}
# The native files state their own zones and moments; this stands in for a hand-over that never took place.
_CONTEXT = ReadContext(ZoneInfo("UTC"), datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class FolderProblem:
    """A row, or with line 0 a whole file, that could not be taken."""

    file: str
    line: int
    code: str
    column: str | None
    detail: str


@dataclass(slots=True)
class Booking:
    """One appointment of one client while its events are gathered. Later rows complete what earlier ones left out."""

    minutes: int
    clinician_key: str | None
    rescheduled_from: str | None
    standing: bool
    events: list[StatusEvent]


@dataclass(slots=True)
class Record:
    """Everything the files say of one client."""

    listed: ClientFact | None = None
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    time_zone: str | None = None
    bookings: dict[str, Booking] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)


@dataclass(slots=True)
class PracticeFolder:
    """What the folder holds. `histories` gives every client once, by key, and lets go of what it has given."""

    default_zone: str
    problems: list[FolderProblem] = field(default_factory=list)
    row_counts: dict[str, int] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    leave: dict[str, list[LeaveFact]] = field(default_factory=dict)

    @property
    def client_count(self) -> int:
        """Clients not given out yet."""
        return len(self.records)

    def histories(self) -> Iterator[tuple[str, History]]:
        for client_key in sorted(self.records):
            yield client_key, _history(self.records.pop(client_key), self.leave, self.default_zone)


def read_folder(path: Path, *, default_zone: str = "UTC") -> PracticeFolder:
    """Raises `UnreadableFile` when appointments.csv is missing or cannot be read; any other file may be absent."""
    folder = PracticeFolder(default_zone)
    for kind, name in FILES.items():
        file = path / name
        if file.is_file():
            _read_file(file, kind, folder)
        elif kind is ImportKind.APPOINTMENTS:
            raise UnreadableFile("missing_file", f"The folder has no {name}.")
    return folder


def load_histories(path: Path, problems: list[FolderProblem] | None = None) -> Iterator[tuple[str, History]]:
    """The clients of a folder one by one; what could not be read is added to `problems` before the first."""
    folder = read_folder(path)
    if problems is not None:
        problems.extend(folder.problems)
    return folder.histories()


def _read_file(file: Path, kind: ImportKind, folder: PracticeFolder) -> None:
    row_count = 0
    with file.open("rb") as stream:
        try:
            for answer in read(stream, NativePreset(kind), _CONTEXT):
                row_count += 1
                if isinstance(answer, RowProblem):
                    folder.problems.append(
                        FolderProblem(file.name, answer.line, answer.code, answer.column, answer.detail)
                    )
                else:
                    _take(answer, folder)
        except UnreadableFile as problem:
            if kind is ImportKind.APPOINTMENTS:
                raise
            folder.problems.append(
                FolderProblem(file.name, problem.line or 0, problem.code, problem.column, problem.detail)
            )
    folder.row_counts[file.name] = row_count


def _take(fact: Fact, folder: PracticeFolder) -> None:
    if isinstance(fact, LeaveFact):
        folder.leave.setdefault(fact.clinician_key, []).append(fact)
        return
    record = folder.records.get(fact.client_key)
    if record is None:
        record = folder.records[fact.client_key] = Record()
    match fact:
        case AppointmentFact():
            _take_event(fact, record)
        case ContactFact():
            record.contacts.append(Contact(fact.at, fact.at, fact.direction, fact.channel, fact.automated))
        case AbsenceFact():
            record.absences.append(Absence(fact.kind, fact.from_on, fact.to_on, fact.known_at))
        case AgreementFact():
            record.agreements.append(Agreement(fact.kind, fact.from_on, fact.known_at, fact.to_on, fact.cadence_days))
        case ClientFact():
            record.listed = fact


def _take_event(fact: AppointmentFact, record: Record) -> None:
    clinician_key = intern(fact.clinician_key) if fact.clinician_key else None
    record.format = fact.format
    record.time_zone = fact.time_zone or record.time_zone
    booking = record.bookings.get(fact.appointment_key)
    if booking is None:
        record.bookings[fact.appointment_key] = Booking(
            fact.duration_minutes, clinician_key, fact.rescheduled_from_key, fact.standing, [*fact.events]
        )
        return
    booking.events.extend(fact.events)
    booking.minutes = fact.duration_minutes
    booking.clinician_key = clinician_key or booking.clinician_key
    booking.rescheduled_from = booking.rescheduled_from or fact.rescheduled_from_key
    booking.standing = booking.standing or fact.standing


def _history(record: Record, leave: dict[str, list[LeaveFact]], default_zone: str) -> History:
    """A format that clients.csv leaves at `individual` is what the client's appointments say."""
    listed = record.listed
    listed_format = listed.format if listed else EpisodeFormat.INDIVIDUAL
    return History(
        time_zone=(listed and listed.time_zone) or record.time_zone or default_zone,
        format=record.format if listed_format is EpisodeFormat.INDIVIDUAL else listed_format,
        started_at=listed.first_seen_at if listed else None,
        agreed_cadence_days=listed.agreed_cadence_days if listed else None,
        appointments=tuple(_appointment(key, booking) for key, booking in record.bookings.items()),
        contacts=tuple(record.contacts),
        absences=(*record.absences, *_leave_of(record, leave)),
        agreements=tuple(record.agreements),
    )


def _appointment(key: str, booking: Booking) -> Appointment:
    """The same event told twice is one event; between events learned at one instant the file's order stays."""
    events = booking.events
    if len(events) > 1:
        events = sorted(dict.fromkeys(events), key=lambda event: event.known_at)
    return Appointment(key, tuple(events), booking.minutes, booking.rescheduled_from, booking.standing)


def _leave_of(record: Record, leave: dict[str, list[LeaveFact]]) -> Iterator[Absence]:
    """The leave of whoever the client was with when it began, so that a former or later clinician's leave is none."""
    if not leave:
        return
    seen = sorted(
        (booking.events[-1].starts_at, booking.clinician_key)
        for booking in record.bookings.values()
        if booking.clinician_key is not None
    )
    listed = record.listed.clinician_key if record.listed else None
    for clinician_key in sorted({key for _, key in seen} | ({listed} if listed else set())):
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
