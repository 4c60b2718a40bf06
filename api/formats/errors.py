"""How a reader says that it cannot go on: with a whole file, or with one cell.

Neither ever repeats what the file says in a row, because that may name a person. Column names come from
the header or from the mapping, never from a row.
"""

from api.domain.errors import FieldProblem, Invalid


class UnreadableFile(Invalid):
    """The file as a whole cannot be read; what was answered for earlier rows still stands."""

    def __init__(self, code: str, detail: str, *, line: int | None = None, column: str | None = None) -> None:
        self.detail = detail if line is None else f"Line {line}: {detail}"
        self.line = line
        self.column = column
        super().__init__(FieldProblem("/file", self.detail), code=code, message=self.detail)


class CellProblem(Exception):
    """One cell cannot be understood. Never leaves `api.formats`: it becomes the row's `RowProblem`."""

    def __init__(self, code: str, detail: str, column: str | None = None) -> None:
        self.code = code
        self.detail = detail
        self.column = column
        super().__init__(code)
