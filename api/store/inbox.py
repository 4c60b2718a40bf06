"""The inbox of answers: its order, who has opened one, what took the place of what, and the tasks that hang on them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import inbox as rules
from api.domain.inbox import Position
from api.store import clients, offered_times, tenancy
from api.store.replies import Link
from schemas.tables import Episode, EpisodeParticipant, Reply, Task
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import EndingKind, TaskKind

TASKS = (TaskKind.READ_REPLY_TODAY, TaskKind.ANSWER_REPLY)


def page(session: Session, *, handled: bool, after: Position | None, limit: int) -> Sequence[Reply]:
    """Of those that wait: first whatever may be about danger, then whoever has waited longest. Of the rest the oldest first."""
    closed = col(Reply.handled_at).is_not(None) if handled else col(Reply.handled_at).is_(None)
    rank = sa.literal(rules.IN_TURN) if handled else sa.case((col(Reply.comes_first), rules.FIRST), else_=rules.IN_TURN)
    order = (rank, waits_since(), col(Reply.id))
    statement = sa.select(Reply).where(closed, col(Reply.superseded_by).is_(None)).limit(limit)
    statement = statement.order_by(*(order[1:] if handled else order))
    if after is not None:
        last = (sa.literal(after.rank), sa.literal(after.at, Instant), sa.literal(after.row_id, Identifier))
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(*last))
    return session.scalars(statement).all()


def position(row: Reply) -> Position:
    first = row.comes_first and row.handled_at is None
    return Position(rules.FIRST if first else rules.IN_TURN, row.waiting_since or row.at, row.id)


def waits_since() -> sa.ColumnElement[datetime]:
    return sa.func.coalesce(col(Reply.waiting_since), col(Reply.at), type_=Instant)


def see(session: Session, rows: Collection[Reply], now: datetime) -> None:
    """Somebody has opened them: what comes by the same link from now on stands beside them. First whose they are, as everywhere."""
    unseen = [row for row in rows if row.seen_at is None]
    if unseen:
        clients.lock(session, {row.client_id for row in unseen})
    for row in unseen:
        row.seen_at = now
    session.flush()


def replaced(session: Session, by: Collection[UUID]) -> dict[UUID, list[Reply]]:
    """In whose place an answer stands, the last of them first."""
    found: dict[UUID, list[Reply]] = {}
    if not by:
        return found
    statement = sa.select(Reply).where(col(Reply.superseded_by).in_(set(by)))
    for row in session.scalars(statement.order_by(col(Reply.id).desc())):
        if row.superseded_by is not None:
            found.setdefault(row.superseded_by, []).append(row)
    return found


def take_the_place(session: Session, row: Reply, now: datetime) -> bool:
    """Of the answer that came by the same link before and that nobody has opened; whether there was one.

    What it asked for at once stays asked for: that nothing more is sent, and that somebody looks first. A time that was
    tapped with it is anybody's again, unless it is tapped anew or only words were added.
    """
    statement = sa.select(Reply).where(
        col(Reply.check_in_id) == row.check_in_id,
        col(Reply.id) != row.id,
        col(Reply.handled_at).is_(None),
        col(Reply.seen_at).is_(None),
    )
    earlier = session.scalars(statement.order_by(col(Reply.id).desc()).limit(1)).first()
    if earlier is None:
        return False
    row.waiting_since = earlier.waiting_since or earlier.at
    row.comes_first = row.comes_first or earlier.comes_first
    row.opted_out = row.opted_out or earlier.opted_out
    _leave_the_time(session, earlier, row, now)
    session.execute(
        sa.update(Reply)
        .where(col(Reply.superseded_by) == earlier.id)
        .values(superseded_by=row.id)
        .execution_options(synchronize_session="fetch")
    )
    earlier.superseded_by, earlier.handled_at, earlier.version = row.id, now, earlier.version + 1
    session.flush()
    return True


def _leave_the_time(session: Session, earlier: Reply, row: Reply, now: datetime) -> None:
    if earlier.offered_time_id is None or earlier.offered_time_id == row.offered_time_id:
        return
    if row.answer is None:
        row.offered_time_id = earlier.offered_time_id
    else:
        offered_times.release_one(session, earlier.offered_time_id, now)


def finish_tasks(session: Session, client_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """Those about answers of a client that wait no more, whoever had them."""
    session.flush()
    done = sa.select(col(Reply.id)).where(col(Reply.client_id) == client_id, col(Reply.handled_at).is_not(None))
    finished = (
        sa.update(Task)
        .where(
            col(Task.client_id) == client_id,
            col(Task.kind).in_(TASKS),
            col(Task.done_at).is_(None),
            col(Task.subject_id).in_(done),
        )
        .values(done_at=now, done_by=by, version=col(Task.version) + 1)
    )
    with tenancy.whole_practice(session):
        session.execute(finished.execution_options(synchronize_session="fetch"))


def followed(session: Session, link: Link) -> Link:
    """Where the work was passed on inside the practice, the answer belongs to the episode in which it goes on.

    Ask over the whole practice.
    """
    episode = session.scalars(sa.select(Episode).where(col(Episode.id) == link.episode_id)).first()
    if episode is None or episode.ending is not EndingKind.TRANSFERRED:
        return link
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id) == link.client_id, col(EpisodeParticipant.left_at).is_(None)
    )
    running = (
        sa.select(col(Episode.id))
        .where(col(Episode.id).in_(parts), col(Episode.ended_at).is_(None), col(Episode.responsible_id).is_not(None))
        .order_by(col(Episode.id).desc())
        .limit(1)
    )
    goes_on = session.scalars(running).first()
    return link if goes_on is None else replace(link, episode_id=goes_on)


def times(session: Session, now: datetime) -> tuple[int, datetime | None, Sequence[timedelta]]:
    """How many wait, since when the first of them, and how long those took that somebody handled lately."""
    open_ones = sa.select(sa.func.count(), sa.func.min(waits_since(), type_=Instant)).where(
        col(Reply.handled_at).is_(None)
    )
    count, oldest = session.execute(open_ones).one()
    lately = (
        sa.select(waits_since(), col(Reply.handled_at))
        .where(
            col(Reply.handled_at) > now - rules.LOOKED_BACK,
            col(Reply.superseded_by).is_(None),
            col(Reply.handled_how).is_not(None),
        )
        .order_by(col(Reply.handled_at).desc())
        .limit(rules.MOST_LOOKED_AT)
    )
    return count, oldest, [handled - since for since, handled in session.execute(lately) if handled is not None]
