"""One way in for every file of facts: a native file, or any other appointment file with a mapping.

`read` answers every data row exactly once, in the file's order, with a fact or a problem. It reads no clock and
keeps nothing: what it needs to know about the moment and the place comes with the `ReadContext`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.domain.facts import Fact, RowProblem
from api.formats import mapping as mapped
from api.formats import native
from api.formats.context import ReadContext
from api.formats.csv_reader import ByteStream, CsvFile, Dialect
from schemas.vocabulary import ImportKind
from schemas.wire.imports import Mapping


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


def read(stream: ByteStream, preset: Mapping | NativePreset, context: ReadContext) -> Reading:
    """Raises `UnreadableFile`, at once for the header and while iterating for what makes the rest unreadable.

    The native files state zone and moment of everything they tell, so only mapped files need the context.
    """
    if isinstance(preset, Mapping):
        file = CsvFile(stream, Dialect(preset.delimiter, preset.encoding.removesuffix("-sig")))
        return Reading(preset.kind, file.read(mapped.understanding(preset, file.header, context)))
    file = CsvFile(stream, Dialect())
    kind = preset.kind or native.recognise(file.header)
    return Reading(kind, file.read(native.understanding(kind, file.header)))
