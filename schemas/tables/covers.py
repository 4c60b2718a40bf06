"""Covers: a named colleague sees what is due for a clinician who is away."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class Cover(KeyedRow, table=True):
    """From one day to another, both included, on the practice's calendar. It runs on those of its days on which leave stands.

    Nothing about a client is in it. It is kept when it is over: the trail names it.
    """

    __tablename__ = "covers"
    __table_args__ = (
        belongs_to("members", "absent_id"),
        belongs_to("members", "covering_id"),
        belongs_to("members", "named_by"),
        belongs_to("members", "ended_by"),
        sa.CheckConstraint("from_on <= to_on", name="days_in_order"),
        sa.CheckConstraint("absent_id <> covering_id", name="by_another"),
        sa.Index(None, "practice_id", "covering_id", "to_on"),
        sa.Index(None, "practice_id", "absent_id", "to_on"),
    )

    absent_id: UUID = Field(sa_type=Identifier)
    covering_id: UUID = Field(sa_type=Identifier)
    from_on: date
    to_on: date
    named_by: UUID = Field(sa_type=Identifier)
    named_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: UUID | None = Field(default=None, sa_type=Identifier)
