"""A directory of providers as CSV: one row each, columns by their names, several entries in a cell parted by semicolons.

Only the columns that a file has are read, so that a short list never empties a long one. What a row says is understood by the same
shape as what the API takes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from api.domain.facts import RowProblem
from api.formats.csv_reader import ByteStream, CsvFile, Dialect
from api.formats.errors import CellProblem, UnreadableFile
from schemas.wire.referral_providers import ReferralProviderPatch

MOST_ROWS = 5_000
MOST_BYTES = 4 * 1024 * 1024
_YES = frozenset({"yes", "y", "true", "1", "sí", "si"})
_NO = frozenset({"no", "n", "false", "0"})
_NONE = frozenset({"none", "ninguno", "ninguna"})


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says of one provider: fields of the shape, and which of them stand in the file."""

    line: int
    given: ReferralProviderPatch


def _text(cell: str) -> object:
    return cell


def _list(cell: str) -> object:
    """`none` says that there is none, which is more than saying nothing."""
    if cell.casefold() in _NONE:
        return []
    return [part.strip() for part in cell.split(";") if part.strip()]


def _codes(cell: str) -> object:
    return [part.casefold() for part in _list(cell)]  # type: ignore[attr-defined]  # always a list


def _whole(cell: str) -> object:
    if not (cell.isascii() and cell.isdecimal()):
        raise ValueError("Write a whole amount in figures alone, such as 80.")
    return int(cell)


def _flag(cell: str) -> object:
    word = cell.casefold()
    if word not in _YES | _NO:
        raise ValueError("Write yes or no, or leave it empty where nobody knows.")
    return word in _YES


def _currency(cell: str) -> object:
    return cell.upper()


COLUMNS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "name": (_text, "Who it is. Needed in every row."),
    "organisation": (_text, "Where they work."),
    "external_id": (_text, "What your list calls them. With it a row is found again whatever the name is by then."),
    "specialisations": (_list, "What they know well, parted by semicolons."),
    "therapies": (_list, "Types of therapy, parted by semicolons."),
    "qualifications": (_list, "Qualifications and credentials, parted by semicolons."),
    "languages": (_list, "All in which they work, by name or code, parted by semicolons."),
    "formats": (_codes, "`individual`, `couple`, `family`, `group`, parted by semicolons."),
    "insurances": (_list, "Those they take, parted by semicolons; `none` where they take none."),
    "fee_from": (_whole, "The lowest fee for one session, a whole amount."),
    "fee_to": (_whole, "The highest."),
    "currency": (_currency, "Three letters, such as EUR. Needed with a fee."),
    "sliding_scale": (_flag, "`yes` or `no`."),
    "free_talk": (_flag, "A free talk on the phone first: `yes` or `no`."),
    "accepting": (_flag, "New clients are taken: `yes` or `no`."),
    "accepting_checked_on": (_text, "When somebody last asked, such as 2026-03-10. Empty: today."),
    "in_person": (_flag, "`yes` or `no`."),
    "place": (_text, "Where, if in person."),
    "online": (_flag, "`yes` or `no`."),
    "phone": (_text, "A telephone number."),
    "email": (_text, "An e-mail address."),
    "website": (_text, "An address on the web."),
    "address": (_text, "A postal address, in one line."),
    "notes": (_text, "For colleagues. Nothing about a client."),
}


def read(stream: ByteStream) -> Iterator[Row | RowProblem]:
    """One answer for each row. Raises UnreadableFile for a file without a column `name`, and for one that is too long."""
    file = CsvFile(_Bounded(stream), Dialect())
    file.header.position("name")
    places = {name: file.header.position(name) for name in COLUMNS if file.header.has(name)}
    for count, one in enumerate(file.read(lambda line, cells: _understood(line, cells, places)), start=1):
        if count > MOST_ROWS:
            raise UnreadableFile("too_many_rows", f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
        yield one


def _understood(line: int, cells: list[str], places: Mapping[str, int]) -> Row:
    """Raises CellProblem, which names the first column that cannot be understood."""
    values: dict[str, Any] = {}
    for name, place in places.items():
        cell = cells[place].strip()
        try:
            values[name] = COLUMNS[name][0](cell) if cell else None
        except ValueError as problem:
            raise CellProblem("not_understood", str(problem), name) from None
    if values["name"] is None:
        raise CellProblem("missing_value", "Every row needs a name.", "name")
    try:
        return Row(line, ReferralProviderPatch.model_validate(values))
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        column = str(fault["loc"][0]) if fault["loc"] else None
        raise CellProblem("not_accepted", fault["msg"].removeprefix("Value error, ") + ".", column) from None


class _Bounded:
    """Ends the reading of a file that is longer than any directory."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._left = MOST_BYTES

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise UnreadableFile(
                "too_long", f"The file is longer than {MOST_BYTES // 1024 // 1024} MB. Send it in parts."
            )
        return block
