"""Opens the names of clients and members for whoever may see them. One query each, however many."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import erasure
from api.store import clients, keys, members
from api.store.clients import SealedName
from api.store.sealing import DataKey, Keyring, Place


def of_clients(session: Session, keyring: Keyring, client_ids: Collection[UUID]) -> dict[UUID, str]:
    if not client_ids:
        return {}
    return {row.client_id: opened(keyring, row) for row in clients.names(session, client_ids)}


def opened(keyring: Keyring, name: SealedName) -> str:
    if name.key is None:
        return erasure.NAME
    return keyring.unwrap(name.key).open(name.sealed, Place("clients", "name", name.client_id))


def of_members(session: Session, keyring: Keyring, member_ids: Collection[UUID]) -> dict[UUID, str]:
    if not member_ids:
        return {}
    key = keys.of_practice(session, keyring)
    return {
        member_id: of_member(key, member_id, sealed) for member_id, sealed in members.sealed_names(session, member_ids)
    }


def of_member(practice_key: DataKey, member_id: UUID, sealed: bytes) -> str:
    return practice_key.open(sealed, Place("members", "name", member_id))
