"""Messages that came back: found by the id they carried, and what their address is marked with."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy
from schemas.tables import CheckIn, Consent, Delivery


def find(session: Session, message_id: str) -> tuple[UUID, UUID] | None:
    """Practice and message; before a practice is known."""
    statement = sa.select(col(Delivery.practice_id), col(Delivery.check_in_id)).where(
        col(Delivery.message_id) == message_id
    )
    found = session.execute(tenancy.before_tenant(statement)).first()
    return None if found is None else (found[0], found[1])


def mark_address(session: Session, check_in: CheckIn, now: datetime) -> None:
    """Whoever shares it: nobody is reached there. It stays marked since when it was first said."""
    with tenancy.whole_practice(session):
        session.execute(
            sa.update(Consent)
            .where(
                col(Consent.address_digest) == check_in.address_digest,
                col(Consent.channel) == check_in.channel,
                col(Consent.bouncing_since).is_(None),
            )
            .values(bouncing_since=now, version=col(Consent.version) + 1)
            .execution_options(synchronize_session="fetch")
        )
