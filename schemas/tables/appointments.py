"""Appointments and everything the record ever learned about them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import AppointmentStatus, Initiator


class Appointment(KeyedRow, table=True):
    """A booked time. What it says of itself (status, start) is drawn from its events and can always be redrawn.

    `external_id` is the key in the system named by `source`; a time recorded here has the source "leavetaking".
    `client_id` names the one person whose attendance this is, where several take part.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("members", "clinician_id"),
        belongs_to("clients", "client_id"),
        sa.UniqueConstraint("practice_id", "source", "external_id"),
        sa.Index(None, "practice_id", "episode_id", "starts_at"),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration_sensible"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID | None = Field(default=None, sa_type=Identifier)
    clinician_id: UUID | None = Field(default=None, sa_type=Identifier)
    source: str = Field(max_length=40)
    external_id: str = Field(max_length=200)
    rescheduled_from: str | None = Field(default=None, max_length=200)
    duration_minutes: int = 50
    standing: bool = False
    starts_at: datetime = Field(sa_type=Instant)
    status: AppointmentStatus = Field(sa_type=code_type(AppointmentStatus))
    initiator: Initiator | None = Field(default=None, sa_type=code_type(Initiator))
    excused: bool = False
    status_known_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 1


class AppointmentEvent(PracticeRow, table=True):
    """One thing the record learned about an appointment, in the order of learning. Never changed; an undone import removes its own, or hands it over to another that told the same."""

    __tablename__ = "appointment_events"
    __table_args__ = (
        belongs_to("appointments", "appointment_id", on_delete="CASCADE"),
        belongs_to("imports", "import_id"),
        sa.Index(None, "practice_id", "import_id"),
    )

    appointment_id: UUID = Field(primary_key=True, sa_type=Identifier)
    position: int = Field(primary_key=True)
    status: AppointmentStatus = Field(sa_type=code_type(AppointmentStatus))
    starts_at: datetime = Field(sa_type=Instant)
    known_at: datetime = Field(sa_type=Instant)
    initiator: Initiator | None = Field(default=None, sa_type=code_type(Initiator))
    excused: bool = False
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
