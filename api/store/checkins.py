"""Messages to clients: rows by key, and what stops those that wait to be sent.

A message leaves by its delivery, which the worker claims; until then whatever speaks against it stops it here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from schemas.tables import CheckIn, ContactDecision, Delivery
from schemas.vocabulary import CheckInState, StopReason


def add(session: Session, row: CheckIn | Delivery | ContactDecision) -> None:
    session.add(row)
    session.flush()


def get(session: Session, check_in_id: UUID) -> CheckIn | None:
    return session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == check_in_id)).first()


def page(session: Session, episode_id: UUID, *, before: UUID | None, limit: int) -> Sequence[CheckIn]:
    """Newest first."""
    statement = sa.select(CheckIn).where(col(CheckIn.episode_id) == episode_id)
    if before is not None:
        statement = statement.where(col(CheckIn.id) < before)
    return session.scalars(statement.order_by(col(CheckIn.id).desc()).limit(limit)).all()


def decisions(session: Session, check_in_ids: Collection[UUID]) -> Sequence[ContactDecision]:
    """Oldest first."""
    statement = sa.select(ContactDecision).where(col(ContactDecision.check_in_id).in_(set(check_in_ids)))
    return session.scalars(statement.order_by(col(ContactDecision.at), col(ContactDecision.id))).all()


def delivery(session: Session, check_in_id: UUID) -> Delivery | None:
    return session.scalars(sa.select(Delivery).where(col(Delivery.check_in_id) == check_in_id)).first()


def stop_pending(
    session: Session,
    client_ids: Collection[UUID],
    reason: StopReason,
    now: datetime,
    *,
    episode_id: UUID | None = None,
    consent_id: UUID | None = None,
) -> int:
    """Cancels what was approved for these clients and is not being sent; how many. Drafts stay, nobody approved them.

    Call it in the unit of the fact that speaks against the message, so that both are true at once. Which messages a fact
    leaves alone (an answer to the client's own reply survives an ending) is the caller's to narrow down.
    """
    statement = (
        sa.update(CheckIn)
        .where(col(CheckIn.client_id).in_(set(client_ids)), col(CheckIn.state) == CheckInState.APPROVED)
        .values(state=CheckInState.CANCELLED, stopped_by=reason, state_at=now, version=col(CheckIn.version) + 1)
        .returning(col(CheckIn.id))
        .execution_options(synchronize_session="fetch")
    )
    if episode_id is not None:
        statement = statement.where(col(CheckIn.episode_id) == episode_id)
    if consent_id is not None:
        statement = statement.where(col(CheckIn.consent_id) == consent_id)
    stopped = set(session.scalars(statement))
    if stopped:
        settled = sa.update(Delivery).where(col(Delivery.check_in_id).in_(stopped), col(Delivery.settled_at).is_(None))
        session.execute(settled.values(settled_at=now).execution_options(synchronize_session="fetch"))
    return len(stopped)
