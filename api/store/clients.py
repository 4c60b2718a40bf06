"""Clients, and their other names in other systems."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store.sealing import WrappedKey
from schemas.tables import Client, ClientKey, Episode, EpisodeParticipant, ExternalId


def get(session: Session, client_id: UUID) -> Client | None:
    return session.scalars(sa.select(Client).where(col(Client.id) == client_id)).first()


def by_external_id(session: Session, source: str, digest: bytes) -> Client | None:
    """Looks past a merge: the client a double was merged into answers for it."""
    statement = (
        sa.select(Client)
        .join(ExternalId, col(ExternalId.target_id) == col(Client.id))
        .where(col(ExternalId.noun) == "client", col(ExternalId.source) == source, col(ExternalId.digest) == digest)
    )
    found = session.scalars(statement).first()
    return get(session, found.merged_into_id) if found is not None and found.merged_into_id else found


def page(session: Session, *, after: UUID | None, limit: int) -> Sequence[Client]:
    """Doubles are left out. Ids sort by creation, so the last one seen is the cursor."""
    statement = sa.select(Client).where(col(Client.merged_into_id).is_(None)).order_by(col(Client.id)).limit(limit)
    if after is not None:
        statement = statement.where(col(Client.id) > after)
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class SealedName:
    client_id: UUID
    sealed: bytes
    key: WrappedKey


def names(session: Session, client_ids: Collection[UUID] | None = None, *, most: int = 5_000) -> list[SealedName]:
    """The names of these clients, or of everyone in scope, with the keys that open them."""
    statement = sa.select(
        col(Client.id), col(Client.name_sealed), col(ClientKey.wrapped), col(ClientKey.master_key_id)
    ).join(ClientKey, col(ClientKey.client_id) == col(Client.id))
    if client_ids is None:
        statement = statement.where(col(Client.merged_into_id).is_(None)).limit(most)
    else:
        statement = statement.where(col(Client.id).in_(set(client_ids)))
    return [SealedName(row[0], row[1], WrappedKey(row[2], row[3])) for row in session.execute(statement)]


def lock(session: Session, client_ids: Collection[UUID]) -> None:
    """Until the unit ends nobody else begins an episode for these clients or merges them.

    In one order, so that two units cannot wait for each other. SQLite has one writer at a time anyway.
    """
    statement = sa.select(col(Client.id)).where(col(Client.id).in_(set(client_ids))).order_by(col(Client.id))
    session.execute(statement.with_for_update()).all()


def every(session: Session, client_ids: Collection[UUID]) -> Sequence[Client]:
    statement = sa.select(Client).where(col(Client.id).in_(set(client_ids))).order_by(col(Client.id))
    return session.scalars(statement).all()


def add(session: Session, client: Client) -> None:
    session.add(client)
    session.flush()


def external_ids(session: Session, noun: str, target_ids: Collection[UUID]) -> Sequence[ExternalId]:
    statement = (
        sa.select(ExternalId)
        .where(col(ExternalId.noun) == noun, col(ExternalId.target_id).in_(set(target_ids)))
        .order_by(col(ExternalId.source))
    )
    return session.scalars(statement).all()


def add_external_id(session: Session, external_id: ExternalId) -> None:
    session.add(external_id)
    session.flush()


def resolve(session: Session, noun: str, source: str, digests: Collection[bytes]) -> dict[bytes, UUID]:
    """Which of these digests are known, and whose they are."""
    statement = sa.select(col(ExternalId.digest), col(ExternalId.target_id)).where(
        col(ExternalId.noun) == noun, col(ExternalId.source) == source, col(ExternalId.digest).in_(set(digests))
    )
    return {row.digest: row.target_id for row in session.execute(statement)}


def episodes_of(session: Session, client_id: UUID) -> Sequence[Episode]:
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == client_id)
    statement = sa.select(Episode).where(col(Episode.id).in_(parts)).order_by(col(Episode.id).desc())
    return session.scalars(statement).all()
