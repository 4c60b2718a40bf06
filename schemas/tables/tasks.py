"""What a named person has to do, beside the next act of an episode."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import TaskKind


class Task(KeyedRow, table=True):
    """One task, for one person. `subject_id` is what it is about: a message, a reply, a flag."""

    __tablename__ = "tasks"
    __table_args__ = (
        belongs_to("members", "owner_id"),
        belongs_to("members", "done_by"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        sa.Index(None, "practice_id", "owner_id", "done_at", "due_on"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    kind: TaskKind = Field(sa_type=code_type(TaskKind))
    owner_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID | None = Field(default=None, sa_type=Identifier)
    client_id: UUID | None = Field(default=None, sa_type=Identifier)
    subject_id: UUID | None = Field(default=None, sa_type=Identifier)
    due_on: date
    created_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    done_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1
