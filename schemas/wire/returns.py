"""What a client who came back brings along from the work before."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import EndingKind, GoalState
from schemas.wire.common import WireOut
from schemas.wire.episodes import PersonOut


class FormerGoalOut(WireOut):
    """A goal of the work before, as it was left."""

    goal_id: UUID | None = Field(
        description="Null where it stands in a note that was signed before goals were records."
    )
    client: PersonOut
    state: GoalState
    goal: str
    why: str | None
    next_step: str | None
    supports: str | None
    how_known: str | None
    agreed_on: date | None
    settled_on: date | None
    taken_up_as: UUID | None = Field(description="The goal of this work that takes it up again.")


class FormerNoteOut(WireOut):
    id: UUID
    client: PersonOut
    signed_at: datetime


class FormerWorkOut(WireOut):
    """The work that this episode takes up again. `notes` are the signed ones that whoever asks may open."""

    episode_id: UUID
    ended_at: datetime | None
    ending: EndingKind | None
    goals: list[FormerGoalOut]
    notes: list[FormerNoteOut]
