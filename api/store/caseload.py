"""Whose caseload something is in, and the caseload list itself.

The list reads one page by an index range and never the history: `attention_at` is stored with each episode.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store.clients import SealedName
from api.store.sealing import WrappedKey
from schemas.tables import Appointment, Client, ClientKey, Episode, EpisodeClinician, EpisodeParticipant
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import EpisodeFormat, EpisodeKind, Stage


def visible(session: Session, noun: str, row_id: UUID) -> bool:
    """Whether the session's scope holds it."""
    ids = {"client": col(Client.id), "episode": col(Episode.id), "appointment": col(Appointment.id)}
    wanted = ids.get(noun)
    return wanted is not None and session.scalar(sa.select(wanted).where(wanted == row_id)) is not None


def in_caseload_of(session: Session, noun: str, row_id: UUID, members: Collection[UUID]) -> bool:
    """Whether one of `members` is a clinician of the (client's, appointment's) episode, or opened the client."""
    statement = (
        sa.select(col(EpisodeClinician.episode_id)).where(col(EpisodeClinician.member_id).in_(set(members))).limit(1)
    )
    if noun == "episode":
        statement = statement.where(col(EpisodeClinician.episode_id) == row_id)
    elif noun == "client":
        opened = sa.select(col(Client.id)).where(col(Client.id) == row_id, col(Client.opened_by).in_(set(members)))
        if session.scalar(opened) is not None:
            return True
        parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == row_id)
        statement = statement.where(col(EpisodeClinician.episode_id).in_(parts))
    elif noun == "appointment":
        of_it = sa.select(col(Appointment.episode_id)).where(col(Appointment.id) == row_id)
        statement = statement.where(col(EpisodeClinician.episode_id).in_(of_it))
    else:
        return False
    return session.scalar(statement) is not None


@dataclass(frozen=True, slots=True)
class Row:
    """What the caseload needs of one episode."""

    episode_id: UUID
    format: EpisodeFormat
    kind: EpisodeKind
    responsible_id: UUID | None
    time_zone: str
    ended_at: datetime | None
    drifting_at: datetime | None
    quiet_at: datetime | None
    attention_at: datetime
    evidence: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Participant:
    """A client who takes part, with the name still sealed."""

    episode_id: UUID
    name: SealedName


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the page before ended."""

    attention_at: datetime
    episode_id: UUID


def page(
    session: Session,
    *,
    now: datetime,
    stage: Stage | None,
    clinician_id: UUID | None,
    after: Cursor | None,
    limit: int,
) -> list[Row]:
    """Running episodes (with the stage `ended`, the others), those that need somebody first on top."""
    statement = (
        sa.select(
            col(Episode.id),
            col(Episode.format),
            col(Episode.kind),
            col(Episode.responsible_id),
            col(Episode.time_zone),
            col(Episode.ended_at),
            col(Episode.drifting_at),
            col(Episode.quiet_at),
            col(Episode.attention_at),
            col(Episode.evidence),
            col(Episode.version),
        )
        .where(_running_or_ended(stage), *_in_stage(stage, now))
        .order_by(col(Episode.attention_at), col(Episode.id))
        .limit(limit)
    )
    if clinician_id is not None:
        statement = statement.where(col(Episode.responsible_id) == clinician_id)
    if after is not None:
        statement = statement.where(
            sa.tuple_(col(Episode.attention_at), col(Episode.id))
            > sa.tuple_(sa.literal(after.attention_at, Instant), sa.literal(after.episode_id, Identifier))
        )
    return [Row(*row) for row in session.execute(statement)]


def participants(session: Session, episode_ids: Collection[UUID]) -> list[Participant]:
    """Who takes part in these episodes now, in the order in which they joined; one query for names and keys too."""
    statement = (
        sa.select(
            col(EpisodeParticipant.episode_id),
            col(Client.id),
            col(Client.name_sealed),
            col(ClientKey.wrapped),
            col(ClientKey.master_key_id),
        )
        .join(Client, col(Client.id) == col(EpisodeParticipant.client_id))
        .join(ClientKey, col(ClientKey.client_id) == col(Client.id))
        .where(col(EpisodeParticipant.episode_id).in_(episode_ids), col(EpisodeParticipant.left_at).is_(None))
        .order_by(col(EpisodeParticipant.joined_at), col(Client.id))
    )
    return [
        Participant(row[0], SealedName(row[1], row[2], WrappedKey(row[3], row[4])))
        for row in session.execute(statement)
    ]


def _running_or_ended(stage: Stage | None) -> Any:  # noqa: ANN401  # an SQL expression
    return col(Episode.ended_at).is_not(None) if stage is Stage.ENDED else col(Episode.ended_at).is_(None)


def _in_stage(stage: Stage | None, now: datetime) -> Sequence[Any]:
    """Comparisons with the stored instants; a running pause comes before them, as in the domain."""
    paused = sa.and_(
        col(Episode.paused_from) <= now,
        sa.or_(col(Episode.paused_until).is_(None), col(Episode.paused_until) > now),
    )
    awake = sa.or_(col(Episode.paused_from).is_(None), sa.not_(paused))
    if stage is Stage.PAUSED:
        return (paused,)
    if stage is Stage.QUIET:
        return (awake, col(Episode.quiet_at) <= now)
    if stage is Stage.DRIFTING:
        still = sa.or_(col(Episode.quiet_at).is_(None), col(Episode.quiet_at) > now)
        return (awake, col(Episode.drifting_at) <= now, still)
    if stage is Stage.ENGAGED:
        return (awake, sa.or_(col(Episode.drifting_at).is_(None), col(Episode.drifting_at) > now))
    return ()
