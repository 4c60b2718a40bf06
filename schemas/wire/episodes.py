"""Episodes of care, where they stand, and the caseload."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import EndingKind, EpisodeFormat, EpisodeKind, NextStepKind, Stage
from schemas.wire.common import Cadence, When, WireIn, WireOut
from schemas.wire.snoozes import SnoozeOut


class EpisodeIn(WireIn):
    """A new course of work. Without `responsible_id`, whoever begins it is responsible.

    One person takes part in individual work, two in the work with a couple, two or more with a family. Each member of a
    group has an episode of their own. `responsible_id` and `co_therapist_ids` are members who work with clients.
    """

    client_ids: list[UUID] = Field(min_length=1, max_length=40)
    format: EpisodeFormat = EpisodeFormat.INDIVIDUAL
    kind: EpisodeKind = EpisodeKind.ONGOING
    responsible_id: UUID | None = None
    co_therapist_ids: list[UUID] = Field(default_factory=list, max_length=10)
    started_at: When | None = None
    agreed_cadence_days: Cadence | None = None
    previous_episode_id: UUID | None = Field(default=None, description="The episode this one takes up again.")


class EpisodePatch(WireIn):
    """Only what is sent changes. A change of clinician hands the episode over."""

    kind: EpisodeKind | None = None
    agreed_cadence_days: Cadence | None = None
    responsible_id: UUID | None = None
    co_therapist_ids: list[UUID] | None = Field(default=None, max_length=10)


class PersonOut(WireOut):
    id: UUID
    name: str


class EpisodeOut(WireOut):
    id: UUID
    format: EpisodeFormat
    kind: EpisodeKind
    clients: list[PersonOut]
    responsible: PersonOut | None
    co_therapists: list[PersonOut]
    time_zone: str
    started_at: datetime | None
    ended_at: datetime | None
    ending: EndingKind | None
    agreed_cadence_days: float | None
    previous_episode_id: UUID | None
    version: int


class ReasonOut(WireOut):
    """One thing the record shows, in words; the strongest first."""

    code: str = Field(examples=["nothing_booked"])
    text: str = Field(examples=["Nothing is booked."])


class NextStepOut(WireOut):
    """The one next kind act. It is offered, never performed."""

    kind: NextStepKind
    why: str
    owner: PersonOut | None = Field(
        description="Null where nobody is responsible: then `named_by` says who names somebody."
    )
    due_on: date = Field(description="A day on the client's calendar. While it is put off, the day it is there again.")
    put_off_until: date | None = Field(
        default=None, description="It was put off until this day, and may be back before."
    )
    put_off: SnoozeOut | None = None
    named_by: list[PersonOut] = Field(default_factory=list, description="The practice leads, where there is no owner.")


class CaseloadEpisode(WireOut):
    id: UUID
    format: EpisodeFormat
    kind: EpisodeKind
    responsible: PersonOut | None
    version: int


class CaseloadItem(WireOut):
    """One episode of the worklist. `client` is the first participant; `clients` names them all."""

    client: PersonOut
    clients: list[PersonOut]
    episode: CaseloadEpisode
    stage: Stage
    since: datetime | None
    reasons: list[ReasonOut]
    next_step: NextStepOut
