"""Appointments as other systems send them, and outcomes as clinicians record them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Initiator
from schemas.wire.common import Flag, ForeignId, SourceName, When, Whole, WireIn, WireOut


class AppointmentIn(WireIn):
    """What another system knows of an appointment now. Name the episode, or the client in that system's terms.

    `status_known_at` is when that system learned the status; without it, the moment of the call. A past
    appointment counts as attended only if that was recorded after its start.
    """

    episode_id: UUID | None = None
    client_external_id: ForeignId | None = Field(default=None, description="In the same source. Its running episode.")
    clinician_external_id: ForeignId | None = None
    starts_at: When
    duration_minutes: Whole = Field(default=50, ge=1, le=1440)
    status: AppointmentStatus = AppointmentStatus.BOOKED
    status_known_at: When | None = None
    initiator: Initiator | None = None
    excused: Flag = False
    rescheduled_from: ForeignId | None = Field(default=None, description="External id of the time this one replaces.")
    standing: Flag = Field(default=False, description="Part of a series booked in one go.")
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL

    @model_validator(mode="after")
    def _names_one_episode(self) -> "AppointmentIn":
        if (self.episode_id is None) == (self.client_external_id is None):
            raise ValueError("name either episode_id or client_external_id")
        return self


class AppointmentBatchItem(AppointmentIn):
    source: SourceName
    external_id: ForeignId


class AppointmentBatchIn(WireIn):
    """Up to 1,000 appointments; each is taken or refused by itself. `not_found`: it is out of your sight."""

    items: list[AppointmentBatchItem] = Field(min_length=1, max_length=1000)


class AppointmentBatchResult(WireOut):
    """What became of the item at `index`."""

    index: int
    outcome: str = Field(examples=["created"], description="created, updated, unchanged or rejected")
    id: UUID | None = None
    code: str | None = None
    detail: str | None = None


class AppointmentBatchOut(WireOut):
    results: list[AppointmentBatchResult]
    counts: dict[str, int]


class AppointmentNewIn(WireIn):
    """A time booked here, without another system."""

    episode_id: UUID
    starts_at: When
    duration_minutes: Whole = Field(default=50, ge=1, le=1440)
    initiator: Initiator | None = None
    standing: Flag = False
    although_offered: Flag = Field(
        default=False,
        description="Book it all the same where the clinician offers it to somebody else and holds it for them (`time_offered`).",
    )


class OutcomeIn(WireIn):
    """What came of a booked time. A new time for it is one event: `rescheduled` with `new_starts_at`."""

    status: AppointmentStatus
    excused: Flag = Field(default=False, description="Illness, an emergency, a failed connection: no evidence at all.")
    initiator: Initiator | None = None
    new_starts_at: When | None = None
    although_offered: Flag = Field(
        default=False, description="Move it there all the same where the clinician offers that time to somebody else."
    )

    @model_validator(mode="after")
    def _a_new_time_means_rescheduled(self) -> "OutcomeIn":
        if (self.status is AppointmentStatus.RESCHEDULED) != (self.new_starts_at is not None):
            raise ValueError("new_starts_at goes with the status rescheduled, and only with it")
        return self


class AppointmentOut(WireOut):
    id: UUID
    episode_id: UUID
    client_id: UUID | None
    clinician_id: UUID | None
    source: str
    external_id: str
    starts_at: datetime
    duration_minutes: int
    status: AppointmentStatus
    initiator: Initiator | None
    excused: bool
    status_known_at: datetime
    rescheduled_from: str | None
    standing: bool
    version: int
