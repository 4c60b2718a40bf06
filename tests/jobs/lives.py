"""One message's life: what may happen to it, step by step, and what forbids it, said a second time.

In plain comparisons and without the product's own rules, so that a mistake in those shows.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import MayNotContact
from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import appointments, approvals, checkins, clients, consents, contacts
from api.services.deliveries import Handover
from api.services.work import Work
from api.store import flags as flag_store
from schemas.tables import Absence, CheckIn, Client, Consent, Contact, Episode, EpisodeClinician, Flag
from schemas.vocabulary import (
    AbsenceKind,
    Channel,
    CheckInKind,
    CheckInState,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    FlagKind,
)
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.checkins import ApprovalIn, CheckInIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from tests.services.erasing import ended, erase
from tests.support import links
from tests.support.house import Case, House
from tests.support.messages import UNDO, Pigeons, approved

SPACING, CEILING, LATE = timedelta(days=7), 3, timedelta(days=2)


@dataclass
class Written:
    """A message as the oracle knows it. `went_at`: when it was handed over, or may have been."""

    at: datetime
    digest: int
    terms: int = 0
    due_at: datetime | None = None
    occasion: UUID | date | None = None
    called_back: bool = False
    went_at: datetime | None = None
    marked_allowed: bool = False


@dataclass
class Life:
    """One client, one who shares their address, and everything that happened, kept beside the product."""

    house: House
    case: Case
    other: Case
    consent_id: UUID
    other_consent_id: UUID
    carrier: Pigeons
    messages: dict[UUID, Written] = field(default_factory=dict)
    in_hand: Handover | None = None
    outcome: HandedOver | None = None
    stopped_for_good: bool = False
    ended: bool = False
    other_refused: bool = False
    reply_id: UUID | None = None
    flags: int = 0
    address: int = 0
    terms: int = 0
    expired: bool = False
    other_erased: bool = False
    away_at: datetime | None = None
    handed_over_at: datetime | None = None
    merged_at: datetime | None = None
    booked_at: datetime | None = None
    in_touch_at: datetime | None = None

    @property
    def now(self) -> datetime:
        return self.house.now

    def why_not(self, message: Written) -> str | None:
        """What the facts known now say against it."""
        attempts = [
            one.went_at
            for one in self.messages.values()
            if one is not message and one.went_at and (self.in_touch_at is None or one.went_at > self.in_touch_at)
        ]
        due = message.due_at or message.at + UNDO
        # One reply and one wish carry one message; the others of the same are judged like a check-in.
        exempt = message.occasion is not None and not any(
            one.occasion == message.occasion and one.went_at for one in self.messages.values() if one is not message
        )
        against = {
            "refused, ended or died": self.stopped_for_good,
            "refused by whoever shares the address": self.other_refused and self.address == 0,
            "called back": message.called_back,
            "other terms": message.terms != self.terms,
            "expired": self.expired,
            "away": self.away_at is not None and self.away_at > message.at,
            "handed over": self.handed_over_at is not None and self.handed_over_at > message.at,
            "merged": self.merged_at is not None and self.merged_at >= message.at,
            "flagged": self.flags > 0,
            "another address": message.digest != self.address,
            "booked": self.booked_at is not None and self.booked_at > message.at,
            "in touch": self.in_touch_at is not None and self.in_touch_at > message.at,
            "not due": self.now < due,
            "too late": self.now - due > LATE,
            "too soon": not exempt and any(self.now - at < SPACING for at in attempts),
            "too many": not exempt and len(attempts) >= CEILING,
        }
        return next((words for words, true in against.items() if true), None)


def approve(life: Life) -> None:
    life.house.wait(seconds=1)
    check_in_id = approved(life.house, life.case, life.house.clinician, life.consent_id)
    life.messages[check_in_id] = Written(life.now, life.address, life.terms)


def approve_as_people_do(life: Life, kind: CheckInKind) -> None:
    """By the services, which may refuse; what the kind rests on is there, and used as often as it comes."""
    life.house.wait(seconds=1)
    who = life.house.clinician
    occasion: UUID | date | None = None
    more: dict[str, object] = {}
    if kind is CheckInKind.ANSWER:
        if life.reply_id is None:
            return
        more, occasion = {"in_reply_to": life.reply_id}, life.reply_id
    elif kind is CheckInKind.FOLLOW_UP:
        if life.in_touch_at is None:
            return
        more, occasion = {"asked_for_on": life.in_touch_at.date()}, life.in_touch_at.date()
    given = {"episode_id": life.case.episode_id, "consent_id": life.consent_id, "kind": kind, **more}
    with life.house.work(who) as work:
        draft = checkins.draft(work, CheckInIn.model_validate({**given, "subject": "Hello", "body": "Hello Ana."}))
    try:
        with life.house.work(who) as work:
            done = approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
    except MayNotContact:
        return
    life.messages[draft.id] = Written(life.now, life.address, life.terms, done.due_at, occasion)


def undo(life: Life) -> None:
    for check_in_id, message in life.messages.items():
        with life.house.rows() as work:
            waits = seen_now(work, check_in_id) is CheckInState.APPROVED
        if waits:
            with life.house.work(life.house.clinician) as work:
                approvals.undo(work, check_in_id)
            message.called_back = True
            return


def seen_now(work: Work, check_in_id: UUID) -> CheckInState | None:
    return work.session.scalar(sa.select(col(CheckIn.state)).where(col(CheckIn.id) == check_in_id))


def reply(life: Life) -> None:
    """As a link would have brought it, and nothing is told to what waits."""
    life.house.wait(seconds=1)
    sent = links.send(
        life.house, life.case, life.house.clinician, consent_id=life.consent_id, state=CheckInState.BOUNCED
    )
    life.reply_id = links.reply(life.house, life.case, life.house.clinician, sent)
    told_in_silence(life)


def told_in_silence(life: Life) -> None:
    """A word of the client's, put into the record without what cancels: the decision itself has to see it."""
    life.house.wait(seconds=1)
    with life.house.rows() as work:
        row = Contact(
            episode_id=life.case.episode_id,
            client_id=life.case.client_id,
            at=work.now,
            known_at=work.now,
            direction=ContactDirection.INBOUND,
            channel=Channel.EMAIL,
            outcome=ContactOutcome.RECEIVED,
        )
        work.session.add(row)
    life.in_touch_at = life.now


