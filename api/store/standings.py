"""What became of text messages, by the provider's own word: which message a report is about, and whose turn a look-up is.

`reported` and `claim_look_up` run before a practice is known. A test pins their callers.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import standings as rules
from api.store import answerers, deliveries, episodes, follow_ups, offered_times, replies, tenancy
from api.store.deliveries import Claim
from schemas.tables import CheckIn, Contact, Delivery
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ContactOutcome


def reported(session: Session, message_id: str) -> Claim | None:
    """By our own name for the message, which the provider hands back in each report."""
    statement = (
        sa.select(col(Delivery.practice_id), col(Delivery.id), col(Delivery.check_in_id))
        .where(col(Delivery.message_id) == message_id)
        .limit(1)
    )
    found = session.execute(tenancy.before_tenant(statement)).first()
    return None if found is None else Claim(found[0], found[1], found[2], Channel.SMS)


def hold(session: Session, delivery_id: UUID) -> tuple[Delivery, CheckIn] | None:
    """As it stands now, and nobody else's until this unit ends. Only what goes as a text message."""
    found = next(iter(deliveries.hold(session, [delivery_id])), None)
    return found if found is not None and found[1].channel is Channel.SMS else None


def claim_look_up(session: Session, now: datetime) -> Claim | None:
    """One of which nobody heard, that is to be looked for in the provider's list now. The next look is later, whatever this one finds.

    Held with its message until the unit ends, and never waited for.
    """
    statement = (
        sa.select(Delivery)
        .join(
            CheckIn,
            sa.and_(
                col(CheckIn.practice_id) == col(Delivery.practice_id), col(CheckIn.id) == col(Delivery.check_in_id)
            ),
        )
        .where(
            col(Delivery.look_up_at).is_not(None),
            col(Delivery.look_up_at) <= now,
            col(CheckIn.state) == CheckInState.UNCERTAIN,
            col(CheckIn.channel) == Channel.SMS,
        )
        .order_by(col(Delivery.look_up_at))
        .limit(1)
        .with_for_update(skip_locked=True, of=(Delivery, CheckIn), key_share=True)
    )
    found = session.scalars(tenancy.before_tenant(statement)).first()
    return None if found is None else Claim(found.practice_id, found.id, found.check_in_id, Channel.SMS)


def look_again(delivery: Delivery, now: datetime) -> None:
    """Later, or never where it was looked for often enough: a person has had the task from the first moment."""
    delivery.look_up_at = rules.next_look(delivery.look_up_count, now)
    delivery.look_up_count += 1


def did_not_arrive(session: Session, check_in: CheckIn, now: datetime) -> int:
    """What stands in the record as sent reached nobody: it is no attempt, the times it offered are anybody's again, but for one that
    was tapped all the same, and what it had answered, or was asked for, is somebody's again. How many answers wait anew.
    """
    statement = sa.select(Contact).where(col(Contact.check_in_id) == check_in.id)
    for contact in session.scalars(statement):
        contact.outcome = ContactOutcome.NOT_DELIVERED
    session.flush()
    offered_times.release_of(session, [col(CheckIn.id) == check_in.id], now, tapped=False)
    episodes.mark_for_assessment(session, [check_in.episode_id])
    if check_in.kind is CheckInKind.FOLLOW_UP:
        follow_ups.reopen(session, check_in)
    if check_in.kind is not CheckInKind.ANSWER:
        return 0
    reopened = replies.reopen(session, check_in)
    for reply in reopened:
        answerers.give_to_somebody(session, reply, now)
    return len(reopened)
