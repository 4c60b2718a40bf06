"""Tasks of named people. A member sees their own and their supervisees'; whose they are, tenancy knows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import tasks as rules
from api.domain.tasks import Position
from schemas.tables import Task
from schemas.tables.base import Identifier
from schemas.vocabulary import TaskKind


def add(session: Session, row: Task) -> None:
    session.add(row)
    session.flush()


def get(session: Session, task_id: UUID) -> Task | None:
    return session.scalars(sa.select(Task).where(col(Task.id) == task_id)).first()


def page(session: Session, owner_id: UUID, *, after: Position | None, limit: int) -> Sequence[Task]:
    """What somebody still has to do: first what is for today, then whatever is due first."""
    rank = sa.case((col(Task.kind).in_(sorted(rules.TODAY)), 0), else_=1)
    order = (rank, col(Task.due_on), col(Task.id))
    statement = sa.select(Task).where(col(Task.owner_id) == owner_id, col(Task.done_at).is_(None)).order_by(*order)
    if after is not None:
        last = (sa.literal(after.rank), sa.literal(after.due_on, sa.Date), sa.literal(after.task_id, Identifier))
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(*last))
    return session.scalars(statement.limit(limit)).all()


def open_ones(session: Session, kind: TaskKind, subject_id: UUID) -> Sequence[Task]:
    """What is still to do about one message, reply, flag or episode."""
    statement = sa.select(Task).where(
        col(Task.kind) == kind, col(Task.subject_id) == subject_id, col(Task.done_at).is_(None)
    )
    return session.scalars(statement.order_by(col(Task.id))).all()


def move_client(session: Session, from_id: UUID, into_id: UUID) -> None:
    """Whoever's they are: a double's tasks are about the client."""
    session.execute(
        sa.update(Task)
        .where(col(Task.client_id) == from_id)
        .values(client_id=into_id)
        .execution_options(synchronize_session="fetch")
    )


def pass_on(
    session: Session, episode_id: UUID, client_ids: Collection[UUID], from_ids: Collection[UUID], to_id: UUID
) -> int:
    """What is still to do in an episode that somebody else has now; how much. Call it over the whole practice."""
    about = sa.or_(
        col(Task.episode_id) == episode_id,
        sa.and_(col(Task.episode_id).is_(None), col(Task.client_id).in_(set(client_ids))),
    )
    theirs = sa.select(Task).where(
        about,
        col(Task.owner_id).in_(set(from_ids)),
        col(Task.kind).not_in(sorted(rules.OF_WHO_WAS_ASKED)),
        col(Task.done_at).is_(None),
    )
    found = session.scalars(theirs.order_by(col(Task.id))).all()
    for row in found:
        row.owner_id, row.version = to_id, row.version + 1
    session.flush()
    return len(found)


def finish(session: Session, kind: TaskKind, subject_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """It was done by another way than ticking it off: the note was written, the message was settled."""
    for row in open_ones(session, kind, subject_id):
        row.done_at, row.done_by, row.version = now, by, row.version + 1
    session.flush()


def finish_all(
    session: Session, kind: TaskKind, subject_ids: Collection[UUID], *, by: UUID | None, now: datetime
) -> None:
    """The same for several at once."""
    finished = sa.update(Task).where(
        col(Task.kind) == kind, col(Task.subject_id).in_(subject_ids), col(Task.done_at).is_(None)
    )
    session.execute(
        finished.values(done_at=now, done_by=by, version=col(Task.version) + 1).execution_options(
            synchronize_session="fetch"
        )
    )
