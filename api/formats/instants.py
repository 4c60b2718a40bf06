"""Reading when something happened: from the many ways in which files write it to an aware instant in UTC.

Daylight-saving shifts are normal input and never refused. A local time that a spring shift skips is read by
the offset from before the shift, so 02:30 on that night is the instant that clocks then called 03:30. A local
time that an autumn shift repeats is its first occurrence. Both follow from `fold=0` and depend on nothing else.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from api.formats.cells import FIRST_YEAR, LAST_YEAR, check_year, missing
from api.formats.errors import CellProblem

DATE_LENGTH = len("2024-05-01")
DAY = timedelta(days=1)


def to_instant(wall: datetime, zone: tzinfo) -> datetime:
    """A wall time with an offset of its own keeps it; any other is local in `zone`."""
    return (wall.replace(tzinfo=zone) if wall.tzinfo is None else wall).astimezone(UTC)


def parse_iso(cell: str, column: str) -> datetime | date:
    """ISO 8601: a date-time, with or without an offset, or a date alone."""
    cell = cell.strip()
    if not cell:
        missing(column)
    try:
        wall = datetime.fromisoformat(cell)
    except ValueError as error:
        raise CellProblem("bad_instant", "The cell is no ISO 8601 date or date-time.", column) from error
    check_year(wall.year, column)
    return wall if len(cell) > DATE_LENGTH else wall.date()


def utc_instant(cell: str, column: str) -> datetime:
    """A date-time; without an offset it is UTC. A date alone says too little and is refused."""
    instant = _plain_utc(cell)
    if instant is None:
        wall = parse_iso(cell, column)
        if not isinstance(wall, datetime):
            raise CellProblem("bad_instant", "The cell has a date and no time of day.", column)
        instant = to_instant(wall, UTC)
    return instant


def utc_known_at(cell: str, column: str) -> datetime:
    """When the record learned something. A date alone is the end of that day: never earlier than it was known."""
    instant = _plain_utc(cell)
    if instant is None:
        wall = parse_iso(cell, column)
        instant = to_instant(wall if isinstance(wall, datetime) else datetime.combine(wall, time()) + DAY, UTC)
    return instant


def utc_first_seen(cell: str, column: str) -> datetime | None:
    """A date alone is the beginning of that day; an empty cell states nothing."""
    if not cell.strip():
        return None
    wall = parse_iso(cell, column)
    return to_instant(wall if isinstance(wall, datetime) else datetime.combine(wall, time()), UTC)


def _plain_utc(cell: str) -> datetime | None:
    """The shape that nearly every native row has (`2024-05-01T09:00:00Z`), without the detours of the others."""
    try:
        instant = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return instant if instant.tzinfo is UTC and FIRST_YEAR <= instant.year <= LAST_YEAR else None
