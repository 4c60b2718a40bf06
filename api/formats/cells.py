"""What a single cell may say: keys, names, numbers, dates, yes or no. Every refusal names its column and no content."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NoReturn
from zoneinfo import ZoneInfo

from api.domain import clock
from api.formats.errors import CellProblem
from schemas.vocabulary import MEASURE_NAME

TEXT_LIMIT = 200
# Instants and dates outside these years are misread numbers or typing errors, not sessions.
FIRST_YEAR, LAST_YEAR = 1990, 2100
MINUTES_LIMIT = 24 * 60
CADENCE_LIMIT = 366
# Distinct texts whose meaning is remembered while one file is read.
REMEMBERED = 65_536

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,15})?")
_MEASURE = re.compile(MEASURE_NAME.removesuffix("$") + r"\Z")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Line and paragraph separators, controls and lone surrogates end or hide text; joiners within a name do not.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_REFUSED_CHARACTERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_YES_NO = {"1": True, "true": True, "yes": True, "y": True, "0": False, "false": False, "no": False, "n": False}


def text_of(cell: str, column: str) -> str:
    """A key or a name: outer spaces off, at most 200 characters, no control characters; empty stays empty."""
    cell = cell.strip()
    if len(cell) <= TEXT_LIMIT and cell.isprintable():
        return cell
    if len(cell) > TEXT_LIMIT:
        raise CellProblem("key_too_long", f"More than {TEXT_LIMIT} characters.", column)
    if any(unicodedata.category(sign) in _REFUSED_CATEGORIES or sign in _REFUSED_CHARACTERS for sign in cell):
        raise CellProblem("control_characters", "The cell holds control characters.", column)
    return cell


def required_text(cell: str, column: str) -> str:
    return text_of(cell, column) or missing(column)


def missing(column: str) -> NoReturn:
    raise CellProblem("missing_value", "The cell is empty.", column)


def number(cell: str, column: str) -> float:
    """A plain decimal number in ASCII digits: no exponent, no thousands mark, no infinity."""
    cell = cell.strip()
    if not cell:
        missing(column)
    if not _NUMBER.fullmatch(cell):
        raise CellProblem("bad_number", "The cell is no plain number.", column)
    return float(cell)


def item(cell: str, column: str) -> int | None:
    """The answer to one item; an empty cell tells of none."""
    cell = cell.strip()
    if not cell:
        return None
    if len(cell) != 1 or cell not in "0123456789":
        raise CellProblem("bad_number", "An answer is one digit.", column)
    return int(cell)


def duration(cell: str, column: str) -> int:
    """Whole minutes from 1 to a day."""
    minutes = number(cell, column)
    if not minutes.is_integer() or not 1 <= minutes <= MINUTES_LIMIT:
        raise CellProblem("bad_number", f"A duration is 1 to {MINUTES_LIMIT} whole minutes.", column)
    return int(minutes)


def cadence(cell: str, column: str) -> float | None:
    """Days between sessions, more than none and at most a year; an empty cell states none."""
    if not cell.strip():
        return None
    days = number(cell, column)
    if not 0 < days <= CADENCE_LIMIT:
        raise CellProblem("bad_number", f"A cadence is more than 0 and at most {CADENCE_LIMIT} days.", column)
    return days


def yes_no(cell: str, column: str) -> bool:
    """1 or 0, true or false, yes or no; an empty cell is no."""
    if not cell or cell.isspace():
        return False
    answer = _YES_NO.get(cell.strip().casefold())
    if answer is None:
        raise CellProblem("bad_flag", "The cell is neither yes nor no.", column)
    return answer


def yes_or_no(cell: str, column: str) -> bool:
    """As `yes_no`, where an empty cell would leave open what has to be said."""
    return yes_no(cell, column) if cell.strip() else missing(column)


def measure(cell: str, column: str) -> str:
    """The short name of a measure, such as PHQ-9: letters, digits and a few signs, at most 40."""
    name = cell.strip() or missing(column)
    if not _MEASURE.match(name):
        raise CellProblem("bad_measure", "The cell is no short name of a measure, such as PHQ-9.", column)
    return name


def iso_date(cell: str, column: str) -> date:
    cell = cell.strip()
    if not cell:
        missing(column)
    try:
        day = date.fromisoformat(cell) if _ISO_DATE.fullmatch(cell) else None
    except ValueError:
        day = None
    if day is None:
        raise CellProblem("bad_date", "A date is written YYYY-MM-DD.", column)
    check_year(day.year, column)
    return day


def check_year(year: int, column: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellProblem("too_far", f"The year is not between {FIRST_YEAR} and {LAST_YEAR}.", column)


def zone_reader(column: str) -> Callable[[str], ZoneInfo]:
    """IANA names only. The caller decides what an empty cell means."""

    @lru_cache(maxsize=REMEMBERED)
    def read(cell: str) -> ZoneInfo:
        try:
            return clock.zone(cell.strip())
        except clock.UnknownTimeZone as error:
            raise CellProblem("unknown_time_zone", "The cell is no IANA time zone.", column) from error

    return read
