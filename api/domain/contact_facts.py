"""What the contact decision looks at: gathered by whoever asks, and said here once what each fact means.

A value of None means "none" only where its line says so. Everywhere else it means "not known", and forbids.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from schemas.vocabulary import Authority, Channel, CheckInKind, ConsentState, EndingKind, FlagKind, Recipient


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages one quiet spell allows, and how far apart. No trial was found that says: modest on purpose."""

    ceiling: int = 3
    spacing_days: int = 7


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the client as it stands on record now, and what was said about it.

    `valid_until` is the last day, on the client's calendar, that the permission holds; None: no end was set. `safe_hours`
    are (from, until) on the client's clock; (None, None): any hour. `recipient` is who reads it and
    `authority` what lets them, both needed where the client is a minor. `said_by_others`: the latest word of every other client of the practice on record with the same address.
    `terms`: a digest of what may be written there, when, as whom and to whom. `bouncing`: a mail server said that there is none such.
    `held`: the practice has something to look at first before anything is written there; what that is stands in no decision.
    """

    id: UUID
    channel: Channel | None
    digest: bytes | None
    state: ConsentState | None
    asked_at: datetime | None
    valid_until: date | None = None
    safe_hours: tuple[time | None, time | None] = (None, None)
    recipient: Recipient | None = None
    authority: Authority | None = None
    said_by_others: Collection[ConsentState] | None = ()
    terms: bytes | None = None
    bouncing: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag nobody has cleared. `address_id` narrows an unsafe address; every other flag is about the client."""

    kind: FlagKind | None
    address_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """`adult_on` is the day a client comes of age; None: an adult all along. `consented_alone`: as a minor, so that no guardian is told."""

    time_zone: str | None
    contacts_us: bool | None
    flags: Collection[OpenFlag] | None
    adult_on: date | None = None
    died_on: date | None = None
    consented_alone: bool | None = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that already went to the client in this quiet spell. `kind` is None for what was made elsewhere: a call, a letter."""

    at: datetime
    kind: CheckInKind | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """How the work stands, and what the record has learned of it.

    `ended` is also true for somebody who has left a couple, family or group that goes on. The instants are the latest at which the
    record learned of a booking or a session, of a reply or other sign of life, of another responsible clinician,
    of days away that are not over, of a second record that is theirs; None: of none.
    """

    ended: bool | None
    attempts: Collection[Attempt] | None
    ending: EndingKind | None = None
    booked_known_at: datetime | None = None
    in_touch_known_at: datetime | None = None
    handed_over_at: datetime | None = None
    away_known_at: datetime | None = None
    merged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`written_at` is when its words were last saved; `due_at` when it is to go, the undo window over.

    `approved_digest` is that of the address somebody approved it for. `occasion_at` is what the kind rests on: the reply that
    is answered, the wish for a follow-up, the approval of the closing letter, the start of the session missed today. Without
    it the kind exempts from nothing. `approved_terms`: the digest of what that address allowed then. `approver_may`: whether
    whoever approved it is still somebody who may.
    """

    kind: CheckInKind | None
    written_at: datetime | None
    due_at: datetime | None
    approved_at: datetime | None
    approved_digest: bytes | None
    occasion_at: datetime | None = None
    approved_terms: bytes | None = None
    approver_may: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the decision looks at. `address` is None where the address has been taken off the record."""

    message: Message
    address: Address | None
    person: Person
    course: Course
