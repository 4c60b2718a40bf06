r"""Delimited text as a stream of rows, in bounded memory, with no row left unanswered.

Memory is bounded by one block and one row, whatever the file is: a line or a row beyond the limit ends the
reading. Lines are split here, and not by the csv module, so that every fault has a physical line number and
so that `\r\n`, `\n` and `\r` all end a line. Blank lines are no rows; they count as lines only.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from api.domain.facts import RowProblem
from api.formats.errors import CellProblem, UnreadableFile

BLOCK_BYTES = 65_536
# Also the most that a stray quotation mark can swallow; below the csv module's own limit for a field, 131,072.
ROW_LIMIT = 65_536
COLUMN_LIMIT = 1_000
TOO_LONG = "A row is too long; a quotation mark may be missing, or the delimiter is another one."

T = TypeVar("T")
UTF8_MARK = b"\xef\xbb\xbf"
# What a file begins with that is no delimited text, and what to do about it.
FOREIGN_BEGINNINGS = (
    (b"\xff\xfe", "The file is UTF-16; save it as CSV in UTF-8."),
    (b"\xfe\xff", "The file is UTF-16; save it as CSV in UTF-8."),
    (b"PK\x03\x04", "The file is a workbook or an archive; save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "The file is a workbook; save the sheet as CSV."),
    (b"%PDF", "The file is a PDF; export CSV instead."),
)


class ByteStream(Protocol):
    """What is asked of an open binary file or an upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written. Quotation marks are `"`, doubled inside a quoted cell."""

    delimiter: str = ","
    encoding: str = "utf-8"


class Header:
    """The columns of a file by name. Case and outer spaces do not matter.

    A column that nobody asks for is ignored, and so is a repeated or nameless one, until somebody asks for it.
    """

    def __init__(self, cells: list[str], line: int) -> None:
        self.line = line
        self.width = len(cells)
        self._names = [cell.strip().casefold() for cell in cells]

    def has(self, name: str) -> bool:
        return name.strip().casefold() in self._names

    def position(self, name: str) -> int:
        """Raises `missing_column` or, because one of two would be read at random, `duplicate_column`."""
        wanted = name.strip().casefold()
        count = self._names.count(wanted)
        if count == 0:
            raise UnreadableFile("missing_column", f"The file has no column {name}.", line=self.line, column=name)
        if count > 1:
            raise UnreadableFile(
                "duplicate_column", f"The file has several columns {name}.", line=self.line, column=name
            )
        return self._names.index(wanted)


class _Lines:
    """Physical lines of a byte stream, decoded. `row_length` is reset by the reader whenever a row is complete."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self.count = 0
        self.row_length = 0
        self.exhausted = False
        self._stream = stream
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        encoding = self._encoding
        for lines in self._blocks():
            for raw in lines:
                self.count += 1
                if self.count == 1:
                    text = self._decode(_without_mark(raw))
                else:
                    # The common case in place: this runs once for every line of every file.
                    try:
                        text = raw.decode(encoding)
                    except UnicodeDecodeError:
                        text = self._decode(raw)
                self.row_length += len(text)
                if self.row_length > ROW_LIMIT:
                    raise UnreadableFile("row_too_long", TOO_LONG, line=self.count)
                if "\0" in text:
                    raise UnreadableFile("nul_byte", "The file holds NUL bytes: it is no plain text.", line=self.count)
                yield text
        self.exhausted = True

    def _blocks(self) -> Iterator[list[bytes]]:
        carry = b""
        while block := self._stream.read(BLOCK_BYTES):
            lines = (carry + block).splitlines(keepends=True)
            # A line that ends in \r at the edge of a block may go on with \n, so it waits for the next block too.
            carry = b"" if lines[-1].endswith(b"\n") else lines.pop()
            yield lines
            if len(carry) > 4 * ROW_LIMIT:
                raise UnreadableFile("row_too_long", TOO_LONG, line=self.count + 1)
        if carry:
            yield [carry]

    def _decode(self, raw: bytes) -> str:
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                "undecodable", f"The line is not {self._encoding}; state the file's encoding.", line=self.count
            ) from error


def _without_mark(first_line: bytes) -> bytes:
    for beginning, advice in FOREIGN_BEGINNINGS:
        if first_line.startswith(beginning):
            raise UnreadableFile("not_text", advice, line=1)
    return first_line.removeprefix(UTF8_MARK)


class CsvFile:
    """An open file whose header has been read. Raises `UnreadableFile` at once if there is no header."""

    def __init__(self, stream: ByteStream, dialect: Dialect) -> None:
        self._lines = _Lines(stream, dialect.encoding)
        self._rows = csv.reader(iter(self._lines), delimiter=dialect.delimiter, strict=True)
        self.header = self._read_header()

    def _read_header(self) -> Header:
        cells: list[str] = []
        line = 1
        while not cells:
            line = self._lines.count + 1
            try:
                cells = next(self._rows)
            except StopIteration as end:
                raise UnreadableFile("empty_file", "The file is empty.") from end
            except csv.Error as error:
                raise (
                    self._unclosed(line)
                    if self._lines.exhausted
                    else UnreadableFile("malformed_header", "The header's quotation marks do not match.", line=line)
                ) from error
        if len(cells) > COLUMN_LIMIT:
            raise UnreadableFile("too_many_columns", f"More than {COLUMN_LIMIT} columns.", line=line)
        return Header(cells, line)

    def read(self, understand: Callable[[int, list[str]], T]) -> Iterator[T | RowProblem]:
        """One answer for each data row, in the file's order: what `understand(line, cells)` made of it, or why not.

        `cells` gets one empty cell more than the header has: the place where absent columns are read.
        """
        lines, width = self._lines, self.header.width
        while True:
            lines.row_length = 0
            line = lines.count + 1
            try:
                for cells in self._rows:
                    if len(cells) == width:
                        cells.append("")
                        yield understand(line, cells)
                    elif cells:
                        yield RowProblem(line, "cell_count", None, _miscounted(line, lines.count))
                    lines.row_length = 0
                    line = lines.count + 1
            except CellProblem as problem:
                yield RowProblem(line, problem.code, problem.column, problem.detail)
            except csv.Error as error:
                if lines.exhausted:
                    raise self._unclosed(line) from error
                yield RowProblem(line, "malformed_quotes", None, "The quotation marks of the row do not match.")
            else:
                return

    def _unclosed(self, line: int) -> UnreadableFile:
        return UnreadableFile("unclosed_quote", "A quotation mark is opened and never closed.", line=line)


def _miscounted(first: int, last: int) -> str:
    if last == first:
        return "The row has not as many cells as the header."
    return f"The row has not as many cells as the header; it runs to line {last}: a quotation mark may be missing."
