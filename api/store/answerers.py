"""For whom the answers of clients wait: always somebody who works here, also after an ending and during leave."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import inbox as rules
from api.domain.inbox import Around
from api.store import concerns, covers, tasks, tenancy
from schemas.tables import Episode, EpisodeClinician, Member, Reply, Task
from schemas.vocabulary import EndingKind, TaskKind


def of_episodes(session: Session, episode_ids: Collection[UUID], now: datetime) -> dict[UUID, UUID | None]:
    """By episode. The name of a colleague, and nothing of their caseload."""
    if not episode_ids:
        return {}
    day = covers.today(session, now)
    with tenancy.whole_practice(session):
        episodes = session.scalars(sa.select(Episode).where(col(Episode.id).in_(set(episode_ids)))).all()
        others = _others(session, episodes)
        wanted = {one.responsible_id for one in episodes if one.responsible_id} | set(others.values())
        leads = concerns.leads(session)
        here = working_among(session, wanted | set(leads))
        away = covers.away_among(session, here, day)
        found = {one: covers.stands_in_for(session, one, day) for one in sorted(wanted & away)}
        stands_in = {absent_id: covering_id for absent_id, covering_id in found.items() if covering_id}
        here |= working_among(session, set(stands_in.values()))
        return {
            one.id: rules.waits_for(Around(one.responsible_id, others.get(one.id), leads, here, away, stands_in))
            for one in episodes
        }


def _others(session: Session, episodes: Collection[Episode]) -> dict[UUID, UUID]:
    """Of episodes that were transferred or that nobody is responsible for: another clinician of them, whoever came last."""
    asked = {
        one.id: one.responsible_id
        for one in episodes
        if one.ending is EndingKind.TRANSFERRED or one.responsible_id is None
    }
    statement = (
        sa.select(col(EpisodeClinician.episode_id), col(EpisodeClinician.member_id))
        .join(Member, col(Member.id) == col(EpisodeClinician.member_id))
        .where(col(EpisodeClinician.episode_id).in_(asked), col(Member.left_at).is_(None))
        .order_by(col(EpisodeClinician.member_id))
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[1] != asked[row[0]]}


def working_among(session: Session, member_ids: Collection[UUID]) -> set[UUID]:
    """Of these, who is here and can be asked: a member with an account who has not left. A key is nobody."""
    statement = sa.select(col(Member.id)).where(
        col(Member.id).in_(set(member_ids)), col(Member.left_at).is_(None), col(Member.password_hash).is_not(None)
    )
    return set(session.scalars(statement))


def give_to_somebody(session: Session, row: Reply, now: datetime) -> None:
    """A task for a named person, where the caseload alone might not bring the answer before them in time: the words may be about
    danger, or the episode has ended and is on nobody's list. Ask over the whole practice.
    """
    episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.episode_id)).first()
    if episode is None or not (row.comes_first or episode.ended_at is not None):
        return
    owner_id = of_episodes(session, [episode.id], now)[episode.id]
    if owner_id is None:
        return
    task = Task(
        kind=TaskKind.READ_REPLY_TODAY if row.comes_first else TaskKind.ANSWER_REPLY,
        owner_id=owner_id,
        episode_id=episode.id,
        client_id=row.client_id,
        subject_id=row.id,
        due_on=now.astimezone(ZoneInfo(episode.time_zone)).date(),
        created_at=now,
    )
    tasks.add(session, task)
