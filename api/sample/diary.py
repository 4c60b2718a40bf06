"""What the sample practice's former system would have written down: rows of the product's own six files."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from api.sample.calendar import Calendar
from schemas.vocabulary import AppointmentStatus, EndingKind, EpisodeFormat, ImportKind, Initiator

HEADERS: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.APPOINTMENTS: (
        "external_id",
        "client_external_id",
        "clinician_external_id",
        "format",
        "group_id",
        "starts_at",
        "status",
        "status_known_at",
        "initiator",
        "rescheduled_from",
        "excused",
        "standing",
    ),
    ImportKind.CLIENTS: ("client_external_id", "clinician_external_id", "format", "agreed_cadence_days", "client_name"),
    ImportKind.CONTACTS: ("client_external_id", "at", "direction", "channel", "automated"),
    ImportKind.AGREEMENTS: ("client_external_id", "type", "from", "to", "known_at", "cadence_days"),
    ImportKind.LEAVE: ("clinician_external_id", "from", "to", "known_at"),
    ImportKind.SCORES: ("client_external_id", "measure", "value", "higher_is_better", "at", "known_at"),
}
SESSION = timedelta(minutes=50)
# Some clients fill in a PHQ-9 at every sixth session; all of them fare better and better.
_ASKED, _EVERY, _FIRST_RESULT = 5, 6, 17

Row = tuple[str, ...]


@dataclass(slots=True)
class Files:
    """Rows by file. `booked` numbers the appointments; `ended`: whose work was over, how, and since when."""

    rows: dict[ImportKind, list[Row]] = field(default_factory=lambda: {kind: [] for kind in HEADERS})
    booked: int = 0
    ended: dict[str, tuple[EndingKind, datetime]] = field(default_factory=dict)

    def csv(self, kind: ImportKind) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADERS[kind])
        writer.writerows(self.rows[kind])
        return text.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Booking:
    """One appointment as it was last booked."""

    key: str
    starts_at: datetime
    by: Initiator
    standing: bool = False
    moved_from: str = ""


@dataclass(slots=True)
class Diary:
    """One course of work: who comes, to whom, at which hour. Nothing is written that would be known after the horizon."""

    files: Files
    calendar: Calendar
    chance: Random
    clients: tuple[str, ...]
    clinician: str
    weekday: int
    hour: time
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    group: str = ""
    last: Booking | None = None
    kept: int = 0

    def start(self, day: date) -> datetime:
        return self.calendar.instant(day, self.hour)

    def week(self, weeks_ago: int) -> datetime:
        """The start of this person's hour so many weeks ago: 0 is the last one before today, -1 the next from today on."""
        yesterday = self.calendar.ago(1)
        day = yesterday - timedelta(days=(yesterday.weekday() - self.weekday) % 7 + 7 * weeks_ago)
        step = timedelta(days=-1 if weeks_ago >= 0 else 1)
        while not self.calendar.works(self.clinician, day):
            day += step
        return self.start(day)

    def until_week(self, weeks_ago: int) -> date:
        return self.week(weeks_ago).date()

    def book(
        self,
        starts_at: datetime,
        known_at: datetime,
        *,
        by: Initiator = Initiator.CLIENT,
        standing: bool = False,
        moved_from: str = "",
    ) -> Booking | None:
        """None: by the horizon nobody had booked it yet."""
        if known_at >= self.calendar.horizon:
            return None
        self.files.booked += 1
        booking = Booking(f"A{self.files.booked:05}", starts_at, by, standing, moved_from)
        self._write(booking, AppointmentStatus.BOOKED, known_at, by, self.clients)
        self.last = booking
        return booking

    def tell(
        self,
        booking: Booking,
        status: AppointmentStatus,
        known_at: datetime,
        *,
        by: Initiator | None = None,
        excused: bool = False,
        of: Sequence[str] | None = None,
    ) -> None:
        """What became of it, for some of those who were to come or for all."""
        if known_at < self.calendar.horizon:
            self._write(booking, status, known_at, by, of or self.clients, excused=excused)
            if status is AppointmentStatus.ATTENDED:
                self._ask(booking.starts_at, known_at, of or self.clients)

    def _ask(self, at: datetime, known_at: datetime, of: Sequence[str]) -> None:
        """By the client's key alone, so that nobody's course depends on it."""
        self.kept += 1
        if self.kept % _EVERY != 1:
            return
        value = str(max(3, _FIRST_RESULT - 2 * (self.kept // _EVERY)))
        asked = [client for client in of if sum(client.encode()) % _ASKED == 0]
        given, known = _text(at - timedelta(minutes=10)), _text(known_at)
        self.files.rows[ImportKind.SCORES] += [(client, "PHQ-9", value, "0", given, known) for client in asked]

    def again(self) -> None:
        """The last row once more, as a hasty export would have it."""
        rows = self.files.rows[ImportKind.APPOINTMENTS]
        rows.append(rows[-1])

    def message(self, at: datetime, direction: str, channel: str, *, automated: bool = False) -> None:
        for client in self.clients:
            row = (client, _text(at), direction, channel, str(int(automated)))
            self.files.rows[ImportKind.CONTACTS].append(row)

    def agree(
        self, kind: str, begin: date, end: date | None, known_on: date, cadence_days: float | None = None
    ) -> None:
        known_at = self.calendar.instant(known_on, time(12))
        row = (kind, begin.isoformat(), end.isoformat() if end else "", _text(known_at), str(cadence_days or ""))
        self.files.rows[ImportKind.AGREEMENTS] += [(client, *row) for client in self.clients[:1]]

    def _write(
        self,
        booking: Booking,
        status: AppointmentStatus,
        known_at: datetime,
        by: Initiator | None,
        of: Sequence[str],
        *,
        excused: bool = False,
    ) -> None:
        self.files.rows[ImportKind.APPOINTMENTS] += [
            (
                booking.key,
                client,
                self.clinician,
                self.format,
                self.group,
                _text(booking.starts_at),
                status,
                _text(known_at),
                by or "",
                booking.moved_from,
                str(int(excused)),
                str(int(booking.standing)),
            )
            for client in of
        ]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
