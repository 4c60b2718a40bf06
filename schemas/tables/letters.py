"""Closing letters: which message was written with which note, and who has approved it with their signature."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class Letter(KeyedRow, table=True):
    """The words, the address and what becomes of it are the message's, `check_in_id`.

    `waits_since` and `waits_by`: a supervised author approved it by signing the note, and it waits for the cosignature; it goes with it
    or is a draft again with the note. The message keeps the address and the terms it was approved for. `released_by` is who cosigned.
    """

    __tablename__ = "letters"
    __table_args__ = (
        belongs_to("termination_notes", "note_id"),
        belongs_to("check_ins", "check_in_id"),
        belongs_to("members", "waits_by"),
        belongs_to("members", "released_by"),
        sa.UniqueConstraint("practice_id", "check_in_id"),
        sa.CheckConstraint("(waits_since IS NULL) = (waits_by IS NULL)", name="waits_for_somebody"),
        sa.Index(None, "practice_id", "note_id"),
    )

    note_id: UUID = Field(sa_type=Identifier)
    check_in_id: UUID = Field(sa_type=Identifier)
    waits_since: datetime | None = Field(default=None, sa_type=Instant)
    waits_by: UUID | None = Field(default=None, sa_type=Identifier)
    released_by: UUID | None = Field(default=None, sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
