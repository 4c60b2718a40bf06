"""The outbox as the worker sees it: what is due, whose turn it is, and how it ended.

`claim` runs before a practice is known; it holds the message and its delivery until the unit ends, and passes over whatever
somebody else holds: a worker never waits for a row, so it cannot be part of a knot.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import contacts, episodes, inbox, replies, tenancy
from schemas.tables import CheckIn, Contact, Delivery
from schemas.tables.base import FAR_FUTURE, new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ContactDirection, ContactOutcome

LEASE = timedelta(minutes=15)
"""Longer than a mail server that answers each question in the last moment can take."""

_WAITING = (CheckInState.APPROVED, CheckInState.SENDING)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery held by the unit that made this."""

    practice_id: UUID
    delivery_id: UUID
    check_in_id: UUID


class LeaseLost(Exception):
    """Another worker looks after the delivery now; what this one was about to hand over it must not."""


def claim(session: Session, now: datetime, *, resting: Collection[Channel] = ()) -> Claim | None:
    """Whatever has been due longest, for any practice; but for what goes by a way whose other side is not to be reached."""
    statement = (
        sa.select(col(Delivery.practice_id), col(Delivery.id), col(Delivery.check_in_id))
        .join(
            CheckIn,
            sa.and_(
                col(CheckIn.practice_id) == col(Delivery.practice_id), col(CheckIn.id) == col(Delivery.check_in_id)
            ),
        )
        .where(
            col(Delivery.settled_at).is_(None),
            col(Delivery.next_at) <= now,
            sa.or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now),
            col(CheckIn.state).in_(_WAITING),
        )
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=(Delivery, CheckIn))
    )
    if resting:
        statement = statement.where(col(CheckIn.channel).not_in(sorted(resting)))
    found = session.execute(tenancy.before_tenant(statement)).first()
    return None if found is None else Claim(*found)


def get(session: Session, delivery_id: UUID) -> tuple[Delivery, CheckIn]:
    """Of a claimed one, as it stands. Raises NoResultFound."""
    statement = (
        sa.select(Delivery, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(Delivery.check_in_id))
        .where(col(Delivery.id) == delivery_id)
        .execution_options(populate_existing=True)
    )
    delivery, check_in = session.execute(statement).one()
    return delivery, check_in


def take(delivery: Delivery, now: datetime) -> UUID:
    """For this worker alone until the lease runs out; its token."""
    delivery.lease_token, delivery.lease_until = new_id(), now + LEASE
    delivery.attempt_count += 1
    return delivery.lease_token


def announce(session: Session, delivery_id: UUID, token: UUID, now: datetime) -> None:
    """From now on only the other side knows. Raises LeaseLost where somebody else has taken the delivery over."""
    statement = (
        sa.update(Delivery)
        .where(
            col(Delivery.id) == delivery_id,
            col(Delivery.lease_token) == token,
            col(Delivery.lease_until) > now,
            col(Delivery.handing_over_at).is_(None),
            col(Delivery.settled_at).is_(None),
        )
        .values(handing_over_at=now, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]  # a cursor result for an update
        raise LeaseLost


def held(session: Session, delivery_id: UUID, token: UUID) -> tuple[Delivery, CheckIn] | None:
    """The delivery this worker took, for writing; None once another took it or a person settled it.

    Also one that another worker declared uncertain meanwhile: whoever handed it over knows better.
    """
    statement = (
        sa.select(Delivery, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(Delivery.check_in_id))
        .where(col(Delivery.id) == delivery_id, col(Delivery.lease_token) == token, col(Delivery.settled_at).is_(None))
        .with_for_update(of=(Delivery, CheckIn))
        .execution_options(populate_existing=True)
    )
    found = session.execute(statement).first()
    return None if found is None else (found[0], found[1])


def leave(delivery: Delivery, *, until: datetime) -> None:
    """Nobody's until then; it was not handed over."""
    delivery.next_at = until
    delivery.lease_token = delivery.lease_until = delivery.handing_over_at = None


def set_aside(delivery: Delivery) -> None:
    """Not due any more, and not settled: a person has to say how it ended. Whoever handed it over may still."""
    delivery.next_at, delivery.lease_until = FAR_FUTURE, None


def settle(delivery: Delivery, now: datetime) -> None:
    delivery.settled_at = now
    delivery.lease_token = delivery.lease_until = None


def record_sent(session: Session, check_in: CheckIn, recorded_by: UUID | None, *, at: datetime, now: datetime) -> None:
    """A message that reached the client stands in the record as a contact, and an answer has handled what it answers.

    `at` is when it was handed over, `now` when the record learned it.
    """
    contact = Contact(
        episode_id=check_in.episode_id,
        client_id=check_in.client_id,
        at=at,
        known_at=now,
        direction=ContactDirection.OUTBOUND,
        channel=check_in.channel,
        outcome=ContactOutcome.SENT,
        check_in_id=check_in.id,
        recorded_by=recorded_by,
    )
    contacts.add(session, contact)
    if check_in.kind is CheckInKind.ANSWER:
        replies.answered_by(session, check_in, now)
        inbox.finish_tasks(session, check_in.client_id, by=check_in.approved_by, now=now)
    episodes.mark_for_assessment(session, [check_in.episode_id])
