"""May this message go to this client now? Asked when somebody approves it, and again in the moment of sending.

Fails closed: what is not known, or cannot be read, forbids. Every fact that forbids is told, not only the first. The
caller gathers the facts and stores the decision with the attempt, also with the one that was not made.

To write this down for somebody before they approve: give `now` as `approved_at`, `due_at` and, for new words, `written_at`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.domain import clock, safe_hours
from api.domain.contact_facts import USUAL_LIMITS, Address, Facts, Limits, Message, OpenFlag, Person
from api.domain.contact_reasons import ONLY_TIME, ContactCode, ContactReason, Unread, plain, unreadable
from schemas.vocabulary import Channel, CheckInKind, ConsentState, EndingKind, FlagKind, Recipient, time_zones

LATE_AFTER = timedelta(days=2)
"""A message further past its time than this is revoked. An approval holds no longer either: undone days are not the day it goes."""

# What this product hands over itself. A call or a letter is made by a person and recorded.
_SENT_FROM_HERE = frozenset({Channel.EMAIL, Channel.SMS})
_EXEMPT = frozenset({CheckInKind.ANSWER, CheckInKind.FOLLOW_UP, CheckInKind.CLOSING_LETTER})
_NOT_COUNTED = frozenset({CheckInKind.ANSWER, CheckInKind.CLOSING_LETTER, CheckInKind.MISSED_TODAY})
_STATE = {
    ConsentState.NOT_ASKED: ContactCode.NOT_ASKED,
    ConsentState.DECLINED: ContactCode.DECLINED,
    ConsentState.WITHDRAWN: ContactCode.WITHDRAWN,
}
_FLAG = {
    FlagKind.UNSAFE_TO_CONTACT: ContactCode.UNSAFE,
    FlagKind.RISK_OF_HARM: ContactCode.RISK_OF_HARM,
    FlagKind.PRACTICE_HOLD: ContactCode.PAUSED_BY_PRACTICE,
    FlagKind.CONFIDENTIAL_PROGRAMME: ContactCode.CONFIDENTIAL_PROGRAMME,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed where nothing forbids. `reasons` are all that forbid, by the order of their codes.

    `not_before` is set where nothing but time forbids: the earliest instant at which time no longer does. `worth_waiting`:
    with these facts the message may go then. If not, it would be too late by then, or its permission over: revoke it.
    """

    reasons: tuple[ContactReason, ...] = ()
    not_before: datetime | None = None
    worth_waiting: bool = False

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def codes(self) -> frozenset[ContactCode]:
        return frozenset(reason.code for reason in self.reasons)


def may_contact(facts: Facts, now: datetime, limits: Limits = USUAL_LIMITS) -> Decision:
    """Never raises, whatever the facts are.

    An answer to the client's own reply, an approved closing letter and a follow-up the client asked for are exempt from the
    ceiling, from spacing and from "ended", and from nothing else. After a transfer only the closing letter goes: whoever
    took over writes their own.
    """
    reasons = _reasons(facts, now, limits)
    if not reasons or not ONLY_TIME.issuperset(reason.code for reason in reasons):
        return Decision(reasons)
    then = _time_allows_from(facts, now, limits)
    return Decision(reasons, then, then is not None and not _reasons(facts, then, limits))


def _reasons(facts: Facts, now: datetime, limits: Limits) -> tuple[ContactReason, ...]:
    if not _aware(now):
        return (unreadable(Unread.NOW),)
    found = dict.fromkeys(
        [
            *_unread(facts),
            *_of_address(facts),
            *_of_person(facts),
            *_of_days(facts, now),
            *_of_course(facts, now),
            *_of_approval(facts.message, now),
            *_of_attempts(facts, now, limits),
        ]
    )
    order = list(ContactCode)
    return tuple(sorted(found, key=lambda reason: order.index(reason.code)))


