"""Goals for continued growth: what a client means to go on with, in their own words."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import GoalState


class Goal(KeyedRow, table=True):
    """One goal of one client's part in an episode. What it says is sealed; days and state are readable.

    `settled_on` is the day on which the client said that it is reached, or that they let it go. `note_id` is the signed
    note it stands in, `former_id` the goal of earlier work that it takes up again.
    """

    __tablename__ = "goals"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("termination_notes", "note_id"),
        belongs_to("goals", "former_id"),
        belongs_to("members", "recorded_by"),
        sa.CheckConstraint("(state = 'open') = (settled_on IS NULL)", name="settled_on_a_day"),
        sa.Index(None, "practice_id", "episode_id", "id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "note_id"),
        sa.Index(None, "practice_id", "former_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    state: GoalState = Field(default=GoalState.OPEN, sa_type=code_type(GoalState))
    words_sealed: bytes
    agreed_on: date
    settled_on: date | None = None
    note_id: UUID | None = Field(default=None, sa_type=Identifier)
    former_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1
