"""Joining an episode, also one that has ended, because one has something of it to do: whoever asks has to see whom."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import EpisodeClinician
from schemas.vocabulary import ClinicianPart


def join(session: Session, episode_ids: Collection[UUID], member_id: UUID, now: datetime) -> None:
    """As a co-therapist, where they take no part yet. Call it over the whole practice."""
    parts = sa.select(col(EpisodeClinician.episode_id)).where(
        col(EpisodeClinician.episode_id).in_(episode_ids), col(EpisodeClinician.member_id) == member_id
    )
    session.add_all(
        EpisodeClinician(episode_id=episode_id, member_id=member_id, part=ClinicianPart.CO_THERAPIST, since=now)
        for episode_id in sorted(set(episode_ids) - set(session.scalars(parts)))
    )
    session.flush()