def _unread(facts: Facts) -> Iterator[ContactReason]:
    """Whatever has to be known and is not; and instants without a zone, which could mean any hour of a day."""
    message, course = facts.message, facts.course
    needed = {
        Unread.TIME_ZONE: _zone(facts),
        Unread.CONTACTS_US: facts.person.contacts_us,
        Unread.FLAGS: facts.person.flags,
        Unread.CONSENTED_ALONE: facts.person.consented_alone,
        Unread.COURSE: course.ended,
        Unread.ATTEMPTS: course.attempts,
        Unread.KIND: message.kind,
        Unread.WRITTEN_AT: message.written_at,
        Unread.DUE_AT: message.due_at,
    }
    instants = {
        Unread.WRITTEN_AT: message.written_at,
        Unread.DUE_AT: message.due_at,
        Unread.APPROVED_AT: message.approved_at,
        Unread.OCCASION: message.occasion_at,
        Unread.BOOKED: course.booked_known_at,
        Unread.IN_TOUCH: course.in_touch_known_at,
        Unread.RESPONSIBLE: course.handed_over_at,
        Unread.AWAY: course.away_known_at,
        Unread.MERGED: course.merged_at,
        Unread.ASKED_AT: facts.address.asked_at if facts.address else None,
    }
    names = [name for name, value in needed.items() if value is None]
    names += [name for name, at in instants.items() if at is not None and not _aware(at)]
    if not all(_aware(attempt.at) for attempt in course.attempts or ()):
        names.append(Unread.ATTEMPTS)
    yield from map(unreadable, names)


def _of_address(facts: Facts) -> Iterator[ContactReason]:
    address = facts.address
    if address is None:
        yield plain(ContactCode.NO_ADDRESS)
        return
    if address.channel not in _SENT_FROM_HERE:
        yield plain(ContactCode.WAY_NOT_SENT) if address.channel else unreadable(Unread.CHANNEL)
    if address.state in _STATE:
        yield plain(_STATE[address.state])
    elif address.state is None or address.asked_at is None:
        yield unreadable(Unread.PERMISSION)
    yield from _of_others(address)
    if address.digest is None or (facts.message.approved_digest is None and facts.message.approved_at is not None):
        yield unreadable(Unread.APPROVED_ADDRESS)
    elif facts.message.approved_digest not in (None, address.digest):
        yield plain(ContactCode.ADDRESS_CHANGED)
    if facts.message.approved_at is not None:
        yield from _of_terms(address.terms, facts.message.approved_terms)
    if not safe_hours.readable(address.safe_hours):
        yield unreadable(Unread.SAFE_HOURS)


def _of_others(address: Address) -> Iterator[ContactReason]:
    """What stands against it by somebody else's word: whoever shares it, a mail server, the practice."""
    if address.said_by_others is None:
        yield unreadable(Unread.OTHERS)
    elif not {ConsentState.DECLINED, ConsentState.WITHDRAWN}.isdisjoint(address.said_by_others):
        yield plain(ContactCode.OPTED_OUT)
    if address.bouncing:
        yield plain(ContactCode.BOUNCING)
    if address.held:
        # In no other words than a hold of the practice: that somebody wrote from there is nobody's to learn.
        yield plain(ContactCode.PAUSED_BY_PRACTICE)


def _of_terms(terms: bytes | None, approved: bytes | None) -> Iterator[ContactReason]:
    """Whoever approved the words read them for what the address allowed then."""
    if terms is None or approved is None:
        yield unreadable(Unread.TERMS)
    elif terms != approved:
        yield plain(ContactCode.TERMS_CHANGED)


