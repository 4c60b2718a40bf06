"""Whose task it is to reach a client today, and the task itself."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import covers, tasks, tenancy
from schemas.tables import Absence, Episode, EpisodeParticipant, Flag, Member, Task
from schemas.vocabulary import AbsenceKind, TaskKind


def responsible_today(session: Session, client_id: UUID, today: date) -> UUID | None:
    """The responsible clinician of the episode that began last, if one runs, and if they work here and are not on leave."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id) == client_id, col(EpisodeParticipant.left_at).is_(None)
    )
    away = sa.select(col(Absence.member_id)).where(
        col(Absence.kind) == AbsenceKind.CLINICIAN_LEAVE,
        col(Absence.withdrawn_at).is_(None),
        col(Absence.from_on) <= today,
        sa.or_(col(Absence.to_on).is_(None), col(Absence.to_on) >= today),
    )
    statement = (
        sa.select(col(Episode.responsible_id))
        .join(Member, col(Member.id) == col(Episode.responsible_id))
        .where(
            col(Episode.id).in_(parts),
            col(Episode.ended_at).is_(None),
            col(Member.left_at).is_(None),
            col(Member.id).not_in(away),
        )
        .order_by(col(Episode.id).desc())
        .limit(1)
    )
    with tenancy.whole_practice(session):
        return session.scalars(statement).first()


def owner_today(session: Session, client_id: UUID, today: date) -> UUID | None:
    """The responsible clinician, or whoever covers for them while they are away."""
    responsible_id = responsible_today(session, client_id, today)
    if responsible_id is not None:
        return responsible_id
    with tenancy.whole_practice(session):
        return covers.for_client(session, client_id, today)


def owners(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """By episode, who has the oldest task to reach one of those who take part. The name of a colleague, and nothing of the task."""
    statement = (
        sa.select(col(EpisodeParticipant.episode_id), col(Task.owner_id))
        .join(Task, col(Task.client_id) == col(EpisodeParticipant.client_id))
        .where(
            col(EpisodeParticipant.episode_id).in_(set(episode_ids)),
            col(EpisodeParticipant.left_at).is_(None),
            col(Task.kind) == TaskKind.RISK_TODAY,
            col(Task.done_at).is_(None),
        )
        .order_by(col(Task.id).desc())
    )
    with tenancy.whole_practice(session):
        return {row[0]: row[1] for row in session.execute(statement)}


def asked_of(session: Session, client_id: UUID, day: date) -> frozenset[UUID]:
    """Everybody who has an open task to see that this client is reached: whoever was asked, was asked besides, or covers for them."""
    statement = sa.select(col(Task.owner_id)).where(
        col(Task.client_id) == client_id,
        col(Task.kind).in_((TaskKind.RISK_TODAY, TaskKind.RISK_OVERDUE)),
        col(Task.done_at).is_(None),
    )
    with tenancy.whole_practice(session):
        owners = set(session.scalars(statement))
        covering = (covers.stands_in_for(session, one, day) for one in owners)
        return frozenset(owners.union(one for one in covering if one is not None))


def finish(session: Session, flag_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """Whoever reached the client, everybody who was asked to see to it is done."""
    for kind in (TaskKind.RISK_TODAY, TaskKind.RISK_OVERDUE):
        tasks.finish(session, kind, flag_id, by=by, now=now)


def open_today(session: Session, flag: Flag, owner_id: UUID, today: date, now: datetime) -> None:
    """`today` is the client's. The task stays open past the day: it ends when it is done or the risk is cleared."""
    task = Task(
        kind=TaskKind.RISK_TODAY,
        owner_id=owner_id,
        client_id=flag.client_id,
        subject_id=flag.id,
        due_on=today,
        created_at=now,
    )
    tasks.add(session, task)
