"""What an import says of itself: how far it is, and what became of every row."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import ImportKind, ImportState
from schemas.wire.common import WireOut


class ImportOut(WireOut):
    """`counts` adds up to `rows_read`: every row of the file is accounted for."""

    id: UUID
    kind: ImportKind
    state: ImportState
    source: str
    dry_run: bool
    file_name: str | None
    file_bytes: int
    rows_read: int
    counts: dict[str, int] = Field(examples=[{"created": 120, "updated": 4, "unchanged": 9800, "rejected": 2}])
    problem_count: int
    failure_code: str | None = Field(description="Why the file as a whole could not be taken.")
    failure_detail: str | None
    may_undo: bool = Field(description="Whether it can be taken back now.")
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None


class ImportProblemOut(WireOut):
    """A row that could not be taken. What it said is not repeated: it may name a person."""

    line: int
    code: str
    column: str | None
    detail: str
