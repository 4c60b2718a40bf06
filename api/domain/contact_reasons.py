"""Why a client may not be written to now: codes for programs, one sentence each for the clinician.

The sentences say what stands on record, judge nobody and name no text of the client's. What the practice holds for
whatever cause reads the same as any other hold. Codes are stored with every attempt: never renamed or reused, only added.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ContactCode(StrEnum):
    """One thing that forbids a message. The first group is about the address, then the client, the work, the message, the time."""

    UNREADABLE = "unreadable"

    WAY_NOT_SENT = "way_not_sent"
    NO_ADDRESS = "no_address"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OPTED_OUT = "opted_out"
    BOUNCING = "bouncing"
    ADDRESS_CHANGED = "address_changed"
    TERMS_CHANGED = "terms_changed"

    DIED = "died"
    UNSAFE = "unsafe_to_contact"
    RISK_OF_HARM = "risk_of_harm"
    PAUSED_BY_PRACTICE = "paused_by_practice"
    CONFIDENTIAL_PROGRAMME = "confidential_programme"
    CLIENT_CONTACTS_US = "client_contacts_us"
    RECIPIENT_UNKNOWN = "recipient_unknown"
    ASKED_BEFORE_ADULT = "asked_before_adult"
    GUARDIAN_NOT_TOLD = "guardian_not_told"

    ENDED = "ended"
    TRANSFERRED = "transferred"
    HANDED_OVER = "handed_over"

    BOOKED_SINCE = "booked_since"
    IN_TOUCH_SINCE = "in_touch_since"
    AWAY_SINCE = "away_since"
    MERGED_SINCE = "merged_since"
    NOT_APPROVED = "not_approved"
    APPROVER_GONE = "approver_gone"
    APPROVAL_LAPSED = "approval_lapsed"
    TOO_LATE = "too_late"
    NOT_THE_SAME_DAY = "not_the_same_day"
    CEILING = "ceiling"

    OUTSIDE_SAFE_HOURS = "outside_safe_hours"
    TOO_SOON = "too_soon"


class Unread(StrEnum):
    """A fact that has to be known and is not. Kept with the decision: its name, never its value."""

    NOW = "now"
    TIME_ZONE = "time_zone"
    CONTACTS_US = "contacts_us"
    FLAGS = "flags"
    COURSE = "course"
    ATTEMPTS = "attempts"
    KIND = "kind"
    WRITTEN_AT = "written_at"
    DUE_AT = "due_at"
    APPROVED_AT = "approved_at"
    APPROVER = "approver"
    APPROVED_ADDRESS = "approved_address"
    OCCASION = "occasion"
    BOOKED = "booked"
    IN_TOUCH = "in_touch"
    RESPONSIBLE = "responsible"
    AWAY = "away"
    MERGED = "merged"
    ASKED_AT = "asked_at"
    CHANNEL = "channel"
    PERMISSION = "permission"
    OTHERS = "others"
    TERMS = "terms"
    SAFE_HOURS = "safe_hours"
    CONSENTED_ALONE = "consented_alone"


@dataclass(frozen=True, slots=True)
class ContactReason:
    """`text` is a whole sentence in plain English. `facts` are what it rests on, as they were: days, hours, counts and codes, nobody's words."""

    code: ContactCode
    text: str
    facts: tuple[tuple[str, str], ...] = ()


ONLY_TIME = frozenset({ContactCode.OUTSIDE_SAFE_HOURS, ContactCode.TOO_SOON})
"""What passes by itself. Everything else needs a fact to change, or a person."""