def _of_person(facts: Facts) -> Iterator[ContactReason]:
    person = facts.person
    if person.died_on is not None or facts.course.ending is EndingKind.CLIENT_DIED:
        yield plain(ContactCode.DIED)
    if person.contacts_us:
        yield plain(ContactCode.CLIENT_CONTACTS_US)
    flags = person.flags or ()
    for flag in flags:
        if flag.kind is None:
            yield unreadable(Unread.FLAGS)
        elif flag.kind is not FlagKind.UNSAFE_TO_CONTACT:
            yield plain(_FLAG[flag.kind])
    unsafe = [flag for flag in flags if flag.kind is FlagKind.UNSAFE_TO_CONTACT and _is_about(flag, facts.address)]
    if unsafe:
        yield plain(ContactCode.UNSAFE, where="all" if any(flag.address_id is None for flag in unsafe) else "one")


def _is_about(flag: OpenFlag, address: Address | None) -> bool:
    return flag.address_id is None or address is None or flag.address_id == address.id


def _of_days(facts: Facts, now: datetime) -> Iterator[ContactReason]:
    """What depends on the day and the hour where the client lives."""
    address, zone = facts.address, _zone(facts)
    if address is None or zone is None:
        return
    today = clock.local_day(clock.second(now), zone)
    if address.valid_until is not None and address.valid_until < today:
        yield plain(ContactCode.EXPIRED, on=address.valid_until.isoformat())
    yield from _of_age(facts.person, address, today, zone)
    hours = _hours(address)
    if hours is not None and not safe_hours.covers(hours, now, zone):
        yield plain(ContactCode.OUTSIDE_SAFE_HOURS, **_from(safe_hours.next_within(hours, now, zone), zone))


def _of_age(person: Person, address: Address, today: date, zone: str) -> Iterator[ContactReason]:
    """Whoever comes of age is asked anew: what a guardian allowed does not bind them."""
    adult_on = person.adult_on
    if adult_on is None:
        return
    if adult_on > today:
        if address.recipient is None or address.authority is None:
            yield plain(ContactCode.RECIPIENT_UNKNOWN)
        if address.recipient is Recipient.GUARDIAN and person.consented_alone:
            yield plain(ContactCode.GUARDIAN_NOT_TOLD)
        return
    asked_at = address.asked_at
    if asked_at is not None and _aware(asked_at) and clock.local_day(clock.second(asked_at), zone) < adult_on:
        yield plain(ContactCode.ASKED_BEFORE_ADULT)


def _of_course(facts: Facts, now: datetime) -> Iterator[ContactReason]:
    message, course = facts.message, facts.course
    has_ended = course.ended or course.ending is not None
    if course.ending is EndingKind.TRANSFERRED:
        if not (message.kind is CheckInKind.CLOSING_LETTER and _is_exempt(message, now)):
            yield plain(ContactCode.TRANSFERRED)
    elif has_ended and course.ending is not EndingKind.CLIENT_DIED and not _is_exempt(message, now):
        yield plain(ContactCode.ENDED)
    for code, known_at in (
        (ContactCode.HANDED_OVER, course.handed_over_at),
        (ContactCode.BOOKED_SINCE, course.booked_known_at),
        (ContactCode.IN_TOUCH_SINCE, course.in_touch_known_at),
        (ContactCode.AWAY_SINCE, course.away_known_at),
        (ContactCode.MERGED_SINCE, course.merged_at),
    ):
        if _is_later(known_at, message.written_at):
            yield plain(code, **_from(known_at, _zone(facts)))


def _of_approval(message: Message, now: datetime) -> Iterator[ContactReason]:
    """A person approves every message on the day it goes; undo window and safe hours may carry it over into the next."""
    approved_at, due_at = message.approved_at, message.due_at
    if due_at is not None and _aware(due_at) and now - due_at > LATE_AFTER:
        yield plain(ContactCode.TOO_LATE)
    if message.kind is CheckInKind.CLOSING_LETTER and not _is_exempt(message, now):
        # It is approved with the ending: whatever somebody tapped, it goes once its note is signed in full.
        yield plain(ContactCode.NOT_APPROVED, with_the="signature")
    elif approved_at is None:
        yield plain(ContactCode.NOT_APPROVED)
    if approved_at is not None and message.approver_may is None:
        yield unreadable(Unread.APPROVER)
    elif approved_at is not None and not message.approver_may:
        yield plain(ContactCode.APPROVER_GONE)
    if approved_at is not None and _aware(approved_at):
        if approved_at > now:
            yield unreadable(Unread.APPROVED_AT)
        goes_at = max(now, due_at) if due_at is not None and _aware(due_at) else now
        if goes_at - approved_at > LATE_AFTER:
            yield plain(ContactCode.APPROVAL_LAPSED)


