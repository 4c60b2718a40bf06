"""The outbox as the worker sees it: what is due, whose turn it is, and how it ended.

`claim` runs before a practice is known; it holds the message and its delivery until the unit ends, and passes over whatever
somebody else holds: a worker never waits for a row, so it cannot be part of a knot.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import checkins, clients, episodes, follow_ups, inbox, replies, tenancy
from schemas.tables import CheckIn, Contact, Delivery
from schemas.tables.base import FAR_FUTURE, new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ContactDirection, ContactOutcome

LEASE = timedelta(minutes=15)
"""Longer than a mail server that answers each question in the last moment can take."""

_WAITING = (CheckInState.APPROVED, CheckInState.SENDING)

_OUTBOX = Delivery.__table__  # type: ignore[attr-defined]  # set by SQLModel
_ANNOUNCE = (
    sa.update(_OUTBOX)
    .where(
        _OUTBOX.c.practice_id == sa.bindparam("of_practice"),
        _OUTBOX.c.id == sa.bindparam("announced"),
        _OUTBOX.c.lease_token == sa.bindparam("held_by"),
        _OUTBOX.c.lease_until > sa.bindparam("at"),
        _OUTBOX.c.handing_over_at.is_(None),
        _OUTBOX.c.settled_at.is_(None),
    )
    .values(handing_over_at=sa.bindparam("at"), lease_until=sa.bindparam("until"))
)
"""Put together once: doing it for each message took as long as asking the database."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery held by the unit that made this. `attempt_count` and `lease_token` are those it was found with."""

    practice_id: UUID
    delivery_id: UUID
    check_in_id: UUID
    channel: Channel
    attempt_count: int = 0
    lease_token: UUID | None = None


class LeaseLost(Exception):
    """Another worker looks after the delivery now; what this one was about to hand over it must not."""


def claim(session: Session, now: datetime, *, but: Collection[Channel] = ()) -> Claim | None:
    """Whatever has been due longest, for any practice, and goes by none of the ways named."""
    found = session.execute(tenancy.before_tenant(_due(now, but).limit(1))).first()
    return None if found is None else Claim(*found)


def claim_more(
    session: Session, first: Claim, now: datetime, most: int, *, but: Collection[Channel] = ()
) -> list[Claim]:
    """What is due next in the same practice, held like the first."""
    statement = _due(now, but).where(
        col(Delivery.practice_id) == first.practice_id, col(Delivery.id) != first.delivery_id
    )
    return [Claim(*row) for row in session.execute(statement.limit(most))]


def as_claimed(session: Session, claim: Claim) -> tuple[Delivery, CheckIn] | None:
    """Held anew by another unit than the one that claimed it; None where somebody else has it, or had it since.

    The client is waited for, as everywhere, but not whoever holds the message.
    """
    clients.lock_whose(session, sa.select(col(CheckIn.client_id)).where(col(CheckIn.id) == claim.check_in_id))
    statement = (
        sa.select(Delivery, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(Delivery.check_in_id))
        .where(
            col(Delivery.id) == claim.delivery_id,
            col(Delivery.attempt_count) == claim.attempt_count,
            col(Delivery.lease_token).is_not_distinct_from(claim.lease_token),
            col(Delivery.settled_at).is_(None),
            col(CheckIn.state).in_(_WAITING),
        )
        .with_for_update(skip_locked=True, of=(Delivery, CheckIn), key_share=True)
        .execution_options(populate_existing=True)
    )
    found = session.execute(statement).first()
    return None if found is None else (found[0], found[1])


def _due(now: datetime, but: Collection[Channel]) -> sa.Select[UUID, UUID, UUID, Channel, int, UUID | None]:
    """What is due longest comes first; what somebody else holds is passed over."""
    due = (
        sa.select(
            col(Delivery.practice_id),
            col(Delivery.id),
            col(Delivery.check_in_id),
            col(CheckIn.channel),
            col(Delivery.attempt_count),
            col(Delivery.lease_token),
        )
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
        .with_for_update(skip_locked=True, of=(Delivery, CheckIn), key_share=True)
    )
    return due.where(col(CheckIn.channel).not_in(list(but))) if but else due


def get_all(session: Session, delivery_ids: Collection[UUID]) -> list[tuple[Delivery, CheckIn]]:
    """Of claimed ones, as they stand, in the order in which they are due."""
    statement = (
        sa.select(Delivery, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(Delivery.check_in_id))
        .where(col(Delivery.id).in_(delivery_ids))
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def get(session: Session, delivery_id: UUID) -> tuple[Delivery, CheckIn]:
    """Of a claimed one, as it stands. Raises NoResultFound."""
    found = get_all(session, [delivery_id])
    if not found:
        raise sa.exc.NoResultFound
    return found[0]


def take(delivery: Delivery, now: datetime) -> UUID:
    """For this worker alone until the lease runs out; its token."""
    delivery.lease_token, delivery.lease_until = new_id(), now + LEASE
    delivery.attempt_count += 1
    return delivery.lease_token


def announce(session: Session, delivery_id: UUID, token: UUID, now: datetime) -> None:
    """From now on only the other side knows. Raises LeaseLost where somebody else has taken the delivery over.

    Every message that leaves waits for this, so it goes to the table by itself and names the practice.
    """
    given = {
        "of_practice": tenancy.practice_of(session),
        "announced": delivery_id,
        "held_by": token,
        "at": now,
        "until": now + LEASE,
    }
    if session.connection().execute(_ANNOUNCE, given).rowcount != 1:
        raise LeaseLost


def hold(session: Session, delivery_ids: Collection[UUID]) -> list[tuple[Delivery, CheckIn]]:
    """As they stand now, and nobody else's until this unit ends: the client, then the message, then its delivery."""
    theirs = sa.select(col(Delivery.check_in_id)).where(col(Delivery.id).in_(delivery_ids))
    messages = {row.id: row for row in checkins.hold_all(session, theirs)}
    statement = (
        sa.select(Delivery)
        .where(col(Delivery.id).in_(delivery_ids))
        .order_by(col(Delivery.check_in_id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(row, messages[row.check_in_id]) for row in session.scalars(statement) if row.check_in_id in messages]


def held(session: Session, tokens: Mapping[UUID, UUID]) -> dict[UUID, tuple[Delivery, CheckIn]]:
    """Of these deliveries, by id with their tokens, those this worker took, for writing. Another took the rest, or a person settled it.

    Also what another worker declared uncertain meanwhile: whoever handed it over knows better.
    """
    return {
        delivery.id: (delivery, check_in)
        for delivery, check_in in hold(session, tokens)
        if delivery.lease_token == tokens[delivery.id] and delivery.settled_at is None
    }


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
    """A message that reached the client stands in the record as a contact, and the episode is assessed again.

    `at` is when it was handed over, `now` when the record learned it.
    """
    stand_in_record(session, check_in, recorded_by, at=at, now=now)
    session.flush()
    episodes.mark_for_assessment(session, [check_in.episode_id])


def stand_in_record(
    session: Session, check_in: CheckIn, recorded_by: UUID | None, *, at: datetime, now: datetime
) -> None:
    """The same for one of several, whose episodes the caller has assessed together. An answer has handled what it answers, a follow-up is done."""
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
    session.add(contact)
    if check_in.kind is CheckInKind.ANSWER:
        replies.answered_by(session, check_in, now)
        inbox.finish_tasks(session, check_in.client_id, by=check_in.approved_by, now=now)
    if check_in.kind is CheckInKind.FOLLOW_UP:
        follow_ups.written_by(session, check_in, now)
