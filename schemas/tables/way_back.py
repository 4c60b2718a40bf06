"""A practice's own words for how a client comes back after an ending, and who answers then."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, PracticeRow, belongs_to


class WayBack(PracticeRow, table=True):
    """One row of a practice that has words of its own, in each language; where one is empty, ours are shown."""

    __tablename__ = "ways_back"
    __table_args__ = (belongs_to("members", "changed_by"),)

    how_en: str | None = Field(default=None, max_length=600)
    how_es: str | None = Field(default=None, max_length=600)
    who_en: str | None = Field(default=None, max_length=600)
    who_es: str | None = Field(default=None, max_length=600)
    changed_by: UUID = Field(sa_type=Identifier)
    changed_at: datetime = Field(sa_type=Instant)
    version: int = 1
