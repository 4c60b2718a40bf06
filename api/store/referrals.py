"""Referrals, who was suggested and how it went as rows, and the one task that an open one always has."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import clients, joining, tasks, tenancy
from schemas.tables import Episode, EpisodeClinician, Member, Referral, ReferralOption, ReferralProgress, Task
from schemas.vocabulary import ReferralEnd, TaskKind

_KIND = TaskKind.FOLLOW_UP_REFERRAL
_OPEN = col(Referral.closed_at).is_(None)


def add(session: Session, row: Referral) -> None:
    """With the task of its owner."""
    session.add(row)
    session.flush()
    ask_on(session, row)


def get(session: Session, referral_id: UUID) -> Referral | None:
    return session.scalars(sa.select(Referral).where(col(Referral.id) == referral_id)).first()


def hold(session: Session, referral_id: UUID) -> Referral | None:
    """As it stands now, and nobody else's to change until this unit ends. First the client, as everywhere."""
    clients.lock_whose(session, sa.select(col(Referral.client_id)).where(col(Referral.id) == referral_id))
    statement = sa.select(Referral).where(col(Referral.id) == referral_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def page(
    session: Session, *, episode_id: UUID | None, is_open: bool | None, before: UUID | None, limit: int
) -> Sequence[Referral]:
    """Newest first."""
    statement = sa.select(Referral).order_by(col(Referral.id).desc()).limit(limit)
    if episode_id is not None:
        statement = statement.where(col(Referral.episode_id) == episode_id)
    if is_open is not None:
        statement = statement.where(_OPEN if is_open else sa.not_(_OPEN))
    if before is not None:
        statement = statement.where(col(Referral.id) < before)
    return session.scalars(statement).all()


def options(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, list[ReferralOption]]:
    """By referral, in the order in which they were suggested."""
    found: dict[UUID, list[ReferralOption]] = {referral_id: [] for referral_id in referral_ids}
    statement = sa.select(ReferralOption).where(col(ReferralOption.referral_id).in_(set(referral_ids)))
    for row in session.scalars(statement.order_by(col(ReferralOption.position))):
        found[row.referral_id].append(row)
    return found


def progress(session: Session, option_ids: Collection[UUID]) -> dict[UUID, list[ReferralProgress]]:
    """By option, in the order in which it was recorded."""
    found: dict[UUID, list[ReferralProgress]] = {option_id: [] for option_id in option_ids}
    statement = sa.select(ReferralProgress).where(col(ReferralProgress.option_id).in_(set(option_ids)))
    for row in session.scalars(statement.order_by(col(ReferralProgress.id))):
        found[row.option_id].append(row)
    return found


def ask_on(session: Session, row: Referral) -> None:
    """The owner's task is due when they ask next, whosever it was before: a colleague's too, which one does not see oneself."""
    with tenancy.whole_practice(session):
        open_ones = tasks.open_ones(session, _KIND, row.id)
        if not open_ones and row.follow_up_on is not None:
            tasks.add(session, _task(row, row.follow_up_on))
        for task in open_ones:
            if row.follow_up_on is not None and (task.owner_id, task.due_on) != (row.owner_id, row.follow_up_on):
                task.owner_id, task.due_on, task.version = row.owner_id, row.follow_up_on, task.version + 1


def close(session: Session, row: Referral, because: ReferralEnd, now: datetime, *, by: UUID | None) -> None:
    row.closed_at, row.closed_because, row.closed_by, row.follow_up_on = now, because, by, None
    row.updated_at, row.version = now, row.version + 1
    with tenancy.whole_practice(session):
        tasks.finish(session, _KIND, row.id, by=by, now=now)


def reopen(session: Session, row: Referral, owner_id: UUID, follow_up_on: date) -> None:
    """It did not work out after all: it is somebody's again."""
    row.closed_at = row.closed_because = row.closed_by = None
    row.owner_id, row.follow_up_on = owner_id, follow_up_on
    session.flush()


def close_of(session: Session, client_ids: Collection[UUID], now: datetime, *, by: UUID | None) -> None:
    """Nobody asks how it went with somebody who has died, in whatever caseload. Hold the clients before."""
    with tenancy.whole_practice(session):
        statement = sa.select(Referral).where(col(Referral.client_id).in_(set(client_ids)), _OPEN)
        for row in session.scalars(statement.order_by(col(Referral.id))).all():
            close(session, row, ReferralEnd.CLIENT_DIED, now, by=by)


def are_open_of(session: Session, member_id: UUID) -> bool:
    """Whether somebody still has to ask how it went, anywhere in the practice."""
    with tenancy.whole_practice(session):
        theirs = sa.select(col(Referral.id)).where(col(Referral.owner_id) == member_id, _OPEN)
        return session.scalar(theirs.limit(1)) is not None


def hand_over(session: Session, member_id: UUID, to_id: UUID, now: datetime) -> int:
    """All that somebody has, to somebody else, who joins the episode it comes from, also where that has ended: they have to see whom
    they ask. Counts them. Hold the clients before (`stops.hold_those_of`).
    """
    with tenancy.whole_practice(session):
        statement = sa.select(Referral).where(col(Referral.owner_id) == member_id, _OPEN).order_by(col(Referral.id))
        rows = session.scalars(statement.with_for_update(key_share=True)).all()
        joining.join(session, {row.episode_id for row in rows}, to_id, now)
        for row in rows:
            _give(session, row, to_id, now)
    return len(rows)


def clients_of(session: Session, member_id: UUID) -> set[UUID]:
    """Whom somebody helps on, anywhere in the practice: to be held before what they have is given to others."""
    with tenancy.whole_practice(session):
        theirs = sa.select(col(Referral.client_id)).where(col(Referral.owner_id) == member_id, _OPEN)
        return set(session.scalars(theirs))


def give_up_unseen(session: Session, member_id: UUID, leads: Sequence[UUID], now: datetime) -> None:
    """Who leads no more hands on what is out of episodes they do not work in: to whoever is responsible there and still here, else to
    another lead. Hold the clients before.
    """
    with tenancy.whole_practice(session):
        theirs = sa.select(col(EpisodeClinician.episode_id)).where(col(EpisodeClinician.member_id) == member_id)
        here = sa.select(col(Member.id)).where(col(Member.left_at).is_(None))
        statement = (
            sa.select(Referral, col(Episode.responsible_id), col(Episode.responsible_id).in_(here))
            .join(Episode, col(Episode.id) == col(Referral.episode_id))
            .where(col(Referral.owner_id) == member_id, _OPEN, col(Referral.episode_id).not_in(theirs))
            .order_by(col(Referral.id))
        )
        for row, responsible_id, is_here in session.execute(statement).all():
            to_id = responsible_id if is_here else next((one for one in leads if one != member_id), None)
            if to_id is not None:
                _give(session, row, to_id, now)


def follow(session: Session, episode_id: UUID, gone: Collection[UUID], to_id: UUID, now: datetime) -> None:
    """Who does not work in the episode any more hands what they have of it to whoever is responsible now."""
    theirs = (col(Referral.episode_id) == episode_id, col(Referral.owner_id).in_(set(gone)), _OPEN)
    for row in session.scalars(sa.select(Referral).where(*theirs).order_by(col(Referral.id))).all():
        _give(session, row, to_id, now)


def _give(session: Session, row: Referral, to_id: UUID, now: datetime) -> None:
    row.owner_id, row.updated_at, row.version = to_id, now, row.version + 1
    session.flush()
    ask_on(session, row)


def _task(row: Referral, due_on: date) -> Task:
    return Task(
        kind=_KIND,
        owner_id=row.owner_id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        subject_id=row.id,
        due_on=due_on,
        created_at=row.updated_at,
    )
