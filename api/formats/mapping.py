"""Another system's appointment file, read by the mapping that its owner gave: one row, one appointment.

The mapping is turned into one plan of small functions before the first row, so that a row costs a few look-ups
and no validation of shapes. What a row means where the file is silent (no time of day, no moment of recording,
no key) is the mapping's choice and never a guess made here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.domain.facts import AppointmentFact
from api.domain.history import StatusEvent
from api.formats import cells as cell
from api.formats import mapped_columns as column
from api.formats.context import ReadContext
from api.formats.csv_reader import Header
from api.formats.errors import CellProblem
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Initiator
from schemas.wire.imports import FormatColumn, Mapping, WhenKnown

Row = list[str]
BOOKED = AppointmentStatus.BOOKED


class Told(NamedTuple):
    """What one row says of its appointment's course, in instants."""

    status: AppointmentStatus
    excused: bool
    initiator: Initiator | None
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime | None
    known_at: datetime | None


def understanding(mapping: Mapping, header: Header, context: ReadContext) -> Callable[[int, Row], AppointmentFact]:
    """Raises `UnreadableFile` if a mapped column is missing or doubled."""
    client_of = column.required_key(header, mapping.client)
    name_of = column.name(header, mapping.client_name)
    clinician_of = column.optional_key(header, mapping.clinician)
    from_of = column.optional_key(header, mapping.rescheduled_from)
    key_of = column.required_key(header, mapping.appointment) if mapping.appointment else None
    zone_of = _zones(mapping, header, context)
    starts_of = column.start(header, mapping)
    minutes_of = column.minutes(header, mapping)
    standing_of = column.flag(header, mapping.standing)
    group_of = column.optional_key(header, (mapping.group,) if mapping.group else None)
    format_of = _formats(mapping, header)
    events_of = _events(mapping, header, context)

    def understand(line: int, row: Row) -> AppointmentFact:
        client_key = client_of(row)
        zone, zone_name = zone_of(row)
        starts_at = starts_of(row, zone)
        minutes = minutes_of(row)
        group_key = group_of(row)
        return AppointmentFact(
            line,
            client_key,
            key_of(row) if key_of else derived_key(client_key, starts_at, mapping.client[0]),
            events_of(row, zone, starts_at, minutes),
            clinician_of(row),
            name_of(row),
            format_of(row, group_key),
            group_key,
            minutes,
            from_of(row),
            zone_name,
            standing_of(row),
        )

    return understand


def derived_key(client_key: str, starts_at: datetime, column_name: str) -> str:
    """A key that depends on client and start alone, so that the same file gives the same keys every time."""
    key = f"{client_key}@{starts_at.isoformat()[:16]}Z"
    if len(key) > cell.TEXT_LIMIT:
        raise CellProblem("key_too_long", "Client and start together make too long a key.", column_name)
    return key


def events(told: Told, mapping: Mapping, received_at: datetime) -> tuple[StatusEvent, ...]:
    """One or two status events, the booking first.

    A file received at an instant tells nothing that was learned later, whatever its clock says; and a booking was
    not learned after what became of it.
    """
    status, known_at = told.status, told.known_at
    early = known_at is None or known_at <= told.starts_at
    if mapping.attended_by_default and early and status is AppointmentStatus.ATTENDED:
        status = BOOKED
    if known_at is None and mapping.when_known is WhenKnown.SESSION_END and status is not BOOKED:
        known_at = told.ends_at
    known_at = received_at if known_at is None else min(known_at, received_at)
    if told.booked_at is None:
        return (StatusEvent(status, told.starts_at, known_at, told.initiator, told.excused),)
    booked_at = min(told.booked_at, known_at)
    if status is BOOKED:
        return (StatusEvent(BOOKED, told.starts_at, booked_at, told.initiator, told.excused),)
    return (
        StatusEvent(BOOKED, told.starts_at, booked_at),
        StatusEvent(status, told.starts_at, known_at, told.initiator, told.excused),
    )


def _events(
    mapping: Mapping, header: Header, context: ReadContext
) -> Callable[[Row, ZoneInfo, datetime, int], tuple[StatusEvent, ...]]:
    status_of = column.status(header, mapping.status)
    excused_of = column.flag(header, mapping.excused)
    initiator_of = column.initiator(header, mapping.initiator)
    booked_of = column.known(header, mapping.booked_at, mapping.delimiter)
    known_of = column.known(header, mapping.status_known_at, mapping.delimiter)
    received_at = context.received_at

    def read(row: Row, zone: ZoneInfo, starts_at: datetime, minutes: int) -> tuple[StatusEvent, ...]:
        status, excused = status_of(row)
        told = Told(
            status,
            excused_of(row) or excused,
            initiator_of(row),
            starts_at,
            starts_at + timedelta(minutes=minutes),
            booked_of(row, zone),
            known_of(row, zone),
        )
        return events(told, mapping, received_at)

    return read


def _zones(mapping: Mapping, header: Header, context: ReadContext) -> Callable[[Row], tuple[ZoneInfo, str | None]]:
    """Whose clock the row was written by, and what that says of the client's zone.

    A zone that the file or the mapping states is the client's; the practice's is only assumed and says nothing.
    """
    default = (ZoneInfo(mapping.time_zone) if mapping.time_zone else context.practice_zone, mapping.time_zone)
    if mapping.time_zone_column is None:
        return lambda _: default
    at = header.position(mapping.time_zone_column)
    zone_of = cell.zone_reader(mapping.time_zone_column)

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> tuple[ZoneInfo, str | None]:
        if not text.strip():
            return default
        zone = zone_of(text)
        return zone, zone.key

    return lambda row: read(row[at])


def _formats(mapping: Mapping, header: Header) -> Callable[[Row, str | None], EpisodeFormat]:
    """Without a word about the format, a row that names a group belongs to one."""
    stated = mapping.format
    if isinstance(stated, EpisodeFormat):
        return lambda _, __: stated
    if isinstance(stated, FormatColumn):
        read = column.word(header, stated.column, stated.values, "unknown_format", EpisodeFormat.INDIVIDUAL)
        return lambda row, _: read(row)
    return lambda _, group_key: EpisodeFormat.GROUP if group_key else EpisodeFormat.INDIVIDUAL
