"""One client's whole record: found by the list of belongings, opened, told as plain values."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import terminations
from api.store.belonging_rows import Belonging, Whose
from api.store.belongings import BELONGINGS
from api.store.sealing import DataKey
from schemas.tables import EpisodeParticipant

_LENGTH_OF_AN_ID = 36
Value = str | int | float | bool | list[object] | dict[str, object] | None
Row = dict[str, Value]


def whose(session: Session, client_id: UUID) -> Whose:
    """Doubles that were merged into the client are the client."""
    client_ids = frozenset({client_id, *terminations.doubles_of(session, client_id)})
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id).in_(client_ids))
    return Whose(client_ids, frozenset(session.scalars(parts)))


def handed_out(belongings: Iterable[Belonging], *, treats: bool) -> list[Belonging]:
    """Which tables are handed out to somebody; `treats`: they are a clinician of the client."""
    return [belonging for belonging in belongings if not (treats and belonging.not_to_clinicians)]


def tables(
    session: Session, mine: Whose, keys: Mapping[UUID, DataKey], *, treats: bool
) -> Iterator[tuple[Belonging, list[Row]]]:
    """Each table that holds something, its rows in the order of their keys. Raises CannotOpen.

    What belongs to a row of a client's (an addendum to its note) opens by that client's key.
    """
    by_owner = dict(keys)
    for belonging in handed_out(BELONGINGS, treats=treats):
        primary = [column for column in belonging.model.__mapper__.primary_key if column.name != "practice_id"]
        statement = sa.select(belonging.model).where(belonging.mine(mine)).order_by(*primary)
        found = session.scalars(statement).all()
        by_owner |= {
            row.id: keys[row.client_id]
            for row in found
            if getattr(row, "client_id", None) in keys and hasattr(row, "id")
        }
        if found:
            yield belonging, [_told(belonging, row, by_owner) for row in found]


def mentioned(rows: Iterable[Mapping[str, object]]) -> set[UUID]:
    """Every identifier among the values: among them those of members."""
    found = set()
    for row in rows:
        for value in row.values():
            if isinstance(value, str) and len(value) == _LENGTH_OF_AN_ID:
                try:
                    found.add(UUID(value))
                except ValueError:
                    continue
    return found


def _told(belonging: Belonging, row: object, keys: Mapping[UUID, DataKey]) -> Row:
    hidden = {"practice_id", *belonging.kept_back, *belonging.hides(row)}
    told: Row = {}
    for column in belonging.model.__mapper__.columns:
        name, value = column.key, getattr(row, column.key)
        if name in hidden:
            continue
        if name.endswith("_sealed"):
            told[name.removesuffix("_sealed")] = _opened(belonging, name, row, keys)
        elif not isinstance(column.type, sa.LargeBinary) or isinstance(value, UUID):
            told[name] = _plain(value)
    return told


def _opened(belonging: Belonging, name: str, row: object, keys: Mapping[UUID, DataKey]) -> str | None:
    sealed = getattr(row, name)
    if sealed is None:
        return None
    opening = belonging.opens[name]
    place = opening.place(belonging.table, name.removesuffix("_sealed"), row)
    return keys[getattr(row, opening.key_of)].open(sealed, place)


def _plain(value: object) -> Value:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    raise TypeError(type(value).__name__)
