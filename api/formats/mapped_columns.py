"""The parts of a plan for a mapped file: for each thing a mapping names, a function from a row to its meaning.

What files repeat (dates, words, zones, durations) is understood once and remembered while the file is read.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar
from zoneinfo import ZoneInfo

from api.formats import cells as cell
from api.formats import instants
from api.formats.csv_reader import Header
from api.formats.errors import CellProblem
from schemas.vocabulary import AppointmentStatus, Initiator
from schemas.wire.imports import (
    DAY_NUMBER,
    ISO,
    FlagColumn,
    InitiatorColumn,
    InstantColumn,
    StatusColumn,
    folded,
)
from schemas.wire.imports import Mapping as ImportMapping

Row = list[str]
T = TypeVar("T")
D = TypeVar("D")
KEY_JOINT = "|"


def required_key(header: Header, columns: tuple[str, ...]) -> Callable[[Row], str]:
    """Several columns make one key, told apart by `|`; a `|` or a backslash within a cell gets a backslash before it."""
    places = _places(header, columns)
    if len(places) == 1:
        [(only_at, only)] = places
        return lambda row: cell.required_text(row[only_at], only)
    pick = itemgetter(*(at for at, _ in places))
    joints = len(places) - 1

    def read(row: Row) -> str:
        parts = pick(row)
        key = KEY_JOINT.join(parts)
        # Nothing in it that could need care: no space to take off, no mark to escape, no part missing.
        plain = key.isprintable() and " " not in key and "\\" not in key and key.count(KEY_JOINT) == joints
        if plain and len(key) <= cell.TEXT_LIMIT and all(parts):
            return key
        return _joined(parts, columns)

    return read


def _joined(parts: tuple[str, ...], columns: tuple[str, ...]) -> str:
    texts = [cell.required_text(part, column) for part, column in zip(parts, columns, strict=True)]
    key = KEY_JOINT.join(text.replace("\\", "\\\\").replace(KEY_JOINT, "\\" + KEY_JOINT) for text in texts)
    if len(key) > cell.TEXT_LIMIT:
        raise CellProblem("key_too_long", "The columns together make too long a key.", columns[0])
    return key


def optional_key(header: Header, columns: tuple[str, ...] | None) -> Callable[[Row], str | None]:
    """No key where all its cells are empty; a key of which a part is missing is a fault."""
    if columns is None:
        return lambda _: None
    places = _places(header, columns)
    if len(places) == 1:
        [(only_at, only)] = places
        return lambda row: cell.text_of(row[only_at], only) or None
    read = required_key(header, columns)
    return lambda row: read(row) if any(row[at].strip() for at, _ in places) else None


def name(header: Header, columns: tuple[str, ...] | None) -> Callable[[Row], str | None]:
    """A name may stand in several columns, in the order given."""
    if columns is None:
        return lambda _: None
    places = _places(header, columns)

    def read(row: Row) -> str | None:
        whole = " ".join(part for at, title in places if (part := cell.text_of(row[at], title)))
        if len(whole) > cell.TEXT_LIMIT:
            raise CellProblem("key_too_long", "The columns together make too long a name.", columns[0])
        return whole or None

    return read


def word(header: Header, column: str, values: Mapping[str, T], code: str, empty: D) -> Callable[[Row], T | D]:
    """The file's own words, without regard to case and spaces."""
    at = header.position(column)
    meanings = {folded(text): meaning for text, meaning in values.items()}

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> T | D:
        said = folded(text)
        if not said:
            return empty
        if said not in meanings:
            raise CellProblem(code, "The mapping does not have this word.", column)
        return meanings[said]

    return lambda row: read(row[at])


def flag(header: Header, spec: FlagColumn | None) -> Callable[[Row], bool]:
    if spec is None:
        return lambda _: False
    meanings = {**dict.fromkeys(spec.yes, True), **dict.fromkeys(spec.no, False)}
    return word(header, spec.column, meanings, "bad_flag", empty=False)


def initiator(header: Header, spec: InitiatorColumn | None) -> Callable[[Row], Initiator | None]:
    if spec is None:
        return lambda _: None
    return word(header, spec.column, spec.values, "unknown_initiator", None)


