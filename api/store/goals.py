"""Goals for continued growth, and what is sealed of them opened."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import goals as rules
from api.domain.goals import InNote, OnRecord, Words
from api.store import clients, keys, tenancy
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Goal, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import GoalState


def add(session: Session, row: Goal) -> None:
    session.add(row)
    session.flush()


def get(session: Session, goal_id: UUID) -> Goal | None:
    return session.scalars(sa.select(Goal).where(col(Goal.id) == goal_id)).first()


def hold(session: Session, goal_id: UUID) -> Goal | None:
    """Nobody else's to change until this unit ends, and as it is now. First whoever takes part, as everywhere."""
    clients.lock_of_episodes(session, sa.select(col(Goal.episode_id)).where(col(Goal.id) == goal_id))
    statement = sa.select(Goal).where(col(Goal.id) == goal_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def delete(session: Session, row: Goal) -> None:
    session.delete(row)
    session.flush()


def page(
    session: Session, episode_id: UUID, *, client_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Goal]:
    """In the order in which they were recorded; with `client_id`, of one participant."""
    statement = sa.select(Goal).where(col(Goal.episode_id) == episode_id).order_by(col(Goal.id)).limit(limit)
    if client_id is not None:
        statement = statement.where(col(Goal.client_id) == client_id)
    if after is not None:
        statement = statement.where(col(Goal.id) > after)
    return session.scalars(statement).all()


def count(session: Session, episode_id: UUID, client_id: UUID) -> int:
    mine = (col(Goal.episode_id) == episode_id, col(Goal.client_id) == client_id)
    return session.scalar(sa.select(sa.func.count()).select_from(Goal).where(*mine)) or 0


def is_taken_up(session: Session, goal_id: UUID) -> bool:
    """By whoever goes on with the work, also where that is not in sight."""
    with tenancy.whole_practice(session):
        return session.scalars(sa.select(col(Goal.id)).where(col(Goal.former_id) == goal_id)).first() is not None


def former(session: Session, goal_id: UUID) -> Goal | None:
    """A goal of earlier work, for whoever takes it up with the same client: that work need not be in sight (decision 0047)."""
    with tenancy.whole_practice(session):
        return get(session, goal_id)


def of_former(session: Session, episode_id: UUID, client_ids: Collection[UUID], *, limit: int) -> list[Goal]:
    """The goals of these people in the work that another takes up: they go with the client, to whoever works with them now."""
    statement = sa.select(Goal).where(col(Goal.episode_id) == episode_id, col(Goal.client_id).in_(set(client_ids)))
    with tenancy.whole_practice(session):
        return list(session.scalars(statement.order_by(col(Goal.id)).limit(limit)))


def taken_up(session: Session, episode_id: UUID) -> dict[UUID, UUID]:
    """By goal of earlier work, the goal of this that takes it up again."""
    statement = sa.select(col(Goal.former_id), col(Goal.id)).where(
        col(Goal.episode_id) == episode_id, col(Goal.former_id).is_not(None)
    )
    return {former_id: goal_id for former_id, goal_id in session.execute(statement) if former_id is not None}


def ids_of(session: Session, episode_id: UUID, client_id: UUID) -> set[UUID]:
    mine = (col(Goal.episode_id) == episode_id, col(Goal.client_id) == client_id)
    return set(session.scalars(sa.select(col(Goal.id)).where(*mine)))


def of_part(
    session: Session, key: DataKey, episode_id: UUID, client_ids: Collection[UUID], *, state: GoalState | None = None
) -> list[OnRecord]:
    """One client's goals in an episode, opened, in the order in which they were recorded."""
    statement = sa.select(Goal).where(col(Goal.episode_id) == episode_id, col(Goal.client_id).in_(set(client_ids)))
    if state is not None:
        statement = statement.where(col(Goal.state) == state)
    rows = session.scalars(statement.order_by(col(Goal.id))).all()
    return [OnRecord(row.id, opened(key, row), row.agreed_on, row.version) for row in rows]


def standing(session: Session, keyring: Keyring, episode_id: UUID, client_ids: Collection[UUID]) -> list[OnRecord]:
    """One client's open goals in an episode, whichever double they were recorded of."""
    found = []
    for client_id, key in keys.left_of_clients(session, keyring, client_ids).items():
        found += of_part(session, key, episode_id, {client_id}, state=GoalState.OPEN)
    return sorted(found, key=lambda one: one.id)


def seal(key: DataKey, goal_id: UUID, words: Words) -> bytes:
    return key.seal(words.to_json(), Place("goals", "words", goal_id))


def opened(key: DataKey, row: Goal) -> Words:
    return Words.from_json(key.open(row.words_sealed, Place("goals", "words", row.id)))


def stand(
    session: Session,
    key: DataKey,
    note: TerminationNote,
    in_note: Sequence[InNote],
    *,
    client_id: UUID,
    agreed_on: date,
    now: datetime,
) -> None:
    """The goals of a signed note are the goals on record from here on; what was said anew since it was begun stays."""
    held = {one.id: one for one in of_part(session, key, note.episode_id, {client_id})}
    met = rules.meet(in_note, held)
    anew = {one.id: one.words for one in met.changed}
    named = {one.id for one in in_note if one.id in held}
    for row in session.scalars(sa.select(Goal).where(col(Goal.id).in_(named))):
        row.note_id, row.updated_at, row.version = note.id, now, row.version + 1
        if row.id in anew:
            row.words_sealed = seal(key, row.id, anew[row.id])
        if row.state is GoalState.OPEN:
            row.agreed_on = max(row.agreed_on, agreed_on)
    session.add_all(_new(key, note, one, client_id=client_id, agreed_on=agreed_on, now=now) for one in met.added)
    session.flush()


def _new(key: DataKey, note: TerminationNote, one: InNote, *, client_id: UUID, agreed_on: date, now: datetime) -> Goal:
    goal_id = one.id or new_id()
    return Goal(
        id=goal_id,
        episode_id=note.episode_id,
        client_id=client_id,
        words_sealed=seal(key, goal_id, one.words),
        agreed_on=agreed_on,
        note_id=note.id,
        recorded_by=note.author_id,
        created_at=now,
        updated_at=now,
    )
