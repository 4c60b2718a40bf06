"""What keeps messages to a client back: safety, and holds."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import FlagKind


class Flag(KeyedRow, table=True):
    """Stands until somebody clears it; `review_on` asks for a look and ends nothing.

    With `consent_id` it is about one address, else about every one. It names an address also once that is off the record, so
    that what stood about it does not go with it; hence no key holds the two together. Nobody in particular raised it where `raised_by` is
    empty: a hold reads the same whoever asked for it.
    """

    __tablename__ = "flags"
    __table_args__ = (
        belongs_to("clients", "client_id", on_delete="CASCADE"),
        belongs_to("members", "raised_by"),
        belongs_to("members", "cleared_by"),
        sa.Index(None, "practice_id", "client_id", "cleared_at"),
    )

    client_id: UUID = Field(sa_type=Identifier)
    consent_id: UUID | None = Field(default=None, sa_type=Identifier)
    kind: FlagKind = Field(sa_type=code_type(FlagKind))
    note_sealed: bytes | None = None
    raised_by: UUID | None = Field(default=None, sa_type=Identifier)
    raised_at: datetime = Field(sa_type=Instant)
    review_on: date | None = None
    cleared_at: datetime | None = Field(default=None, sa_type=Instant)
    cleared_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1


class FlagReview(KeyedRow, table=True):
    """Somebody looked at a flag again, and left it standing or cleared it. Only ever added."""

    __tablename__ = "flag_reviews"
    __table_args__ = (
        belongs_to("flags", "flag_id", on_delete="CASCADE"),
        belongs_to("clients", "client_id", on_delete="CASCADE"),
        belongs_to("members", "reviewed_by"),
        sa.Index(None, "practice_id", "flag_id", "at"),
        sa.Index(None, "practice_id", "client_id"),
    )

    flag_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    note_sealed: bytes | None = None
    at: datetime = Field(sa_type=Instant)
    reviewed_by: UUID | None = Field(default=None, sa_type=Identifier)
    cleared: bool = False
