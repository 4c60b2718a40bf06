"""A practice's facts on disk, in parts of a size that fits into memory, each client whole within one of them.

A practice may be larger than memory, and the rows of one client stand anywhere in its files. So each fact is put down
as a line of text in the part of its client, and one part at a time is gathered. Keys hold no control characters
(`cells.text_of` refuses them), so a tab ends a cell and nothing needs quoting.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from zlib import crc32

from api.domain.facts import AbsenceFact, AgreementFact, AppointmentFact, ClientFact, ContactFact, ScoreFact
from api.domain.history import History, StatusEvent
from api.formats.native_folder import histories_of
from api.formats.native_record import Leave, OfClient, Record, take
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    EpisodeFormat,
    Initiator,
)

# About 30 MB in memory once gathered. More parts than the second are not opened at once: each is a file.
PART_BYTES = 8_000_000
MOST_PARTS = 96

_STATUSES = {one.value: one for one in AppointmentStatus}
_INITIATORS = {one.value: one for one in Initiator} | {"": None}
_FORMATS = {one.value: one for one in EpisodeFormat}


def parts_for(size: int) -> int:
    """How many parts a practice of so many bytes is put down in. Depends on nothing else, so that a run can be repeated."""
    return min(MOST_PARTS, 1 + size // PART_BYTES)


def put_down(facts: Iterable[OfClient], directory: Path, parts: int) -> int:
    """Each fact into the part of its client; how many there were."""
    count = 0
    with ExitStack() as opened:
        files = [
            opened.enter_context(part_path(directory, number).open("w", encoding="utf-8", newline="\n"))
            for number in range(parts)
        ]
        for fact in facts:
            told = _told(fact)
            count += 1
            files[crc32(told[1].encode()) % parts].write("\t".join(told) + "\n")
    return count


def part_path(directory: Path, number: int) -> Path:
    return directory / f"facts.{number}"


def gathered(directory: Path, number: int, leave: Leave, default_zone: str) -> Iterator[tuple[str, int, History]]:
    """The clients of one part by key, each with the number of facts told of them."""
    records: dict[str, Record] = {}
    counts: dict[str, int] = {}
    with part_path(directory, number).open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            fact = _understood(line[:-1].split("\t"))
            counts[fact.client_key] = counts.get(fact.client_key, 0) + 1
            take(fact, records)
    for client_key, history in histories_of(records, leave, default_zone):
        yield client_key, counts[client_key], history


def _told(fact: OfClient) -> list[str]:
    match fact:
        case AppointmentFact():
            events = [cell for event in fact.events for cell in _event_cells(event)]
            told = [_text(fact.clinician_key), fact.format, str(fact.duration_minutes)]
            told += [_text(fact.rescheduled_from_key), _text(fact.time_zone), "1" if fact.standing else ""]
            return ["t", fact.client_key, fact.appointment_key, *told, *events]
        case ContactFact():
            at, automated = fact.at.isoformat(), "1" if fact.automated else ""
            return ["m", fact.client_key, at, fact.direction, fact.channel, automated]
        case AbsenceFact():
            days = [fact.from_on.isoformat(), _day(fact.to_on)]
            return ["a", fact.client_key, fact.kind, *days, fact.known_at.isoformat()]
        case AgreementFact():
            days = [fact.from_on.isoformat(), _day(fact.to_on)]
            cadence = "" if fact.cadence_days is None else repr(fact.cadence_days)
            return ["g", fact.client_key, fact.kind, *days, fact.known_at.isoformat(), cadence]
        case ScoreFact():
            told = [fact.measure, repr(fact.value), "1" if fact.higher_is_better else ""]
            item = "" if fact.item_nine is None else str(fact.item_nine)
            return ["s", fact.client_key, *told, fact.at.isoformat(), fact.known_at.isoformat(), item]
        case ClientFact():
            cadence = "" if fact.agreed_cadence_days is None else repr(fact.agreed_cadence_days)
            seen = "" if fact.first_seen_at is None else fact.first_seen_at.isoformat()
            told = [_text(fact.clinician_key), _text(fact.time_zone), fact.format, cadence, seen]
            return ["c", fact.client_key, *told]


def _event_cells(event: StatusEvent) -> tuple[str, str, str, str, str]:
    starts_at, known_at = event.starts_at.isoformat(), event.known_at.isoformat()
    return event.status, starts_at, known_at, event.initiator or "", "1" if event.excused else ""


def _understood(cells: list[str]) -> OfClient:
    return _READERS[cells[0]](cells)


def _appointment(cells: list[str]) -> AppointmentFact:
    _, client_key, key, clinician, shape, minutes, moved, zone, standing, *events = cells
    told = tuple([_event(*events[at : at + 5]) for at in range(0, len(events), 5)])
    return AppointmentFact(
        0,
        client_key,
        key,
        told,
        clinician or None,
        None,
        _FORMATS[shape],
        None,
        int(minutes),
        moved or None,
        zone or None,
        bool(standing),
    )


def _event(status: str, starts_at: str, known_at: str, initiator: str, excused: str) -> StatusEvent:
    return StatusEvent(
        _STATUSES[status],
        datetime.fromisoformat(starts_at),
        datetime.fromisoformat(known_at),
        _INITIATORS[initiator],
        bool(excused),
    )


def _contact(cells: list[str]) -> ContactFact:
    _, client_key, at, direction, channel, automated = cells
    return ContactFact(
        0,
        client_key,
        datetime.fromisoformat(at),
        ContactDirection(direction),
        Channel(channel),
        bool(automated),
    )


def _absence(cells: list[str]) -> AbsenceFact:
    _, client_key, kind, from_on, to_on, known_at = cells
    return AbsenceFact(
        0,
        client_key,
        AbsenceKind(kind),
        date.fromisoformat(from_on),
        _date(to_on),
        datetime.fromisoformat(known_at),
    )


def _agreement(cells: list[str]) -> AgreementFact:
    _, client_key, kind, from_on, to_on, known_at, cadence = cells
    return AgreementFact(
        0,
        client_key,
        AgreementKind(kind),
        date.fromisoformat(from_on),
        _date(to_on),
        datetime.fromisoformat(known_at),
        float(cadence) if cadence else None,
    )


def _score(cells: list[str]) -> ScoreFact:
    _, client_key, measure, value, higher_is_better, at, known_at, item = cells
    return ScoreFact(
        0,
        client_key,
        measure,
        float(value),
        bool(higher_is_better),
        datetime.fromisoformat(at),
        datetime.fromisoformat(known_at),
        int(item) if item else None,
    )


def _client(cells: list[str]) -> ClientFact:
    _, client_key, clinician, zone, shape, cadence, seen = cells
    return ClientFact(
        0,
        client_key,
        clinician or None,
        None,
        zone or None,
        _FORMATS[shape],
        float(cadence) if cadence else None,
        datetime.fromisoformat(seen) if seen else None,
    )


_READERS: dict[str, Callable[[list[str]], OfClient]] = {
    "t": _appointment,
    "m": _contact,
    "a": _absence,
    "g": _agreement,
    "s": _score,
    "c": _client,
}


def _text(value: str | None) -> str:
    return value or ""


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