def _set_consent(life: Life, **values: object) -> None:
    with life.house.rows() as work:
        work.session.execute(sa.update(Consent).where(col(Consent.id) == life.consent_id).values(**values))


def withdraw_in_silence(life: Life) -> None:
    _set_consent(life, state=ConsentState.WITHDRAWN)
    life.stopped_for_good = True


def other_terms(life: Life) -> None:
    life.terms += 1
    _set_consent(life, safe_from=time(0, 0), safe_until=time(23, life.terms % 60))


def expire(life: Life) -> None:
    _set_consent(life, valid_until=life.now.date() - timedelta(days=3))
    life.expired = True


def go_away(life: Life) -> None:
    life.house.wait(seconds=1)
    with life.house.rows() as work:
        row = Absence(
            kind=AbsenceKind.PAUSE, episode_id=life.case.episode_id, from_on=work.now.date(), known_at=work.now
        )
        work.session.add(row)
    life.away_at = life.now


def hand_over_episode(life: Life) -> None:
    life.house.wait(seconds=1)
    with life.house.rows() as work:
        since = sa.update(EpisodeClinician).where(col(EpisodeClinician.episode_id) == life.case.episode_id)
        work.session.execute(since.values(since=work.now))
    life.handed_over_at = life.now


def merge(life: Life) -> None:
    double = life.house.client("Ana M.", life.house.clinician)
    life.house.wait(seconds=1)
    with life.house.work(life.house.founder) as work:
        clients.merge(work, life.case.client_id, double.client_id)
    life.merged_at = life.now


def erase_other(life: Life) -> None:
    """What they refused is still refused."""
    if not life.other_erased:
        ended(life.house, life.other.episode_id)
        life.house.wait(seconds=1)
        erase(life.house, life.other.client_id)
        life.other_erased = True


