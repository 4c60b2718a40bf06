"""Data keys as rows: made with their client or practice, unwrapped when something must be read, destroyed to erase."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy
from api.store.sealing import DataKey, Keyring, WrappedKey
from schemas.tables import ClientKey, InstallationKey, PracticeKey

_LOOKUP = "lookup"


class KeyDestroyed(Exception):
    """What was sealed for this client can no longer be read: it was erased."""


def add_for_client(session: Session, client_id: UUID, stored: WrappedKey, now: datetime) -> None:
    session.add(
        ClientKey(client_id=client_id, wrapped=stored.wrapped, master_key_id=stored.master_key_id, created_at=now)
    )
    session.flush()


def of_client(session: Session, keyring: Keyring, client_id: UUID) -> DataKey:
    return of_clients(session, keyring, [client_id])[client_id]


def of_clients(session: Session, keyring: Keyring, client_ids: Collection[UUID]) -> dict[UUID, DataKey]:
    """Keys by client. Raises KeyDestroyed if one is gone."""
    found = left_of_clients(session, keyring, client_ids)
    if len(found) < len(set(client_ids)):
        raise KeyDestroyed
    return found


def destroyed(session: Session, client_ids: Collection[UUID]) -> set[UUID]:
    """Those of them who were erased."""
    statement = sa.select(col(ClientKey.client_id)).where(col(ClientKey.client_id).in_(set(client_ids)))
    return set(client_ids) - set(session.scalars(statement))


def left_of_clients(session: Session, keyring: Keyring, client_ids: Collection[UUID]) -> dict[UUID, DataKey]:
    """For lists: whoever was erased is left out, and does not close the list for the others."""
    if not client_ids:
        return {}
    statement = sa.select(col(ClientKey.client_id), col(ClientKey.wrapped), col(ClientKey.master_key_id)).where(
        col(ClientKey.client_id).in_(set(client_ids))
    )
    return {row[0]: keyring.unwrap(WrappedKey(row[1], row[2])) for row in session.execute(statement)}


def make_for_practice(session: Session, keyring: Keyring, practice_id: UUID, now: datetime) -> DataKey:
    key, stored = keyring.new_data_key()
    session.add(
        PracticeKey(practice_id=practice_id, wrapped=stored.wrapped, master_key_id=stored.master_key_id, created_at=now)
    )
    return key


def of_practice(session: Session, keyring: Keyring) -> DataKey:
    """The key of the practice in whose scope the session is."""
    statement = tenancy.before_tenant(
        sa.select(col(PracticeKey.wrapped), col(PracticeKey.master_key_id)).where(
            col(PracticeKey.practice_id) == tenancy.practice_of(session)
        )
    )
    wrapped, master_key_id = session.execute(statement).one()
    return keyring.unwrap(WrappedKey(wrapped, master_key_id))


def lookup_key(session: Session, keyring: Keyring, now: datetime) -> bytes:
    """The installation's key for look-up digests; made on the very first use."""
    statement = tenancy.before_tenant(sa.select(InstallationKey).where(col(InstallationKey.purpose) == _LOOKUP))
    row = session.scalars(statement).first()
    if row is not None:
        return keyring.unwrap_lookup_key(WrappedKey(row.wrapped, row.master_key_id))
    key, stored = keyring.new_lookup_key()
    session.add(
        InstallationKey(purpose=_LOOKUP, wrapped=stored.wrapped, master_key_id=stored.master_key_id, created_at=now)
    )
    return key


def rewrap_installation(session: Session, keyring: Keyring) -> int:
    """Wraps the keys of the installation by the current master key; how many were under a former one."""
    former = sa.select(InstallationKey).where(col(InstallationKey.master_key_id) != keyring.current_id)
    rows = session.scalars(tenancy.before_tenant(former)).all()
    _rewrap(rows, keyring)
    session.flush()
    return len(rows)


def rewrap_practice(session: Session, keyring: Keyring) -> int:
    """The same for the data key of the practice in whose scope the session is."""
    former = sa.select(PracticeKey).where(
        col(PracticeKey.practice_id) == tenancy.practice_of(session),
        col(PracticeKey.master_key_id) != keyring.current_id,
    )
    rows = session.scalars(tenancy.before_tenant(former)).all()
    _rewrap(rows, keyring)
    session.flush()
    return len(rows)


def rewrap_clients(session: Session, keyring: Keyring, *, after: UUID | None, limit: int) -> Sequence[UUID]:
    """The same for some of its clients, those after `after`; whose keys were rewrapped, in the order of their ids."""
    former = (
        sa.select(ClientKey)
        .where(col(ClientKey.master_key_id) != keyring.current_id)
        .order_by(col(ClientKey.client_id))
        .limit(limit)
        .with_for_update()
    )
    if after is not None:
        former = former.where(col(ClientKey.client_id) > after)
    rows = session.scalars(former).all()
    _rewrap(rows, keyring)
    session.flush()
    return [row.client_id for row in rows]


def _rewrap(rows: Iterable[ClientKey | PracticeKey | InstallationKey], keyring: Keyring) -> None:
    for row in rows:
        stored = keyring.rewrap(WrappedKey(row.wrapped, row.master_key_id))
        row.wrapped, row.master_key_id = stored.wrapped, stored.master_key_id
