"""Why a client may not be written to now: codes for programs, one sentence each for the clinician.

The sentences say what stands on record, judge nobody and name no text of the client's. What the practice holds for
whatever cause reads the same as any other hold. Codes are stored with every attempt: never renamed or reused, only added.
"""

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

    ENDED = "ended"
    TRANSFERRED = "transferred"
    HANDED_OVER = "handed_over"

    BOOKED_SINCE = "booked_since"
    IN_TOUCH_SINCE = "in_touch_since"
    AWAY_SINCE = "away_since"
    NOT_APPROVED = "not_approved"
    APPROVER_GONE = "approver_gone"
    APPROVAL_LAPSED = "approval_lapsed"
    TOO_LATE = "too_late"
    NOT_THE_SAME_DAY = "not_the_same_day"
    CEILING = "ceiling"

    OUTSIDE_SAFE_HOURS = "outside_safe_hours"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class ContactReason:
    """`text` is a whole sentence in plain English."""

    code: ContactCode
    text: str


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
    ContactCode.ADDRESS_CHANGED: "The address is no longer the one that was approved.",
    ContactCode.TERMS_CHANGED: "What this address allows has changed since this was approved: look at it again.",
    ContactCode.AWAY_SINCE: "A pause or time away has been recorded since this was written.",
    ContactCode.APPROVER_GONE: "Whoever approved this may not any more: somebody else has to look at it.",
    ContactCode.DIED: "The client has died.",
    ContactCode.UNSAFE: "Somebody else may read what arrives here, so nothing is written there.",
    ContactCode.RISK_OF_HARM: "A risk of harm is on record: a person calls today, or writes personally, and nothing is sent from here.",
    ContactCode.PAUSED_BY_PRACTICE: "Paused by the practice.",
    ContactCode.CONFIDENTIAL_PROGRAMME: "This belongs to a confidential programme, so nothing is sent from here.",
    ContactCode.CLIENT_CONTACTS_US: "The client is the one to get in touch.",
    ContactCode.RECIPIENT_UNKNOWN: "The client is a minor, and who may be written to is not recorded.",
    ContactCode.ASKED_BEFORE_ADULT: "The client has come of age since this permission was given: ask them themselves.",
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


def plain(code: ContactCode) -> ContactReason:
    return ContactReason(code, _WORDS[code])


def unreadable(what: str) -> ContactReason:
    """`what` names the fact, never its value."""
    return ContactReason(ContactCode.UNREADABLE, f"{what} could not be read, so nothing is sent.")
