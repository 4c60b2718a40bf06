"""Sketches of how somebody means to reach out: at most three notes, each a proposal for its day. A plan sends nothing."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import PlanEnd


class OutreachPlan(KeyedRow, table=True):
    """For one participant of an episode; one at a time runs, until `ended_at`."""

    __tablename__ = "outreach_plans"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "sketched_by"),
        belongs_to("members", "ended_by"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(
            "uq_outreach_plans_running",
            "practice_id",
            "episode_id",
            "client_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    sketched_by: UUID = Field(sa_type=Identifier)
    sketched_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_because: PlanEnd | None = Field(default=None, sa_type=code_type(PlanEnd))
    ended_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1


class OutreachStep(KeyedRow, table=True):
    """One note of a plan: from which day on, and with which template to begin. `check_in_id`: the draft that was made of it."""

    __tablename__ = "outreach_steps"
    __table_args__ = (
        belongs_to("outreach_plans", "plan_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("check_ins", "check_in_id"),
        sa.UniqueConstraint("practice_id", "plan_id", "position"),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name="three_at_most"),
        sa.Index(None, "practice_id", "episode_id"),
    )

    plan_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    position: int
    due_on: date
    template: str = Field(max_length=60)
    check_in_id: UUID | None = Field(default=None, sa_type=Identifier)
    drafted_at: datetime | None = Field(default=None, sa_type=Instant)
