"""What a named person has to do, beside the next act of an episode."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import TaskKind
from schemas.wire.common import WireOut
from schemas.wire.episodes import PersonOut


class TaskOut(WireOut):
    id: UUID
    kind: TaskKind
    client: PersonOut | None
    episode_id: UUID | None
    subject_id: UUID | None = Field(description="What it is about: an answer, a message, a flag.")
    due_on: date
    created_at: datetime
    done_at: datetime | None
    version: int
