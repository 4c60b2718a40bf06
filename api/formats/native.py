"""The product's own six files: one row of appointments.csv is one status event, the first being the booking.

Columns and meanings are in docs/import.md. The files state their own times, so nothing here depends on when they
are read, and what they say is passed on as it stands: an outcome recorded too early, twice or taken back is weighed
by the domain, which sees all of it. Columns that are absent read as empty; columns that are not listed are ignored.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from api.domain import measures
from api.domain.facts import (
    AbsenceFact,
    AgreementFact,
    AppointmentFact,
    ClientFact,
    ContactFact,
    Fact,
    LeaveFact,
    ScoreFact,
)
from api.domain.history import StatusEvent
from api.formats import cells as cell
from api.formats.csv_reader import Header
from api.formats.errors import CellProblem, UnreadableFile
from api.formats.instants import utc_first_seen, utc_given_at, utc_instant, utc_known_at
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    EpisodeFormat,
    ImportKind,
    Initiator,
)

E = TypeVar("E", bound=Enum)
D = TypeVar("D")
Understand = Callable[[int, list[str]], Fact]

DEFAULT_MINUTES = 50

STATUSES = {status.value: status for status in AppointmentStatus}
INITIATORS = {initiator.value: initiator for initiator in Initiator}
FORMATS = {format_.value: format_ for format_ in EpisodeFormat}
CHANNELS = {channel.value: channel for channel in Channel}
DIRECTIONS = {
    "in": ContactDirection.INBOUND,
    "out": ContactDirection.OUTBOUND,
    "inbound": ContactDirection.INBOUND,
    "outbound": ContactDirection.OUTBOUND,
}
SETTLEMENTS: dict[str, AbsenceKind | AgreementKind] = {
    "pause": AbsenceKind.PAUSE,
    "absence": AbsenceKind.CLIENT_AWAY,
    **{kind.value: kind for kind in AgreementKind},
}

# Without these columns a file of the kind says nothing.
REQUIRED: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.APPOINTMENTS: ("external_id", "client_external_id", "starts_at", "status", "status_known_at"),
    ImportKind.CONTACTS: ("client_external_id", "at", "direction", "channel"),
    ImportKind.AGREEMENTS: ("client_external_id", "type", "from", "known_at"),
    ImportKind.LEAVE: ("clinician_external_id", "from", "known_at"),
    ImportKind.CLIENTS: ("client_external_id",),
    ImportKind.SCORES: ("client_external_id", "measure", "value", "higher_is_better", "at", "known_at"),
}
# The first of these columns that a header has tells which file it is; what is missing besides is then said by name.
TELLING = (
    ("measure", ImportKind.SCORES),
    ("external_id", ImportKind.APPOINTMENTS),
    ("starts_at", ImportKind.APPOINTMENTS),
    ("direction", ImportKind.CONTACTS),
    ("at", ImportKind.CONTACTS),
    ("type", ImportKind.AGREEMENTS),
    ("from", ImportKind.LEAVE),
    ("client_external_id", ImportKind.CLIENTS),
)


def recognise(header: Header) -> ImportKind:
    """Which of the six files this is, by its columns alone."""
    for column, kind in TELLING:
        if header.has(column):
            return kind
    raise UnreadableFile("unrecognised_file", "The columns are those of none of the native files.", line=header.line)


def understanding(kind: ImportKind, header: Header) -> Understand:
    """How to understand the rows of one file. Raises `UnreadableFile` if a column it needs is missing or doubled."""
    for column in REQUIRED[kind]:
        header.position(column)
    return _READERS[kind](header)


def _place(header: Header, column: str) -> int:
    """Where a column is, or the place past the last cell, which is always empty."""
    return header.position(column) if header.has(column) else header.width


def _word(known: Mapping[str, E], code: str, column: str) -> Callable[[str], E]:
    """Codes as they stand; case and outer spaces are forgiven."""

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> E:
        word = text.strip().casefold()
        if not word:
            cell.missing(column)
        meaning = known.get(word)
        if meaning is None:
            raise CellProblem(code, "The word is none of the native codes.", column)
        return meaning

    return read


def _word_or(known: Mapping[str, E], code: str, column: str, empty: D) -> Callable[[str], E | D]:
    word = _word(known, code, column)

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> E | D:
        return word(text) if text.strip() else empty

    return read


def _zone_name(column: str) -> Callable[[str], str | None]:
    zone = cell.zone_reader(column)

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> str | None:
        return zone(text).key if text.strip() else None

    return read


def _minutes(column: str) -> Callable[[str], int]:
    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> int:
        return cell.duration(text, column) if text.strip() else DEFAULT_MINUTES

    return read


def _status_events(header: Header) -> Callable[[list[str]], StatusEvent]:
    starts, status, known, initiator, excused = (
        _place(header, name) for name in ("starts_at", "status", "status_known_at", "initiator", "excused")
    )
    status_of = _word(STATUSES, "unknown_status", "status")
    initiator_of = _word_or(INITIATORS, "unknown_initiator", "initiator", None)

    def read(row: list[str]) -> StatusEvent:
        return StatusEvent(
            status_of(row[status]),
            utc_instant(row[starts], "starts_at"),
            utc_known_at(row[known], "status_known_at"),
            initiator_of(row[initiator]),
            cell.yes_no(row[excused], "excused"),
        )

    return read


def _appointments(header: Header) -> Understand:
    key_at, client_at = (_place(header, name) for name in ("external_id", "client_external_id"))
    client_of = _required("client_external_id")
    event_of, rest_of = _status_events(header), _rest(header)

    def understand(line: int, row: list[str]) -> AppointmentFact:
        key, client_key = row[key_at], client_of(row[client_at])
        return AppointmentFact(
            line, client_key, cell.required_text(key, "external_id"), (event_of(row),), *rest_of(row)
        )

    return understand


_Rest = tuple[str | None, None, EpisodeFormat, str | None, int, str | None, str | None, bool]


def _rest(header: Header) -> Callable[[list[str]], _Rest]:
    """What the rows of one client mostly repeat word for word, understood once for each combination."""
    cells = itemgetter(*(_place(header, name) for name in _REPEATED))
    format_of = _word_or(FORMATS, "unknown_format", "format", EpisodeFormat.INDIVIDUAL)
    zone_of, minutes_of = _zone_name("time_zone"), _minutes("duration_minutes")

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(told: tuple[str, ...]) -> _Rest:
        clinician, shape, group, minutes, moved_from, zone, standing = told
        return (
            cell.text_of(clinician, "clinician_external_id") or None,
            None,
            format_of(shape),
            cell.text_of(group, "group_id") or None,
            minutes_of(minutes),
            cell.text_of(moved_from, "rescheduled_from") or None,
            zone_of(zone),
            cell.yes_no(standing, "standing"),
        )

    return lambda row: read(cells(row))


_REPEATED = (
    "clinician_external_id",
    "format",
    "group_id",
    "duration_minutes",
    "rescheduled_from",
    "time_zone",
    "standing",
)


def _required(column: str) -> Callable[[str], str]:
    """For keys that return row after row."""

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> str:
        return cell.required_text(text, column)

    return read


def _clients(header: Header) -> Understand:
    client_at, clinician_at, name_at, zone, shape, cadence, seen = (
        _place(header, name)
        for name in (
            "client_external_id",
            "clinician_external_id",
            "client_name",
            "time_zone",
            "format",
            "agreed_cadence_days",
            "first_seen_at",
        )
    )
    format_of = _word_or(FORMATS, "unknown_format", "format", EpisodeFormat.INDIVIDUAL)
    zone_of = _zone_name("time_zone")

    def understand(line: int, row: list[str]) -> ClientFact:
        return ClientFact(
            line,
            cell.required_text(row[client_at], "client_external_id"),
            cell.text_of(row[clinician_at], "clinician_external_id") or None,
            cell.text_of(row[name_at], "client_name") or None,
            zone_of(row[zone]),
            format_of(row[shape]),
            cell.cadence(row[cadence], "agreed_cadence_days"),
            utc_first_seen(row[seen], "first_seen_at"),
        )

    return understand


def _contacts(header: Header) -> Understand:
    client_at, at, direction, channel, automated = (
        _place(header, name) for name in ("client_external_id", "at", "direction", "channel", "automated")
    )
    direction_of = _word(DIRECTIONS, "unknown_direction", "direction")
    channel_of = _word(CHANNELS, "unknown_channel", "channel")

    def understand(line: int, row: list[str]) -> ContactFact:
        return ContactFact(
            line,
            cell.required_text(row[client_at], "client_external_id"),
            utc_instant(row[at], "at"),
            direction_of(row[direction]),
            channel_of(row[channel]),
            cell.yes_no(row[automated], "automated"),
        )

    return understand


def _days(header: Header) -> Callable[[list[str]], tuple[date, date | None]]:
    """From and to, both included. An empty `to` leaves the stretch open."""
    from_at, to_at = _place(header, "from"), _place(header, "to")

    def read(row: list[str]) -> tuple[date, date | None]:
        from_on = cell.iso_date(row[from_at], "from")
        to_on = cell.iso_date(row[to_at], "to") if row[to_at].strip() else None
        if to_on is not None and to_on < from_on:
            raise CellProblem("ends_before_start", "The last day lies before the first.", "to")
        return from_on, to_on

    return read


def _agreements(header: Header) -> Understand:
    client_at, kind_at, known, cadence = (
        _place(header, name) for name in ("client_external_id", "type", "known_at", "cadence_days")
    )
    days_of = _days(header)
    kind_of = _word(SETTLEMENTS, "unknown_type", "type")

    def understand(line: int, row: list[str]) -> AbsenceFact | AgreementFact:
        client_key = cell.required_text(row[client_at], "client_external_id")
        kind = kind_of(row[kind_at])
        from_on, to_on = days_of(row)
        known_at = utc_known_at(row[known], "known_at")
        if isinstance(kind, AbsenceKind):
            return AbsenceFact(line, client_key, kind, from_on, to_on, known_at)
        days = cell.cadence(row[cadence], "cadence_days") if kind is AgreementKind.CADENCE_CHANGE else None
        return AgreementFact(line, client_key, kind, from_on, to_on, known_at, days)

    return understand


def _leave(header: Header) -> Understand:
    clinician_at, known = _place(header, "clinician_external_id"), _place(header, "known_at")
    days_of = _days(header)

    def understand(line: int, row: list[str]) -> LeaveFact:
        clinician_key = cell.required_text(row[clinician_at], "clinician_external_id")
        from_on, to_on = days_of(row)
        return LeaveFact(line, clinician_key, from_on, to_on, utc_known_at(row[known], "known_at"))

    return understand


def _scores(header: Header) -> Understand:
    client_at, measure, value, better, at, known = (
        _place(header, name)
        for name in ("client_external_id", "measure", "value", "higher_is_better", "at", "known_at")
    )
    item = _place(header, "item_nine")

    def understand(line: int, row: list[str]) -> ScoreFact:
        fact = ScoreFact(
            line,
            cell.required_text(row[client_at], "client_external_id"),
            cell.measure(row[measure], "measure"),
            cell.number(row[value], "value"),
            cell.yes_or_no(row[better], "higher_is_better"),
            utc_given_at(row[at], "at"),
            utc_known_at(row[known], "known_at"),
            cell.item(row[item], "item_nine"),
        )
        for wrong in measures.problems(
            fact.measure, fact.value, higher_is_better=fact.higher_is_better, item_nine=fact.item_nine
        ):
            raise CellProblem("out_of_range", wrong.detail, wrong.pointer.removeprefix("/"))
        return fact

    return understand


_READERS: dict[ImportKind, Callable[[Header], Understand]] = {
    ImportKind.APPOINTMENTS: _appointments,
    ImportKind.CLIENTS: _clients,
    ImportKind.CONTACTS: _contacts,
    ImportKind.AGREEMENTS: _agreements,
    ImportKind.LEAVE: _leave,
    ImportKind.SCORES: _scores,
}
