"""A closing session: offered, answered, tied to a time, held."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import AppointmentStatus, ClosingSession, ClosingStep, ClosingWay
from schemas.wire.common import When, WireIn, WireOut
from schemas.wire.episodes import PersonOut


class ClosingStepIn(WireIn):
    """What happened, said by whoever knows. An offer in a message is told with the message: `offers_closing_session`."""

    step: ClosingStep
    client_id: UUID | None = Field(default=None, description="Whose part it is about, where several take part.")
    at: When | None = Field(default=None, description="When; left out: now.")
    reply_id: UUID | None = Field(default=None, description="The client's answer that accepts or declines.")
    appointment_id: UUID | None = Field(default=None, description="The time that is tied to it. `booked` needs one.")


class ClosingStepOut(WireOut):
    """One line of the record. `happened`: false of an offer in a message that has not gone, or came back."""

    id: UUID
    step: ClosingStep
    way: ClosingWay
    at: datetime
    happened: bool
    check_in_id: UUID | None
    reply_id: UUID | None
    appointment_id: UUID | None
    recorded_at: datetime
    recorded_by: UUID | None


class ClosingTimeOut(WireOut):
    """The time that is tied to it, as it is now: where it was moved, the time it was moved to."""

    id: UUID
    starts_at: datetime
    status: AppointmentStatus


class ClosingSessionOut(WireOut):
    """Where one client's closing session stands.

    `state` null: nothing is on record, which does not say that none was offered. `held` where somebody said so, or where the time
    that was tied to it was attended.
    """

    episode_id: UUID
    client: PersonOut
    state: ClosingSession | None
    offered_at: datetime | None
    offered_by: ClosingWay | None
    accepted_at: datetime | None
    declined_at: datetime | None
    not_answered_at: datetime | None
    held_at: datetime | None
    time: ClosingTimeOut | None
    waiting_check_in_ids: list[UUID] = Field(description="Messages that offer one and have not gone yet.")
    next_steps: list[ClosingStep] = Field(description="What may be recorded now by one word.")
    steps: list[ClosingStepOut]
