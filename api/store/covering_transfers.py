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


def due(session: Session, absent_id: UUID, today: date) -> Sequence[tuple[Transfer, Task]]:
    """Oldest first, also after an ending. Of nobody who has died."""
    statement = (
        sa.select(Transfer, Task)
        .join(Task, col(Task.subject_id) == col(Transfer.id))
        .join(Client, col(Client.id) == col(Transfer.client_id))
        .where(
            col(Task.kind).in_((TaskKind.READ_TRANSFER, TaskKind.FOLLOW_TRANSFER)),
            col(Task.owner_id) == absent_id,
            col(Task.done_at).is_(None),
            col(Task.due_on) <= today,
            col(Client.died_on).is_(None),
        )
        .order_by(col(Task.due_on), col(Task.id))
        .limit(_MOST)
    )
    return [(row, task) for row, task in session.execute(statement).all()]
