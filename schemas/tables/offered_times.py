"""The times that a message to a client offers."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class OfferedTime(KeyedRow, table=True):
    """One time of one clinician, offered in one message. Held until `held_until`, unless `released_at` says that it is not.

    While it is held nobody else is offered the same instant by that clinician; the database has the last word on it. A
    row that expired is released when somebody offers its time anew. `appointment_id`: a person made a booking of it.
    """

    __tablename__ = "offered_times"
    __table_args__ = (
        belongs_to("check_ins", "check_in_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "clinician_id"),
        belongs_to("appointments", "appointment_id"),
        sa.UniqueConstraint("practice_id", "check_in_id", "starts_at"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(
            "uq_offered_times_held",
            "practice_id",
            "clinician_id",
            "starts_at",
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
    )

    check_in_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    clinician_id: UUID = Field(sa_type=Identifier)
    starts_at: datetime = Field(sa_type=Instant)
    held_until: datetime = Field(sa_type=Instant)
    released_at: datetime | None = Field(default=None, sa_type=Instant)
    appointment_id: UUID | None = Field(default=None, sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
