"""Answers beside a total that a person has to look at: kept sealed, told to somebody the same day, and done by whoever looked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import measures
from api.store import answerers, tasks, tenancy
from api.store.sealing import DataKey, Place
from schemas.tables import Client, ItemAnswer, Score, Task
from schemas.tables.base import new_id
from schemas.vocabulary import RiskReview, TaskKind

KIND = TaskKind.LOOK_AT_ANSWER


def keep(session: Session, key: DataKey, score: Score, client_id: UUID, answer: int) -> ItemAnswer:
    """Beside a result that is on record. Flush that first."""
    row_id = new_id()
    row = ItemAnswer(
        id=row_id,
        score_id=score.id,
        episode_id=score.episode_id,
        client_id=client_id,
        answer_sealed=key.seal(str(answer), Place("item_answers", "answer", row_id)),
    )
    session.add(row)
    session.flush()
    return row


def of_scores(session: Session, score_ids: Collection[UUID]) -> dict[UUID, ItemAnswer]:
    statement = sa.select(ItemAnswer).where(col(ItemAnswer.score_id).in_(set(score_ids)))
    return {row.score_id: row for row in session.scalars(statement)}


def opened(key: DataKey, row: ItemAnswer) -> int:
    return int(key.open(row.answer_sealed, Place("item_answers", "answer", row.id)))


def ask_today(session: Session, row: ItemAnswer, otherwise: UUID | None, now: datetime) -> UUID | None:
    """Gives a named person the task to look today, by the client's calendar: whoever is responsible and here, who covers for them, a
    practice lead, or `otherwise`. One task for a client at a time, since whoever looks, looks at the client. Says whose it is; None
    where nobody works here who could, and of somebody who has died.
    """
    with tenancy.whole_practice(session):
        standing = session.scalars(_open_tasks(row.client_id).limit(1)).first()
        whose = sa.select(col(Client.time_zone), col(Client.died_on)).where(col(Client.id) == row.client_id)
        zone, died_on = session.execute(whose).one()
    if died_on is not None:
        return None
    if standing is not None:
        return standing.owner_id
    owner_id = answerers.of_episodes(session, [row.episode_id], now)[row.episode_id]
    if owner_id is None and otherwise is not None and answerers.working_among(session, [otherwise]):
        owner_id = otherwise
    if owner_id is None:
        return None
    task = Task(
        kind=KIND,
        owner_id=owner_id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        subject_id=row.score_id,
        due_on=now.astimezone(ZoneInfo(zone)).date(),
        created_at=now,
    )
    tasks.add(session, task)
    return owner_id


def ask_about_what_waits(
    session: Session, key: DataKey, client_id: UUID, otherwise: UUID | None, *, by: UUID, now: datetime
) -> None:
    """Where a result was taken back nobody has to look at its answer, and where a death on record was, somebody has to after all:
    should another answer wait, it is asked for anew.
    """
    finish(session, client_id, by=by, now=now)
    ask_anew(session, key, client_id, otherwise, now)


def waiting(session: Session, client_id: UUID) -> list[tuple[ItemAnswer, datetime]]:
    """Answers of a client at which nobody has looked, with when each was given, the latest first. What was withdrawn is not among them.

    In whosever work they were given, as the task is one for the client: what was left out here would wait with nobody asked.
    """
    statement = (
        sa.select(ItemAnswer, col(Score.at))
        .join(Score, col(Score.id) == col(ItemAnswer.score_id))
        .where(
            col(ItemAnswer.client_id) == client_id,
            col(ItemAnswer.assessed_at).is_(None),
            col(Score.withdrawn_at).is_(None),
        )
        .order_by(col(Score.at).desc(), col(Score.id).desc())
    )
    with tenancy.whole_practice(session):
        return [(row[0], row[1]) for row in session.execute(statement)]


def ask_anew(session: Session, key: DataKey, client_id: UUID, otherwise: UUID | None, now: datetime) -> None:
    """Where the answer that was asked about is gone: about the latest of those that still wait, if it is news."""
    for row, at in waiting(session, client_id):
        if measures.asks_for_a_look(opened(key, row), at, now):
            ask_today(session, row, otherwise, now)
            return


def look(
    session: Session, key: DataKey, client_id: UUID, how: RiskReview, *, words: str | None, by: UUID, now: datetime
) -> int:
    """Somebody looked: at the client, so at every answer of theirs that waited. Everybody who was asked is done."""
    waited = [row for row, _ in waiting(session, client_id)]
    for row in waited:
        row.assessed_at, row.assessed_by, row.assessed_how = now, by, how
        if words is not None:
            row.assessed_words_sealed = key.seal(words, Place("item_answers", "assessed_words", row.id))
    session.flush()
    finish(session, client_id, by=by, now=now)
    return len(waited)


def finish(session: Session, client_id: UUID, *, by: UUID | None, now: datetime) -> None:
    with tenancy.whole_practice(session):
        for task in session.scalars(_open_tasks(client_id)):
            task.done_at, task.done_by, task.version = now, by, task.version + 1


def words_of(key: DataKey, row: ItemAnswer) -> str | None:
    sealed = row.assessed_words_sealed
    return None if sealed is None else key.open(sealed, Place("item_answers", "assessed_words", row.id))


def _open_tasks(client_id: UUID) -> sa.Select[Task]:
    return sa.select(Task).where(col(Task.kind) == KIND, col(Task.client_id) == client_id, col(Task.done_at).is_(None))


def clients_of_import(session: Session, import_id: UUID) -> set[UUID]:
    """Of whom an import told an answer. Ask before taking it back, and ask about them anew afterwards."""
    statement = (
        sa.select(col(ItemAnswer.client_id))
        .join(Score, col(Score.id) == col(ItemAnswer.score_id))
        .where(col(Score.import_id) == import_id)
    )
    return set(session.scalars(statement))


def forget_tasks_of_import(session: Session, import_id: UUID) -> None:
    """The results go, and with them what was to be looked at. The one task of a client goes too where another answer waits."""
    theirs = sa.select(col(Score.id)).where(col(Score.import_id) == import_id)
    gone = sa.delete(Task).where(col(Task.kind) == KIND, col(Task.subject_id).in_(theirs))
    session.execute(gone, execution_options={"synchronize_session": False})


def move(session: Session, former: DataKey, key: DataKey, double_id: UUID) -> None:
    """What was sealed under a double's key is sealed anew under the client's."""
    for row in _of_client(session, double_id):
        for column in ("answer", "assessed_words"):
            sealed, place = getattr(row, f"{column}_sealed"), Place("item_answers", column, row.id)
            if sealed is not None:
                setattr(row, f"{column}_sealed", key.seal(former.open(sealed, place), place))


def _of_client(session: Session, client_id: UUID) -> Sequence[ItemAnswer]:
    return session.scalars(sa.select(ItemAnswer).where(col(ItemAnswer.client_id) == client_id)).all()
