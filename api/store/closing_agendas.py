"""The page for a last meeting as somebody wrote it, opened and sealed."""

import json
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store.sealing import DataKey, Place
from schemas.tables import ClosingAgenda
from schemas.vocabulary import AgendaPart


def add(session: Session, row: ClosingAgenda) -> None:
    session.add(row)
    session.flush()


def delete(session: Session, row: ClosingAgenda) -> None:
    session.delete(row)
    session.flush()


def of_part(session: Session, episode_id: UUID, client_id: UUID) -> ClosingAgenda | None:
    statement = sa.select(ClosingAgenda).where(
        col(ClosingAgenda.episode_id) == episode_id, col(ClosingAgenda.client_id) == client_id
    )
    return session.scalars(statement).first()


def opened(row: ClosingAgenda, key: DataKey) -> dict[AgendaPart, str]:
    told = json.loads(key.open(row.parts_sealed, Place("closing_agendas", "parts", row.id)))
    return {AgendaPart(part): words for part, words in told.items()}


def sealed(row: ClosingAgenda, key: DataKey, parts: Mapping[AgendaPart, str]) -> bytes:
    return key.seal(json.dumps(dict(parts)), Place("closing_agendas", "parts", row.id))


def move_client(session: Session, keys: tuple[DataKey, DataKey], from_id: UUID, into_id: UUID) -> None:
    """A double's is the client's, where they have none themselves in that work."""
    former, key = keys
    for row in session.scalars(sa.select(ClosingAgenda).where(col(ClosingAgenda.client_id) == from_id)).all():
        if of_part(session, row.episode_id, into_id) is not None:
            session.delete(row)
            continue
        row.parts_sealed = sealed(row, key, opened(row, former))
        row.client_id = into_id
    session.flush()
