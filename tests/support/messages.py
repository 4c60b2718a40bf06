"""Messages for tests: an address that may be written to, a message somebody approved, and a carrier that keeps what it gets."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from api.outbound.letters import Letter
from api.outbound.mail import Announce, End, HandedOver
from api.services import consents
from api.store import checkins as checkin_store
from api.store import consents as consent_store
from api.store import deliveries as delivery_store
from api.store import filling, sealing
from api.store.deliveries import Claim
from api.store.sealing import Place
from schemas.tables import CheckIn, Delivery
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ConsentState, StopReason
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House, Person, Practice

UNDO = timedelta(minutes=3)


@dataclass
class Pigeons:
    """A carrier that ends as it is told to, and keeps what was handed over. `before` runs before the announcement."""

    outcome: HandedOver = field(default_factory=lambda: HandedOver(End.TAKEN))
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None
    letters: list[Letter] = field(default_factory=list)

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        if self.before is not None:
            self.before()
        if self.outcome.end in (End.NOT_TAKEN, End.NO_SUCH_ADDRESS):
            return self.outcome
        announce()
        self.letters.append(letter)
        if self.after is not None:
            self.after()
        return self.outcome


def address(
    house: House,
    case: Case,
    who: Person,
    text: str = "ana@example.com",
    state: ConsentState = ConsentState.GRANTED,
    *,
    may_mention_therapy: bool = False,
) -> UUID:
    """An e-mail address of the client, with what they said about it."""
    with house.work(who) as work:
        given = ConsentIn(channel=Channel.EMAIL, address=text, state=state, may_mention_therapy=may_mention_therapy)
        return consents.add(work, case.client_id, given).id


def approved(
    house: House,
    case: Case,
    who: Person,
    consent_id: UUID | None = None,
    *,
    kind: CheckInKind = CheckInKind.CHECK_IN,
    body: str = "Hello Ana, I hope this finds you well.",
) -> UUID:
    """Written and approved at this moment, due when the undo window is over. No service is asked: for what comes after."""
    check_in_id = new_id()
    with house.work(who) as work:
        consent = None if consent_id is None else consent_store.get(work.session, case.client_id, consent_id)
        key = work.client_key(case.client_id)
        row = CheckIn(
            id=check_in_id,
            episode_id=case.episode_id,
            client_id=case.client_id,
            consent_id=consent_id,
            kind=kind,
            subject_sealed=key.seal("A note from Elena", Place("check_ins", "subject", check_in_id)),
            body_sealed=key.seal(body, Place("check_ins", "body", check_in_id)),
            state=CheckInState.APPROVED,
            state_at=work.now,
            written_by=who.id,
            written_at=work.now,
            approved_by=who.id,
            approved_at=work.now,
            due_at=work.now + UNDO,
            address_digest=consent.address_digest if consent else None,
            terms_digest=filling.terms_digest(work, consent),
            token_digest=sealing.token_digest(sealing.reply_token(work.runtime.lookup_key(work.session), check_in_id)),
            reply_until=work.now + timedelta(days=30),
        )
        checkin_store.add(work.session, row)
        delivery = Delivery(
            check_in_id=check_in_id,
            episode_id=case.episode_id,
            next_at=work.now + UNDO,
            message_id=f"{secrets.token_hex(16)}@example.org",
            created_at=work.now,
        )
        checkin_store.add(work.session, delivery)
    return check_in_id


def claim_of(house: House, check_in_id: UUID) -> Claim:
    """As a worker finds it, whoever's else is due in the same database."""
    with house.rows() as work:
        row, delivery = checkin_store.get(work.session, check_in_id), checkin_store.delivery(work.session, check_in_id)
        assert row is not None
        assert delivery is not None
        return Claim(work.practice_id, delivery.id, row.id, row.channel, delivery.attempt_count, delivery.lease_token)


def uncertain(house: House, practice: Practice, check_in_id: UUID) -> UUID:
    """It was handed over, and nobody heard whether it was taken."""
    with house.rows(practice) as work:
        row, delivery = checkin_store.get(work.session, check_in_id), checkin_store.delivery(work.session, check_in_id)
        assert row is not None
        assert delivery is not None
        row.state, delivery.handing_over_at = CheckInState.UNCERTAIN, work.now
        delivery_store.set_aside(delivery)
    return check_in_id


def seen(house: House, check_in_id: UUID) -> tuple[CheckInState, StopReason | None]:
    with house.rows() as work:
        row = checkin_store.get(work.session, check_in_id)
        assert row is not None
        return row.state, row.stopped_by
