"""The life of a message: what may be done with it in which state, what a forbidden one is stopped by, when to try again."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from api.domain.contact_reasons import ContactCode
from api.domain.errors import Conflict, FieldProblem, Invalid, invalid_field
from schemas.vocabulary import Channel, CheckInState, StopReason

Waits = TypeVar("Waits")

MOST_ATTEMPTS = 30
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=2)

# By the order of the reasons of a decision: the first that forbids names what stopped the message.
_STOPPED_BY = {
    ContactCode.NO_ADDRESS: StopReason.PERMISSION_CHANGED,
    ContactCode.NOT_ASKED: StopReason.PERMISSION_CHANGED,
    ContactCode.DECLINED: StopReason.OPTED_OUT,
    ContactCode.WITHDRAWN: StopReason.OPTED_OUT,
    ContactCode.EXPIRED: StopReason.PERMISSION_CHANGED,
    ContactCode.OPTED_OUT: StopReason.OPTED_OUT,
    ContactCode.BOUNCING: StopReason.PERMISSION_CHANGED,
    ContactCode.ADDRESS_CHANGED: StopReason.PERMISSION_CHANGED,
    ContactCode.TERMS_CHANGED: StopReason.PERMISSION_CHANGED,
    ContactCode.DIED: StopReason.ENDED,
    ContactCode.UNSAFE: StopReason.FLAGGED,
    ContactCode.RISK_OF_HARM: StopReason.FLAGGED,
    ContactCode.PAUSED_BY_PRACTICE: StopReason.HELD,
    ContactCode.CONFIDENTIAL_PROGRAMME: StopReason.FLAGGED,
    ContactCode.CLIENT_CONTACTS_US: StopReason.PERMISSION_CHANGED,
    ContactCode.RECIPIENT_UNKNOWN: StopReason.PERMISSION_CHANGED,
    ContactCode.ASKED_BEFORE_ADULT: StopReason.PERMISSION_CHANGED,
    ContactCode.GUARDIAN_NOT_TOLD: StopReason.PERMISSION_CHANGED,
    ContactCode.ENDED: StopReason.ENDED,
    ContactCode.TRANSFERRED: StopReason.HANDED_OVER,
    ContactCode.HANDED_OVER: StopReason.HANDED_OVER,
    ContactCode.BOOKED_SINCE: StopReason.BOOKED,
    ContactCode.IN_TOUCH_SINCE: StopReason.SIGN_OF_LIFE,
    ContactCode.AWAY_SINCE: StopReason.AWAY,
    ContactCode.MERGED_SINCE: StopReason.MERGED,
    ContactCode.APPROVER_GONE: StopReason.HANDED_OVER,
    ContactCode.APPROVAL_LAPSED: StopReason.TOO_LATE,
    ContactCode.TOO_LATE: StopReason.TOO_LATE,
    ContactCode.NOT_THE_SAME_DAY: StopReason.TOO_LATE,
}


def stopped_by(codes: Collection[ContactCode]) -> StopReason:
    """Time alone stops a message only where waiting for it would make it too late."""
    first = min(codes, key=list(ContactCode).index, default=None)
    if first in (ContactCode.OUTSIDE_SAFE_HOURS, ContactCode.TOO_SOON):
        return StopReason.TOO_LATE
    return StopReason.NOT_ALLOWED if first is None else _STOPPED_BY.get(first, StopReason.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Retry:
    """When a message that nobody took is tried again; None: it was tried often enough."""

    at: datetime | None


def retry(attempt_count: int, now: datetime, *, salt: str = "") -> Retry:
    """Each time later, up to two hours. Being two days late ends it besides, by the contact decision.

    Up to a quarter earlier than that, by `salt` and the attempt alone: what failed together is not tried together again, and
    which instant it is can be worked out afterwards.
    """
    if attempt_count >= MOST_ATTEMPTS:
        return Retry(None)
    doubled: timedelta = _FIRST_WAIT * (1 << min(max(attempt_count - 1, 0), 10))
    drawn = hashlib.blake2b(f"{salt} {attempt_count}".encode(), digest_size=2).digest()
    earlier = int.from_bytes(drawn, "big") / (1 << 16) / 4
    return Retry(now + min(doubled, _LONGEST_WAIT) * (1 - earlier))


def within_limits(waiting: Iterable[tuple[UUID, Channel]], left: Mapping[Channel, int]) -> set[UUID]:
    """The first of each way, as many as may go by it now; of a way that is not named, all."""
    counts: Counter[Channel] = Counter()
    found = set()
    for delivery_id, channel in waiting:
        counts[channel] += 1
        if counts[channel] <= left.get(channel, counts[channel]):
            found.add(delivery_id)
    return found


def one_for_each(waiting: Iterable[Waits], whose: Callable[[Waits], Collection[object]]) -> list[Waits]:
    """The first to each client, and to each address. What goes to somebody is a fact about the next message to them, and what
    comes of it may be one about whoever shares the address, so that one is decided on later.
    """
    found, taken = [], set[object]()
    for one in waiting:
        theirs = set(whose(one))
        found += [] if theirs & taken else [one]
        taken |= theirs
    return found


def reply_needed() -> Invalid:
    return Invalid(FieldProblem("/in_reply_to", "Say which reply of this client you answer."), code="reply_needed")


def require_wish(asked_for_on: date | None, today: date) -> None:
    """A follow-up is one that the client asked for, on a day that its author names. Raises Invalid."""
    if asked_for_on is None:
        raise Invalid(FieldProblem("/asked_for_on", "Say on which day the client asked for this."), code="wish_needed")
    if asked_for_on > today:
        raise invalid_field("/asked_for_on", "That day is still to come.")


def require_draft(state: CheckInState) -> None:
    if state is not CheckInState.DRAFT:
        raise Conflict("This message is no longer a draft.", code="not_a_draft")


def require_undoable(state: CheckInState) -> None:
    """From the moment in which it is being sent on, nothing can call it back."""
    if state is not CheckInState.APPROVED:
        raise Conflict("This message can no longer be undone.", code="not_to_be_undone")


def require_cancellable(state: CheckInState) -> None:
    if state not in (CheckInState.DRAFT, CheckInState.APPROVED):
        raise Conflict("This message can no longer be cancelled.", code="not_to_be_cancelled")


def require_uncertain(state: CheckInState) -> None:
    if state is not CheckInState.UNCERTAIN:
        raise Conflict("It is known already what became of this message.", code="not_uncertain")


def require_not_gone(state: CheckInState) -> None:
    """For whoever sends it themselves: a draft, or one that waits. Raises Conflict."""
    if state not in (CheckInState.DRAFT, CheckInState.APPROVED):
        raise Conflict("This message is no longer yours to send.", code="gone_already")
