"""Goals for continued growth, in the client's words."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import GoalState
from schemas.wire.common import Day, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut


class GoalContent(WireIn):
    """What a goal says. Only the goal itself is needed; nothing is made up to fill the rest."""

    goal: Words = Field(description="In the client's own words.", examples=["Travel alone again."])
    why: Words | None = Field(default=None, description="Why it matters to the client.")
    next_step: Words | None = Field(default=None, description="The next small step.")
    supports: Words | None = Field(default=None, description="Who or what helps with it.")
    how_known: Words | None = Field(default=None, description="How the client will know.")
    agreed_on: Day | None = Field(default=None, description="The day on which it was agreed. Without it, today.")


class GoalIn(GoalContent):
    """A goal of one client's part in an episode. `former_id` is the goal of earlier work that it takes up again."""

    client_id: UUID | None = Field(default=None, description="Whose it is, where several take part.")
    former_id: UUID | None = None


class GoalStateIn(WireIn):
    """What the client says became of it. There is no word for a goal that was not reached: it is open, or was let go."""

    state: GoalState
    on: Day | None = Field(default=None, description="The day on which they said so. Without it, today.")


class GoalOut(WireOut):
    """A goal as it stands. `note_id` is the signed note that has it, `former_id` the goal it takes up again."""

    id: UUID
    episode_id: UUID
    client: PersonOut
    state: GoalState
    goal: str
    why: str | None
    next_step: str | None
    supports: str | None
    how_known: str | None
    agreed_on: date
    settled_on: date | None
    note_id: UUID | None
    former_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int
