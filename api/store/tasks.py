"""Tasks of named people. A member sees their own and their supervisees'; whose they are, tenancy knows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Task
from schemas.vocabulary import TaskKind


def add(session: Session, row: Task) -> None:
    session.add(row)
    session.flush()


def get(session: Session, task_id: UUID) -> Task | None:
    return session.scalars(sa.select(Task).where(col(Task.id) == task_id)).first()


def open_ones(session: Session, kind: TaskKind, subject_id: UUID) -> Sequence[Task]:
    """What is still to do about one message, reply, flag or episode."""
    statement = sa.select(Task).where(
        col(Task.kind) == kind, col(Task.subject_id) == subject_id, col(Task.done_at).is_(None)
    )
    return session.scalars(statement.order_by(col(Task.id))).all()


def finish(session: Session, kind: TaskKind, subject_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """It was done by another way than ticking it off: the note was written, the message was settled."""
    for row in open_ones(session, kind, subject_id):
        row.done_at, row.done_by, row.version = now, by, row.version + 1
    session.flush()
