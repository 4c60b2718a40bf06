"""Opens the names of clients and members for whoever may see them. One query each, however many."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from api.store import clients, keys, members
from api.store.sealing import Keyring, Place


def of_clients(session: Session, keyring: Keyring, client_ids: Collection[UUID]) -> dict[UUID, str]:
    if not client_ids:
        return {}
    return {
        row.client_id: keyring.unwrap(row.key).open(row.sealed, Place("clients", "name", row.client_id))
        for row in clients.names(session, client_ids)
    }


def of_members(session: Session, keyring: Keyring, member_ids: Collection[UUID]) -> dict[UUID, str]:
    if not member_ids:
        return {}
    key = keys.of_practice(session, keyring)
    return {
        row.id: key.open(row.name_sealed, Place("members", "name", row.id))
        for row in members.every(session, member_ids)
    }