_WORDS = {
    ContactCode.WAY_NOT_SENT: "Messages of this kind are not sent from here.",
    ContactCode.NO_ADDRESS: "There is no address on record to write to.",
    ContactCode.NOT_ASKED: "Whether this address may be written to has not been asked yet.",
    ContactCode.DECLINED: "The client said that this address is not to be used.",
    ContactCode.WITHDRAWN: "The client took the permission for this address back.",
    ContactCode.EXPIRED: "The permission for this address has run out: ask again.",
    ContactCode.OPTED_OUT: "It was said of this address that it is not to be written to.",
    ContactCode.BOUNCING: "A message came back, because there is no such address: look it over and save it, and it may be written to again.",
    ContactCode.ADDRESS_CHANGED: "The address is no longer the one that was approved.",
    ContactCode.TERMS_CHANGED: "What this address allows has changed since this was approved: look at it again.",
    ContactCode.AWAY_SINCE: "A pause or time away has been recorded since this was written.",
    ContactCode.MERGED_SINCE: "Two records turned out to be of this client since this was written: more is known of them now.",
    ContactCode.APPROVER_GONE: "Whoever approved this may not any more: somebody else has to look at it.",
    ContactCode.DIED: "The client has died.",
    ContactCode.UNSAFE: "Somebody else may read what arrives here, so nothing is written there.",
    ContactCode.RISK_OF_HARM: "A risk of harm is on record: a person calls today, or writes personally, and nothing is sent from here.",
    ContactCode.PAUSED_BY_PRACTICE: "Paused by the practice.",
    ContactCode.CONFIDENTIAL_PROGRAMME: "This belongs to a confidential programme, so nothing is sent from here.",
    ContactCode.CLIENT_CONTACTS_US: "The client is the one to get in touch.",
    ContactCode.RECIPIENT_UNKNOWN: "The client is a minor, and who may be written to, or what allows it, is not recorded.",
    ContactCode.ASKED_BEFORE_ADULT: "The client has come of age since this permission was given: ask them themselves.",
    ContactCode.GUARDIAN_NOT_TOLD: "The client consented to this care alone, and a guardian reads at this address.",
    ContactCode.ENDED: "The work has ended.",
    ContactCode.TRANSFERRED: "The work goes on with somebody else.",
    ContactCode.HANDED_OVER: "Since this was written, somebody else has become responsible.",
    ContactCode.BOOKED_SINCE: "A time has been booked, or a session took place, since this was written.",
    ContactCode.IN_TOUCH_SINCE: "The client has been in touch since this was written: read that first.",
    ContactCode.NOT_APPROVED: "Nobody has approved this message.",
    ContactCode.APPROVAL_LAPSED: "A message is approved on the day it goes; look at it again.",
    ContactCode.TOO_LATE: "This is more than two days past its time, so it is not sent late.",
    ContactCode.NOT_THE_SAME_DAY: "This kind of message is for the day of the session itself.",
    ContactCode.CEILING: "As many messages as one quiet spell allows have been sent: a call, or time, is kinder.",
    ContactCode.OUTSIDE_SAFE_HOURS: "It is outside the hours at which this address may be written to.",
    ContactCode.TOO_SOON: "The last message was not long ago: leave some time between two.",
}

# Said of a closing letter, which somebody may have approved already.
_UNSIGNED = "A closing letter is approved with its note, and that is not signed in full."

_UNREAD = {
    Unread.NOW: "The time it is",
    Unread.TIME_ZONE: "The client's time zone",
    Unread.CONTACTS_US: "Who has the first word",
    Unread.FLAGS: "What is flagged",
    Unread.COURSE: "Whether the work goes on",
    Unread.ATTEMPTS: "What was sent before",
    Unread.KIND: "What kind of message this is",
    Unread.WRITTEN_AT: "When this was written",
    Unread.DUE_AT: "When this is to go",
    Unread.APPROVED_AT: "When this was approved",
    Unread.APPROVER: "Who approved this",
    Unread.APPROVED_ADDRESS: "The address this was approved for",
    Unread.OCCASION: "What this message rests on",
    Unread.BOOKED: "When a time was booked",
    Unread.IN_TOUCH: "When the client was last in touch",
    Unread.RESPONSIBLE: "Who is responsible",
    Unread.AWAY: "Who is away",
    Unread.MERGED: "Whether two records are this client's",
    Unread.ASKED_AT: "When the client was asked",
    Unread.CHANNEL: "The way this would take",
    Unread.PERMISSION: "The permission for this address",
    Unread.OTHERS: "What others who share this address said",
    Unread.TERMS: "What this address allows",
    Unread.SAFE_HOURS: "The safe hours",
    Unread.CONSENTED_ALONE: "Who consented to this care",
}


def plain(code: ContactCode, **facts: str) -> ContactReason:
    """`facts`: days and hours as they were on the client's calendar, counts, and codes of ours that tell cases of one code apart."""
    words = _UNSIGNED if facts.get("with_the") == "signature" else _WORDS[code]
    return ContactReason(code, words, tuple(sorted(facts.items())))


def unreadable(what: Unread | None) -> ContactReason:
    """None: which fact it was is not known any more."""
    if what is None:
        return ContactReason(ContactCode.UNREADABLE, "Something that has to be known could not be read.")
    text = f"{_UNREAD[what]} could not be read, so nothing is sent."
    return ContactReason(ContactCode.UNREADABLE, text, (("what", what.value),))


def kept(reasons: Iterable[ContactReason]) -> list[dict[str, str]]:
    """What is stored with a decision, so that it can be told later as it was."""
    return [{"code": reason.code.value, **dict(reason.facts)} for reason in reasons]


def told(codes: Collection[str], facts: Sequence[Mapping[str, str]] | None) -> list[ContactReason]:
    """A decision that was kept, in words. `facts` is None for one that was kept before they were."""
    if facts is None:
        facts = [{"code": code.value} for code in ContactCode if code.value in set(codes)]
    return [
        _told(ContactCode(one["code"]), {name: value for name, value in one.items() if name != "code"}) for one in facts
    ]


def _told(code: ContactCode, facts: Mapping[str, str]) -> ContactReason:
    if code is not ContactCode.UNREADABLE:
        return plain(code, **facts)
    return unreadable(Unread(facts["what"]) if "what" in facts else None)
