"""Ending one participant's part in an episode, and the episode with the last one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import assessments, checkins, clients, deaths, episodes, transfers
from schemas.tables import Client, Episode, EpisodeParticipant
from schemas.vocabulary import EndingKind, StopReason


def end_part(
    session: Session, episode_id: UUID, client_ids: Collection[UUID], ending: EndingKind, *, at: datetime, now: datetime
) -> Episode:
    """The episode, ended if nobody else takes part. What was approved for these clients in it goes out no more.

    Held first, after everybody who takes part: of two participants who end at once, the second finds that the first has gone. Of an
    episode that had ended before, only how it ended is put right, where one person's note says so.
    """
    session.flush()
    clients.lock_of_episodes(session, [episode_id])
    episodes.hold(session, [episode_id])
    again = sa.select(Episode).where(col(Episode.id) == episode_id).execution_options(populate_existing=True)
    episode = session.scalars(again).one()
    if ending is EndingKind.CLIENT_DIED:
        _remember_the_death(session, client_ids, at, episode.time_zone, now)
    if episode.ended_at is not None:
        _put_right(session, episode, client_ids, ending, now)
        session.flush()
        return episode
    if _others_taking_part(session, episode.id, client_ids) == 0:
        # Who took part to the end is still who the episode is about.
        episode.ended_at, episode.ending, episode.ending_known_at = at, ending, now
    else:
        for part in _parts(session, episode.id, client_ids):
            if part.left_at is None:
                part.left_at, part.ending, part.ending_known_at = at, ending, now
            elif part.ending is not ending:
                part.ending, part.ending_known_at = ending, now
    episode.updated_at, episode.version = now, episode.version + 1
    checkins.stop_pending(session, client_ids, StopReason.ENDED, now, episode_id=episode.id)
    transfers.end_part(session, episode.id, client_ids, now)
    assessments.refresh(session, [episode.id], now)
    return session.scalars(again).one()


def _put_right(
    session: Session, episode: Episode, client_ids: Collection[UUID], ending: EndingKind, now: datetime
) -> None:
    """How it ended is on record since now, where a note says something else than was said. Of several who took part each
    has a note of their own, which says nothing of the others.
    """
    if episode.ending is None or _count_of_parts(session, episode.id) == 1:
        if episode.ending is not ending:
            episode.ending, episode.ending_known_at = ending, now
        return
    for part in _parts(session, episode.id, client_ids):
        if (part.ending or episode.ending) is not ending:
            part.ending, part.ending_known_at = ending, now


def _parts(session: Session, episode_id: UUID, client_ids: Collection[UUID]) -> Sequence[EpisodeParticipant]:
    statement = sa.select(EpisodeParticipant).where(
        col(EpisodeParticipant.episode_id) == episode_id, col(EpisodeParticipant.client_id).in_(set(client_ids))
    )
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def _remember_the_death(session: Session, client_ids: Collection[UUID], at: datetime, zone: str, now: datetime) -> None:
    """Nothing is written to them any more, in no episode. The day is the latest that it can have been."""
    for client in session.scalars(sa.select(Client).where(col(Client.id).in_(set(client_ids)))):
        if client.died_on is None:
            client.died_on, client.death_known_at = at.astimezone(ZoneInfo(zone)).date(), now
        client.updated_at, client.version = now, client.version + 1
    session.flush()
    deaths.ask_nothing_more(session, client_ids, now, by=None)


def _others_taking_part(session: Session, episode_id: UUID, client_ids: Collection[UUID]) -> int:
    others = sa.select(sa.func.count()).where(
        col(EpisodeParticipant.episode_id) == episode_id,
        col(EpisodeParticipant.client_id).not_in(set(client_ids)),
        col(EpisodeParticipant.left_at).is_(None),
    )
    return session.scalar(others) or 0


def _count_of_parts(session: Session, episode_id: UUID) -> int:
    parts = sa.select(sa.func.count()).where(col(EpisodeParticipant.episode_id) == episode_id)
    return session.scalar(parts) or 0