def status(header: Header, spec: StatusColumn | None) -> Callable[[Row], tuple[AppointmentStatus, bool]]:
    """Status and whether the word itself says excused. A file without statuses tells of bookings only."""
    if spec is None:
        return lambda _: (AppointmentStatus.BOOKED, False)
    excused = {folded(text) for text in spec.excused}
    meanings = {text: (meaning, folded(text) in excused) for text, meaning in spec.values.items()}
    empty = None if spec.empty is None else (spec.empty, False)
    read = word(header, spec.column, meanings, "unknown_status", empty)

    def required(row: Row) -> tuple[AppointmentStatus, bool]:
        found = read(row)
        if found is None:
            cell.missing(spec.column)
        return found

    return required


def minutes(header: Header, mapping: ImportMapping) -> Callable[[Row], int]:
    column, stated = mapping.duration_column, mapping.duration_minutes
    if column is None:
        return lambda _: stated
    at = header.position(column)

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str) -> int:
        return cell.duration(text, column) if text.strip() else stated

    return lambda row: read(row[at])


def start(header: Header, mapping: ImportMapping) -> Callable[[Row, ZoneInfo], datetime]:
    """A time column outweighs the time that the date column may also have, which exports often fill with midnight."""
    spec = mapping.starts_at
    at = header.position(spec.column)
    time_at = header.position(spec.time_column) if spec.time_column else header.width
    wall_of, time_of = _walls(spec, mapping.delimiter), _times(spec.time_column or "", spec.time_format)
    assumed = time.fromisoformat(spec.hour) if spec.hour else None

    @lru_cache(maxsize=cell.REMEMBERED)
    def read(text: str, time_text: str, zone: ZoneInfo) -> datetime:
        wall = wall_of(text, spec.column)
        own_zone: tzinfo | None = None
        time_of_day = time_of(time_text) if time_text.strip() else assumed
        if isinstance(wall, datetime):
            if not time_text.strip():
                return instants.to_instant(wall, zone)
            own_zone = wall.tzinfo
            wall = wall.date()
        if time_of_day is None:
            raise CellProblem("bad_instant", "The row has a date and no time of day.", spec.column)
        return instants.to_instant(datetime.combine(wall, time_of_day, own_zone), zone)

    return lambda row, zone: read(row[at], row[time_at], zone)


def known(header: Header, spec: InstantColumn | None, delimiter: str) -> Callable[[Row, ZoneInfo], datetime | None]:
    """When the record learned something. A date alone means the end of that local day, unless an hour is stated."""
    if spec is None:
        return lambda _, __: None
    at, column = header.position(spec.column), spec.column
    wall_of = _walls(spec, delimiter)
    assumed = time.fromisoformat(spec.hour) if spec.hour else None

    def read(row: Row, zone: ZoneInfo) -> datetime | None:
        text = row[at]
        if not text or text.isspace():
            return None
        wall = wall_of(text, column)
        if isinstance(wall, datetime):
            return instants.to_instant(wall, zone)
        if assumed is not None:
            return instants.to_instant(datetime.combine(wall, assumed), zone)
        return instants.to_instant(datetime.combine(wall, time()) + instants.DAY, zone)

    return read


def _walls(spec: InstantColumn, delimiter: str) -> Callable[[str, str], datetime | date]:
    if spec.format == ISO:
        return instants.parse_iso
    if spec.format == DAY_NUMBER and spec.epoch is not None:
        parse = instants.parse_day_number(spec.epoch)
        # Where a comma parts the cells it cannot also be the decimal mark; elsewhere it often is.
        return parse if delimiter == "," else lambda text, column: parse(text.replace(",", "."), column)
    return instants.parse_pattern(spec.format, keeps_time=bool(spec.has_time_of_day))


def _times(column: str, time_format: str) -> Callable[[str], time]:
    if time_format == ISO:
        return lambda text: instants.parse_time(text, column)

    def read(text: str) -> time:
        try:
            return datetime.strptime(text.strip(), time_format).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError as error:
            raise CellProblem("bad_instant", "The cell does not follow the mapping's pattern.", column) from error

    return read


def _places(header: Header, columns: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(header.position(column), column) for column in columns]
