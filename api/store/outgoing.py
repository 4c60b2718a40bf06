"""What it takes to write several messages as their recipients will read them: keys, addresses and names, a question each."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import erasure
from api.store import keys as key_store
from api.store import names
from api.store.filling import Unit
from api.store.sealing import DataKey, Keyring
from schemas.tables import CheckIn, Client, Consent


@dataclass(frozen=True)
class Outgoing:
    """Of messages to several clients. It opens and seals like a unit of work, and asks no question twice."""

    unit: Unit
    keys: dict[UUID, DataKey]
    consents: dict[UUID, Consent]
    zones: dict[UUID, str]
    approver_ids: frozenset[UUID]

    @property
    def session(self) -> Session:
        return self.unit.session

    @property
    def keyring(self) -> Keyring:
        return self.unit.keyring

    def client_key(self, client_id: UUID) -> DataKey:
        """Raises Conflict where the client was erased."""
        if client_id not in self.keys:
            raise erasure.erased()
        return self.keys[client_id]

    def digest(self, purpose: str, *parts: str | UUID) -> bytes:
        return self.unit.digest(purpose, *parts)

    def consent(self, check_in: CheckIn) -> Consent | None:
        row = None if check_in.consent_id is None else self.consents.get(check_in.consent_id)
        return row if row is not None and row.client_id == check_in.client_id else None

    @cached_property
    def member_names(self) -> dict[UUID, str]:
        return names.of_members(self.session, self.keyring, self.approver_ids)


def gather(unit: Unit, check_ins: Collection[CheckIn]) -> Outgoing:
    session, client_ids = unit.session, {one.client_id for one in check_ins}
    consents = sa.select(Consent).where(col(Consent.id).in_({one.consent_id for one in check_ins if one.consent_id}))
    zones = sa.select(col(Client.id), col(Client.time_zone)).where(col(Client.id).in_(client_ids))
    return Outgoing(
        unit,
        key_store.left_of_clients(session, unit.keyring, client_ids),
        {row.id: row for row in session.scalars(consents.execution_options(populate_existing=True))},
        {row[0]: row[1] for row in session.execute(zones)},
        frozenset(one.approved_by for one in check_ins if one.approved_by is not None),
    )
