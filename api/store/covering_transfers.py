"""What whoever is away was to read or to ask by now of work that was passed on, for whoever covers for them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Client, Task, Transfer
from schemas.vocabulary import TaskKind

_MOST = 200


def asks(episode_id: UUID, absent_id: UUID, today: date) -> sa.Select[UUID]:
    """Whom of this work they were to read about, or to ask, by today."""
    waits = _waits(absent_id, today)
    return sa.select(col(Transfer.client_id)).where(col(Transfer.episode_id) == episode_id, *waits)


def due(session: Session, absent_id: UUID, today: date) -> Sequence[tuple[Transfer, Task]]:
    """Oldest first, also after an ending. What is to be read comes before asking about it: each transfer is there once."""
    statement = (
        sa.select(Transfer, Task).where(*_waits(absent_id, today)).order_by(col(Task.due_on), col(Task.id)).limit(_MOST)
    )
    found: dict[UUID, tuple[Transfer, Task]] = {}
    for row, task in session.execute(statement):
        if row.id not in found or task.kind is TaskKind.READ_TRANSFER:
            found[row.id] = (row, task)
    return list(found.values())


def _waits(absent_id: UUID, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Of nobody who has died."""
    return (
        col(Task.subject_id) == col(Transfer.id),
        col(Task.kind).in_((TaskKind.READ_TRANSFER, TaskKind.FOLLOW_TRANSFER)),
        col(Task.owner_id) == absent_id,
        col(Task.done_at).is_(None),
        col(Task.due_on) <= today,
        col(Client.id) == col(Transfer.client_id),
        col(Client.died_on).is_(None),
    )
