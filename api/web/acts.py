"""What can be recorded in one tap, and the care that a second tap does not record it twice."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from api.domain.access import Principal
from api.services import contacts
from api.services.work import Work
from schemas.vocabulary import AppointmentStatus, Channel, ContactDirection, ContactOutcome, Initiator
from schemas.wire.appointments import OutcomeIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import PersonOut

# Nobody makes the same call twice within a minute; a hurried finger sends the same form twice.
_SAME_TAP = timedelta(minutes=1)


class ContactTap(StrEnum):
    VOICEMAIL = "voicemail"
    SPOKE = "spoke"
    DESK = "desk"


class OutcomeTap(StrEnum):
    CAME = "came"
    NOT_COME = "not_come"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    CANCELLED_BY_US = "cancelled_by_us"


@dataclass(frozen=True, slots=True)
class Offered:
    """A button: its code and its words."""

    code: str
    words: str


CONTACT_TAPS = (
    Offered(ContactTap.VOICEMAIL, "Called, voicemail"),
    Offered(ContactTap.SPOKE, "Called, spoke"),
    Offered(ContactTap.DESK, "Answered at the desk"),
)
OUTCOME_TAPS = (
    Offered(OutcomeTap.CAME, "Came"),
    Offered(OutcomeTap.NOT_COME, "Did not come"),
    Offered(OutcomeTap.EXCUSED, "Excused"),
)
LATER_OUTCOMES = (
    *OUTCOME_TAPS,
    Offered(OutcomeTap.CANCELLED, "Cancelled by the client"),
    Offered(OutcomeTap.CANCELLED_BY_US, "Cancelled by us"),
)

_CONTACTS = {
    ContactTap.VOICEMAIL: ContactIn(
        direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL
    ),
    ContactTap.SPOKE: ContactIn(
        direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE
    ),
    ContactTap.DESK: ContactIn(
        direction=ContactDirection.INBOUND, channel=Channel.IN_PERSON, outcome=ContactOutcome.SPOKE
    ),
}
_OUTCOMES = {
    OutcomeTap.CAME: OutcomeIn(status=AppointmentStatus.ATTENDED),
    OutcomeTap.NOT_COME: OutcomeIn(status=AppointmentStatus.NO_SHOW),
    OutcomeTap.EXCUSED: OutcomeIn(status=AppointmentStatus.NO_SHOW, excused=True),
    OutcomeTap.CANCELLED: OutcomeIn(status=AppointmentStatus.CANCELLED, initiator=Initiator.CLIENT),
    OutcomeTap.CANCELLED_BY_US: OutcomeIn(status=AppointmentStatus.CANCELLED, initiator=Initiator.PRACTICE),
}


def contact_of(tap: ContactTap) -> ContactIn:
    return _CONTACTS[tap]


def outcome_of(tap: OutcomeTap) -> OutcomeIn:
    return _OUTCOMES[tap]


def record_contact(work: Work, episode_id: UUID, given: ContactIn) -> bool:
    """Records it, unless the same person recorded the same a moment ago. Says whether it did."""
    latest = contacts.page(work, episode_id, before=None, limit=1).items
    if latest and given.at is None and given.note is None:
        last = latest[0]
        same = (last.direction, last.channel, last.outcome) == (given.direction, given.channel, given.outcome)
        same_people = last.recorded_by == work.actor_id and given.client_id in (None, last.client_id)
        if same and same_people and work.now - last.at < _SAME_TAP:
            return False
    contacts.record(work, episode_id, given)
    return True


def may_change(principal: Principal, clinicians: list[PersonOut]) -> bool:
    """Whether forms are offered: a supervisor reads supervisees' episodes and writes only in their own.

    The gate decides; this only spares people a form that would be refused.
    """
    if principal.changes is None or principal.changes == principal.sees:
        return True
    return any(person.id in principal.changes for person in clinicians)
