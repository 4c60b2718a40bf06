"""One way in for every file of facts: a native file or any other file with a mapping.

`read` answers every data row exactly once, in the file's order, with a fact or a problem. It reads no clock and
keeps nothing: what it needs to know about the moment and the place comes with the `ReadContext`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from api.domain.facts import Fact, RowProblem
from api.formats import native
from api.formats.csv_reader import ByteStream, CsvFile, Dialect
from schemas.vocabulary import ImportKind


@dataclass(frozen=True, slots=True)
class ReadContext:
    """Where the practice is, and the instant at which it handed the file over: nothing in it was known later."""

    practice_zone: ZoneInfo
    received_at: datetime

    def __post_init__(self) -> None:
        if self.received_at.utcoffset() != timedelta():
            raise ValueError("received_at must be an aware instant in UTC")


@dataclass(frozen=True, slots=True)
class NativePreset:
    """The product's own files. Without a kind, the header tells which of the five it is."""

    kind: ImportKind | None = None


class Reading(Iterator[Fact | RowProblem]):
    """The answers to a file's rows, and which kind of facts they are."""

    def __init__(self, kind: ImportKind, answers: Iterator[Fact | RowProblem]) -> None:
        self.kind = kind
        self._answers = answers

    def __iter__(self) -> Iterator[Fact | RowProblem]:
        return self._answers

    def __next__(self) -> Fact | RowProblem:
        return next(self._answers)


def read(stream: ByteStream, preset: NativePreset, context: ReadContext) -> Reading:
    """Raises `UnreadableFile`, at once for the header and while iterating for what makes the rest unreadable."""
    file = CsvFile(stream, Dialect())
    kind = preset.kind or native.recognise(file.header)
    return Reading(kind, file.read(native.understanding(kind, file.header)))