def _of_attempts(facts: Facts, now: datetime, limits: Limits) -> Iterator[ContactReason]:
    message = facts.message
    if message.kind is CheckInKind.MISSED_TODAY and not _is_today(facts, now):
        yield plain(ContactCode.NOT_THE_SAME_DAY)
    if _is_exempt(message, now):
        return
    attempts = facts.course.attempts or ()
    counted = sum(attempt.kind not in _NOT_COUNTED for attempt in attempts)
    if counted + (message.kind is not CheckInKind.MISSED_TODAY) > limits.ceiling:
        yield plain(ContactCode.CEILING, most=str(limits.ceiling))
    last = _last_attempt(facts)
    if last is not None and now - last < timedelta(days=limits.spacing_days):
        then = clock.instant(clock.second(last) + 1 + timedelta(days=limits.spacing_days).total_seconds())
        yield plain(ContactCode.TOO_SOON, days=str(limits.spacing_days), **_from(then, _zone(facts)))


def _from(at: datetime | None, zone: str | None) -> dict[str, str]:
    """The minute of the client's clock from which something is so, where it can be told."""
    if at is None or zone is None:
        return {}
    return {"at": datetime.fromtimestamp(clock.second(at), clock.zone(zone)).strftime("%Y-%m-%dT%H:%M")}


def _is_exempt(message: Message, now: datetime) -> bool:
    return message.kind in _EXEMPT and _has_come(message.occasion_at, now)


def _is_today(facts: Facts, now: datetime) -> bool:
    """The session that was missed lies behind, on the same day of the client's calendar."""
    at, zone = facts.message.occasion_at, _zone(facts)
    if at is None or zone is None or not _has_come(at, now):
        return False
    return clock.local_day(clock.second(at), zone) == clock.local_day(clock.second(now), zone)


def _last_attempt(facts: Facts) -> datetime | None:
    """Whatever kind it was: to the client, a message is a message."""
    return max((attempt.at for attempt in facts.course.attempts or () if _aware(attempt.at)), default=None)


def _time_allows_from(facts: Facts, now: datetime, limits: Limits) -> datetime | None:
    """The later of what spacing asks for and the next safe hour after it."""
    earliest: datetime | None = now
    last = _last_attempt(facts)
    spaced = timedelta(days=limits.spacing_days)
    if last is not None and now - last < spaced and not _is_exempt(facts.message, now):
        earliest = clock.instant(clock.second(last) + 1 + spaced.total_seconds())
    address, zone = facts.address, _zone(facts)
    hours = _hours(address) if address else None
    if earliest is None or hours is None or zone is None:
        return earliest
    return safe_hours.next_within(hours, earliest, zone)


def _hours(address: Address) -> safe_hours.Hours | None:
    start, end = address.safe_hours
    return (start, end) if start is not None and end is not None and safe_hours.readable((start, end)) else None


def _zone(facts: Facts) -> str | None:
    return facts.person.time_zone if facts.person.time_zone in time_zones() else None


def _aware(at: datetime) -> bool:
    return at.utcoffset() is not None


def _has_come(at: datetime | None, now: datetime) -> bool:
    return at is not None and _aware(at) and at <= now


def _is_later(at: datetime | None, than: datetime | None) -> bool:
    return at is not None and than is not None and _aware(at) and _aware(than) and at > than
