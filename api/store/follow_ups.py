"""Messages that clients asked for, and whom to ask for them on their day."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import answerers, clients, tasks, tenancy
from api.store.sealing import DataKey, Place
from schemas.tables import CheckIn, Client, Contact, FollowUp, Task
from schemas.vocabulary import FollowUpEnd, TaskKind

_AT_ONCE = 200


def add(session: Session, row: FollowUp) -> None:
    session.add(row)
    session.flush()


def hold(session: Session, follow_up_id: UUID) -> FollowUp | None:
    """First whoever takes part, as everywhere."""
    clients.lock_of_episodes(session, sa.select(col(FollowUp.episode_id)).where(col(FollowUp.id) == follow_up_id))
    statement = sa.select(FollowUp).where(col(FollowUp.id) == follow_up_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def page(session: Session, episode_id: UUID, *, before: UUID | None, limit: int) -> Sequence[FollowUp]:
    """Newest first."""
    statement = sa.select(FollowUp).where(col(FollowUp.episode_id) == episode_id).order_by(col(FollowUp.id).desc())
    if before is not None:
        statement = statement.where(col(FollowUp.id) < before)
    return session.scalars(statement.limit(limit)).all()


def waiting_count(session: Session, client_id: UUID) -> int:
    waits = (col(FollowUp.client_id) == client_id, col(FollowUp.ended_at).is_(None))
    return session.scalar(sa.select(sa.func.count()).select_from(FollowUp).where(*waits)) or 0


def due(session: Session, latest: date) -> Sequence[tuple[FollowUp, str]]:
    """Those that may be due by this day, that nobody is asked for now, with the client's zone. Not of somebody who died; where
    a death on record was taken back, whoever was asked before is asked anew.
    """
    asked = sa.select(col(Task.id)).where(
        col(Task.kind) == TaskKind.WRITE_FOLLOW_UP,
        col(Task.subject_id) == col(FollowUp.id),
        col(Task.done_at).is_(None),
    )
    statement = (
        sa.select(FollowUp, col(Client.time_zone))
        .join(Client, col(Client.id) == col(FollowUp.client_id))
        .where(
            col(FollowUp.ended_at).is_(None),
            col(FollowUp.due_on) <= latest,
            col(Client.died_on).is_(None),
            sa.not_(asked.exists()),
        )
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
        .limit(_AT_ONCE)
    )
    return [(row[0], row[1]) for row in session.execute(statement.execution_options(populate_existing=True))]


def hold_due(session: Session, latest: date) -> Sequence[tuple[FollowUp, str]]:
    """Those, with their clients held, so that none is ended before a task about it is on record. Whoever ended one in between has ended
    it: it is looked at again once they are held, and what came up meanwhile is for the next time.
    """
    held = {row.client_id for row, _ in due(session, latest)}
    if not held:
        return []
    clients.lock(session, held)
    return [(row, zone) for row, zone in due(session, latest) if row.client_id in held]


def ask(session: Session, row: FollowUp, now: datetime) -> bool:
    """A task for whoever answers this client now, also long after the ending. Whether there is anybody."""
    owner_id = answerers.of_episodes(session, [row.episode_id], now)[row.episode_id]
    if owner_id is None:
        return False
    task = Task(
        kind=TaskKind.WRITE_FOLLOW_UP,
        owner_id=owner_id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        subject_id=row.id,
        due_on=row.due_on,
        created_at=now,
    )
    tasks.add(session, task)
    return True


def finish_task(session: Session, follow_up_id: UUID, *, by: UUID, now: datetime) -> None:
    """Whoever's it was."""
    with tenancy.whole_practice(session):
        tasks.finish(session, TaskKind.WRITE_FOLLOW_UP, follow_up_id, by=by, now=now)


def finish_tasks_of(session: Session, client_id: UUID, now: datetime, *, by: UUID | None) -> None:
    """Nobody is to write to somebody who has died. What they wished stays on record."""
    theirs = sa.select(Task).where(
        col(Task.kind) == TaskKind.WRITE_FOLLOW_UP, col(Task.client_id) == client_id, col(Task.done_at).is_(None)
    )
    with tenancy.whole_practice(session):
        for task in session.scalars(theirs):
            task.done_at, task.done_by, task.version = now, by, task.version + 1


def written_by(session: Session, message: CheckIn, now: datetime) -> None:
    """A message that went is what the client asked for on the day it names: that wish is done, and nobody is asked for it any more.

    Of several of one day the one that is wanted first. Who sent it is who approved it.
    """
    if message.asked_for_on is None or message.approved_by is None:
        return
    statement = (
        sa.select(FollowUp)
        .where(
            col(FollowUp.client_id) == message.client_id,
            col(FollowUp.asked_on) == message.asked_for_on,
            col(FollowUp.ended_at).is_(None),
        )
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
        .limit(1)
    )
    with tenancy.whole_practice(session):
        for row in session.scalars(statement.execution_options(populate_existing=True)).all():
            row.ended_at, row.ended_by, row.ended_because = now, message.approved_by, FollowUpEnd.WRITTEN
            row.version += 1
            session.flush()
            finish_task(session, row.id, by=message.approved_by, now=now)


def reopen(session: Session, message: CheckIn) -> None:
    """It did not arrive after all: what it had done is wanted still. Not what a person ended. Of somebody who has died meanwhile it stays on
    record as wanted, and nobody is asked (`due`): a death may have been recorded by mistake.
    """
    told = sa.select(col(Contact.known_at)).where(col(Contact.check_in_id) == message.id)
    statement = sa.select(FollowUp).where(
        col(FollowUp.client_id) == message.client_id,
        col(FollowUp.asked_on) == message.asked_for_on,
        col(FollowUp.ended_because) == FollowUpEnd.WRITTEN,
        col(FollowUp.ended_at).in_(told),
    )
    with tenancy.whole_practice(session):
        for row in session.scalars(statement.execution_options(populate_existing=True)).all():
            row.ended_at = row.ended_by = row.ended_because = None
            row.version += 1
        session.flush()


def seal(key: DataKey, follow_up_id: UUID, words: str) -> bytes:
    return key.seal(words, Place("follow_ups", "words", follow_up_id))


def opened(key: DataKey, row: FollowUp) -> str:
    return key.open(row.words_sealed, Place("follow_ups", "words", row.id))


def move(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    """What was sealed under a double's key is sealed anew under the client's."""
    for row in session.scalars(sa.select(FollowUp).where(col(FollowUp.client_id) == double_id)):
        row.words_sealed = seal(key, row.id, opened(former, row))
