"""Sketches of how to reach out: at most three notes, each looked over and approved by a person on its day."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.vocabulary import PlanEnd
from schemas.wire.checkins import OutlookOut
from schemas.wire.common import Day, WireIn, WireOut
from schemas.wire.episodes import PersonOut

TemplateName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9_-]+$"),
    Field(description="One that ships with the product, with its language (`hello-en`), or the id of one of your own."),
]


class PlanStepIn(WireIn):
    """A note: the first day on which somebody looks it over, on the client's calendar, and the words to begin with."""

    due_on: Day
    template: TemplateName


class OutreachPlanIn(WireIn):
    """One to three check-ins, in their order and days apart. A plan sends nothing, and never holds a closing letter."""

    episode_id: UUID
    client_id: UUID | None = Field(default=None, description="Whom it is for, where several take part.")
    steps: list[PlanStepIn] = Field(min_length=1, max_length=3)


class PlanStepPatch(WireIn):
    """What is left out stays. Only a note of which there is no draft yet can be changed."""

    due_on: Day | None = None
    template: TemplateName | None = None


class PlanStopIn(WireIn):
    """Why it is stopped by a person."""

    because: Literal[PlanEnd.SPOKE, PlanEnd.DOES_NOT_FIT, PlanEnd.OTHER] = PlanEnd.DOES_NOT_FIT


class PlanStepOut(WireOut):
    id: UUID
    position: int
    due_on: date
    template: str
    check_in_id: UUID | None = Field(description="The draft that was made of it.")
    earliest_on: date | None = Field(
        description="The first day on which it could go, if nothing else is sent meanwhile; null once there is a draft, or no day in sight."
    )


class OutreachPlanOut(WireOut):
    """`outlook` is the contact decision of this moment for a note of this plan, of a plan that runs and is read by itself."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    steps: list[PlanStepOut]
    sketched_by: UUID
    sketched_at: datetime
    ended_at: datetime | None
    ended_because: PlanEnd | None
    ended_by: UUID | None
    outlook: OutlookOut | None
    version: int