def book(life: Life) -> None:
    """Nothing is booked in work that has ended."""
    if life.ended:
        return
    life.house.wait(seconds=1)
    with life.house.work(life.house.clinician) as work:
        given = AppointmentNewIn(
            episode_id=life.case.episode_id, starts_at=work.now + timedelta(days=90), duration_minutes=50
        )
        appointments.book(work, given)
    life.booked_at = life.now


def _contact(life: Life, given: ContactIn) -> None:
    life.house.wait(seconds=1)
    with life.house.work(life.house.clinician) as work:
        contacts.record(work, life.case.episode_id, given)
    life.in_touch_at = life.now


def write_back(life: Life) -> None:
    _contact(life, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))


def speak(life: Life) -> None:
    _contact(life, ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE))


def _refuse(life: Life, case: Case, consent_id: UUID) -> None:
    with life.house.work(life.house.clinician) as work:
        row = next(one for one in consents.page(work, case.client_id) if one.id == consent_id)
        given = ConsentIn(channel=Channel.EMAIL, address=row.address, state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, consent_id, given, version=row.version)


def withdraw(life: Life) -> None:
    if life.address:
        # The service would take what stands there now for a correction of what they answered for.
        withdraw_in_silence(life)
        return
    _refuse(life, life.case, life.consent_id)
    life.stopped_for_good = True


def other_withdraws(life: Life) -> None:
    if life.other_erased:
        return
    _refuse(life, life.other, life.other_consent_id)
    life.other_refused = True


def contacts_us(life: Life) -> None:
    with life.house.work(life.house.clinician) as work:
        client = clients.read(work, life.case.client_id)
        clients.change(work, life.case.client_id, ClientPatch(client_contacts_us=True), version=client.version)
    life.stopped_for_good = True


def flag(life: Life, kind: FlagKind) -> None:
    with life.house.rows() as work:
        flag_store.add(work.session, Flag(client_id=life.case.client_id, kind=kind, raised_at=work.now))
    life.flags += 1


def clear_flags(life: Life) -> None:
    with life.house.rows() as work:
        work.session.execute(sa.update(Flag).values(cleared_at=work.now))
    life.flags = 0


def end(life: Life) -> None:
    with life.house.rows() as work:
        ended = sa.update(Episode).where(col(Episode.id) == life.case.episode_id)
        work.session.execute(ended.values(ended_at=work.now))
    life.stopped_for_good = life.ended = True


def die(life: Life) -> None:
    with life.house.rows() as work:
        died = sa.update(Client).where(col(Client.id) == life.case.client_id)
        work.session.execute(died.values(died_on=work.now.date()))
    life.stopped_for_good = True


def move(life: Life) -> None:
    """Another address stands on record now, allowed like the former."""
    life.address += 1
    with life.house.rows() as work:
        moved = sa.update(Consent).where(col(Consent.id) == life.consent_id)
        work.session.execute(moved.values(address_digest=f"address {life.address}".encode()))


def take(life: Life) -> None:
    """The mark: what is known at this instant binds."""
    if life.in_hand is not None:
        return
    taken = Courier(life.house.runtime).take()
    if isinstance(taken, Handover):
        message = life.messages[taken.check_in_id]
        against = life.why_not(message)
        assert against is None, f"marked although {against}"
        assert message.went_at is None, "marked a second time"
        message.marked_allowed = True
        life.in_hand, life.outcome = taken, None


def hand_over(life: Life, end: End) -> None:
    if life.in_hand is None or life.outcome is not None:
        return
    life.carrier.outcome = HandedOver(end)
    before = len(life.carrier.letters)
    life.outcome = Courier(life.house.runtime).hand_over(life.in_hand)
    message = life.messages[life.in_hand.check_in_id]
    if len(life.carrier.letters) > before:
        assert message.marked_allowed
        assert message.went_at is None, "handed over a second time"
        if end is not End.REFUSED:
            message.went_at = life.now
    if life.outcome is None:
        life.in_hand = None


def settle(life: Life) -> None:
    if life.in_hand is not None and life.outcome is not None:
        Courier(life.house.runtime).settle(life.in_hand, life.outcome)
        life.in_hand = life.outcome = None


def crash(life: Life) -> None:
    """The worker is gone, with all it had in hand."""
    life.in_hand = life.outcome = None
