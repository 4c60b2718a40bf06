"""What happened on the way to a closing session: a line for each step, added and taken back, never changed."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import ClosingStep


class ClosingRecord(KeyedRow, table=True):
    """One step of one client's part in an episode. What it comes to is drawn from all of them (api/domain/closing_sessions.py).

    An offer with `check_in_id` stands in that message, and counts from when the message went. `reply_id` is the answer that said
    so, `appointment_id` the time that was tied to it. `withdrawn_at`: recorded by mistake.
    """

    __tablename__ = "closing_records"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("check_ins", "check_in_id"),
        belongs_to("replies", "reply_id"),
        belongs_to("appointments", "appointment_id", on_delete="CASCADE"),
        belongs_to("members", "recorded_by"),
        belongs_to("members", "withdrawn_by"),
        sa.CheckConstraint("step <> 'booked' OR appointment_id IS NOT NULL", name="booked_for_a_time"),
        sa.CheckConstraint("check_in_id IS NULL OR step = 'offered'", name="messages_offer"),
        sa.Index(None, "practice_id", "episode_id", "client_id"),
        sa.Index(None, "practice_id", "check_in_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    step: ClosingStep = Field(sa_type=code_type(ClosingStep))
    at: datetime = Field(sa_type=Instant)
    check_in_id: UUID | None = Field(default=None, sa_type=Identifier)
    reply_id: UUID | None = Field(default=None, sa_type=Identifier)
    appointment_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_at: datetime = Field(sa_type=Instant)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by: UUID | None = Field(default=None, sa_type=Identifier)
