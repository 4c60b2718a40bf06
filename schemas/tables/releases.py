"""What was published: releases, kept as they were served, and the years each of them took. Only ever added to; triggers hold that."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import ActorKind


class Release(KeyedRow, table=True):
    """A table as it was published, with its promise: the JSON document and the CSV sheet, letter by letter, and their digests."""

    __tablename__ = "releases"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.CheckConstraint("last_year BETWEEN first_year AND first_year + 2", name="one_to_three_years"),
        sa.UniqueConstraint("practice_id", "first_year"),
    )

    first_year: int
    last_year: int
    cut_off_on: date
    released_at: datetime = Field(sa_type=Instant)
    released_by_kind: ActorKind = Field(sa_type=code_type(ActorKind))
    released_by: UUID | None = Field(default=None, sa_type=Identifier)
    document: str = Field(sa_type=sa.Text)
    document_digest: bytes
    sheet: str = Field(sa_type=sa.Text)
    sheet_digest: bytes


class ReleasedYear(PracticeRow, table=True):
    """A year is published in one release and in no second one: nobody can take one table away from another."""

    __tablename__ = "released_years"
    __table_args__ = (belongs_to("releases", "release_id"),)

    year: int = Field(primary_key=True)
    release_id: UUID = Field(sa_type=Identifier)
