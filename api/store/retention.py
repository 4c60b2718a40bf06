"""Records whose time may be over: clients without an episode under way, with the end of their last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import Client, Episode, EpisodeParticipant


@dataclass(frozen=True, slots=True)
class Ended:
    """`last_at` is when the last episode ended; without any, when the record was opened."""

    client_id: UUID
    last_at: datetime
    time_zone: str
    adult_on: date | None
    keep_until: date | None


def ended_before(session: Session, moment: datetime, *, today: date, after: UUID | None, limit: int) -> Sequence[Ended]:
    """By id. Left out are doubles, whoever was erased, whoever is held by law, and what is kept until a day to come."""
    last_at = sa.func.coalesce(sa.func.max(col(Episode.ended_at)), col(Client.created_at))
    statement = (
        _clients()
        .where(
            col(Client.merged_into_id).is_(None),
            col(Client.erased_at).is_(None),
            col(Client.legal_hold_at).is_(None),
            sa.or_(col(Client.keep_until).is_(None), col(Client.keep_until) <= today),
            col(Client.id).not_in(_under_way()),
        )
        .having(last_at <= moment)
        .order_by(col(Client.id))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(col(Client.id) > after)
    return [_ended(*row) for row in session.execute(statement)]


def of_client(session: Session, client_id: UUID) -> Ended | None:
    """None while an episode is under way."""
    statement = _clients().where(col(Client.id) == client_id, col(Client.id).not_in(_under_way()))
    row = session.execute(statement).first()
    return None if row is None else _ended(*row)


def _clients() -> sa.Select[UUID, datetime | None, str, date | None, date | None]:
    last_at = sa.func.coalesce(sa.func.max(col(Episode.ended_at)), col(Client.created_at))
    return (
        sa.select(col(Client.id), last_at, col(Client.time_zone), col(Client.adult_on), col(Client.keep_until))
        .outerjoin(EpisodeParticipant, col(EpisodeParticipant.client_id) == col(Client.id))
        .outerjoin(Episode, col(Episode.id) == col(EpisodeParticipant.episode_id))
        .group_by(
            col(Client.id), col(Client.created_at), col(Client.time_zone), col(Client.adult_on), col(Client.keep_until)
        )
    )


def _ended(
    client_id: UUID, last_at: datetime | None, time_zone: str, adult_on: date | None, keep_until: date | None
) -> Ended:
    assert last_at is not None  # noqa: S101  # the record was opened at some time
    return Ended(client_id, last_at, time_zone, adult_on, keep_until)


def _under_way() -> sa.Select[UUID]:
    """Whoever takes part in an episode that has not ended."""
    return (
        sa.select(col(EpisodeParticipant.client_id))
        .join(Episode, col(Episode.id) == col(EpisodeParticipant.episode_id))
        .where(col(Episode.ended_at).is_(None), col(EpisodeParticipant.left_at).is_(None))
    )
