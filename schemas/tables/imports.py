"""Imports of other systems' files: the file itself, sealed in pieces, how far it was read, and what was wrong with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import ImportKind, ImportState


class Import(KeyedRow, table=True):
    """One file. `rows_read` moves in the same commit as the rows it counts, so a killed import goes on where it was.

    `counts` maps each row outcome to its number; they always add up to `rows_read`.
    """

    __tablename__ = "imports"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.Index(None, "practice_id", "created_at"),
    )

    kind: ImportKind = Field(sa_type=code_type(ImportKind))
    state: ImportState = Field(sa_type=code_type(ImportState))
    source: str = Field(max_length=40)
    dry_run: bool = False
    mapping: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    file_name_sealed: bytes | None = None
    file_digest: bytes
    file_bytes: int = Field(sa_type=sa.BigInteger)
    rows_read: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    problem_count: int = 0
    failure_code: str | None = Field(default=None, max_length=60)
    failure_detail: str | None = Field(default=None, max_length=300)
    created_by: UUID | None = Field(default=None, sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    undone_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class ImportPiece(PracticeRow, table=True):
    """A piece of the uploaded file, sealed with the practice's key. Pieces go when the import is finished."""

    __tablename__ = "import_pieces"
    __table_args__ = (belongs_to("imports", "import_id", on_delete="CASCADE"),)

    import_id: UUID = Field(primary_key=True, sa_type=Identifier)
    position: int = Field(primary_key=True)
    content_sealed: bytes


class ImportProblem(PracticeRow, table=True):
    """A row that could not be taken, by line and column. Never what the row said."""

    __tablename__ = "import_problems"
    __table_args__ = (belongs_to("imports", "import_id", on_delete="CASCADE"),)

    import_id: UUID = Field(primary_key=True, sa_type=Identifier)
    line: int = Field(primary_key=True)
    code: str = Field(max_length=60)
    column_name: str | None = Field(default=None, max_length=200)
    detail: str = Field(max_length=300)


class ImportFormerValue(PracticeRow, table=True):
    """What a client or episode said before an import changed it, sealed with that client's key, so that undo can put it back."""

    __tablename__ = "import_former_values"
    __table_args__ = (
        belongs_to("imports", "import_id", on_delete="CASCADE"),
        sa.CheckConstraint("noun IN ('client', 'episode')", name="noun"),
    )

    import_id: UUID = Field(primary_key=True, sa_type=Identifier)
    noun: str = Field(primary_key=True, max_length=8)
    target_id: UUID = Field(primary_key=True, sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    former_sealed: bytes


class ImportRepeat(KeyedRow, table=True):
    """What one import told that another had told before: facts of one kind, by identifier and instant, packed together.

    When the other is taken back, they become this one's.
    """

    __tablename__ = "import_repeats"
    __table_args__ = (
        belongs_to("imports", "import_id", on_delete="CASCADE"),
        belongs_to("imports", "of_import_id", on_delete="CASCADE"),
        sa.CheckConstraint("noun IN ('event', 'contact', 'absence', 'agreement', 'score')", name="noun"),
        sa.Index(None, "practice_id", "import_id"),
        sa.Index("ix_import_repeats_practice_id_of_import_id", "practice_id", "of_import_id", "import_id"),
    )

    import_id: UUID = Field(sa_type=Identifier)
    of_import_id: UUID = Field(sa_type=Identifier)
    noun: str = Field(max_length=12)
    told: bytes
