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
    return None if found is None else kept(session, found.id)


def kept(session: Session, client_id: UUID) -> Client | None:
    """The client a double was merged into answers for it; everybody else for themselves."""
    found = get(session, client_id)
    return get(session, found.merged_into_id) if found is not None and found.merged_into_id else found


def page(session: Session, *, after: UUID | None, limit: int) -> Sequence[Client]:
    """Doubles are left out, and who was erased. Ids sort by creation, so the last one seen is the cursor."""
    there = (col(Client.merged_into_id).is_(None), col(Client.erased_at).is_(None))
    statement = sa.select(Client).where(*there).order_by(col(Client.id)).limit(limit)
    if after is not None:
        statement = statement.where(col(Client.id) > after)
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class SealedName:
    """`key` is None for somebody who was erased."""

    client_id: UUID
    sealed: bytes
    key: WrappedKey | None


def names(session: Session, client_ids: Collection[UUID]) -> list[SealedName]:
    """The names of these clients, with the keys that open them."""
    return _sealed(session, _names().where(col(Client.id).in_(set(client_ids))))


def names_before(session: Session, before: UUID | None, *, limit: int) -> list[SealedName]:
    """Everyone in scope, whoever was added last first, without doubles and who was erased."""
    there = (col(Client.merged_into_id).is_(None), col(Client.erased_at).is_(None))
    statement = _names().where(*there).order_by(col(Client.id).desc()).limit(limit)
    return _sealed(session, statement if before is None else statement.where(col(Client.id) < before))


def _names() -> sa.Select[UUID, bytes, bytes, str]:
    return sa.select(
        col(Client.id), col(Client.name_sealed), col(ClientKey.wrapped), col(ClientKey.master_key_id)
    ).outerjoin(ClientKey, col(ClientKey.client_id) == col(Client.id))


def _sealed(session: Session, statement: sa.Select[UUID, bytes, bytes, str]) -> list[SealedName]:
    return [sealed_name(*row) for row in session.execute(statement)]


def sealed_name(client_id: UUID, sealed: bytes, wrapped: bytes | None, master_key_id: str | None) -> SealedName:
    has_key = wrapped is not None and master_key_id is not None
    return SealedName(client_id, sealed, WrappedKey(wrapped or b"", master_key_id or "") if has_key else None)


def lock(session: Session, client_ids: Collection[UUID]) -> None:
    """Until the unit ends nobody else who locks these clients goes on. Facts that refer to them may still be added meanwhile.

    In one order, so that two units cannot wait for each other. SQLite has one writer at a time anyway.
    """
    session.execute(_in_order(client_ids).with_for_update(key_share=True)).all()


def lock_whose(session: Session, theirs: sa.Select[UUID]) -> None:
    """The same for clients whose ids a statement finds, by one question."""
    statement = sa.select(col(Client.id)).where(col(Client.id).in_(theirs)).order_by(col(Client.id))
    session.execute(statement.with_for_update(key_share=True)).all()


def lock_of_episodes(session: Session, episode_ids: Collection[UUID] | sa.Select[UUID]) -> None:
    """Everybody who takes part in these, or did: for facts that may stop what waits to go to them, and before an episode is held on
    whose account other rows will be.
    """
    lock_whose(
        session, sa.select(col(EpisodeParticipant.client_id)).where(col(EpisodeParticipant.episode_id).in_(episode_ids))
    )


def lock_alone(session: Session, client_ids: Collection[UUID]) -> None:
    """Besides, waits for whoever is adding a fact about them, and keeps others from adding any: what is merged or erased is all there is."""
    session.execute(_in_order(client_ids).with_for_update()).all()


def _in_order(client_ids: Collection[UUID]) -> sa.Select[UUID]:
    return sa.select(col(Client.id)).where(col(Client.id).in_(set(client_ids))).order_by(col(Client.id))


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
