"""Random lives of a message: facts and the worker's steps in any order, with crashes between them.

Whatever is handed over, nothing that was committed before its mark forbade it. What forbids is said here a second time, in
plain comparisons and without the product's own rules, so that a mistake in those shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import appointments, clients, consents, contacts
from api.services.deliveries import Handover
from api.store import flags as flag_store
from schemas.tables import CheckIn, Client, Consent, Delivery, Episode, Flag
from schemas.vocabulary import Channel, CheckInState, ConsentState, ContactDirection, ContactOutcome, FlagKind
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from tests.support.house import Case, House
from tests.support.messages import UNDO, Pigeons, address, approved

SPACING, CEILING, LATE = timedelta(days=7), 3, timedelta(days=2)


@dataclass
class Written:
    """A message as the oracle knows it. `went_at`: when it was handed over, or may have been."""

    at: datetime
    digest: int
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
    other_refused: bool = False
    flags: int = 0
    address: int = 0
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
        due = message.at + UNDO
        against = {
            "refused, ended or died": self.stopped_for_good,
            "refused by whoever shares the address": self.other_refused and self.address == 0,
            "flagged": self.flags > 0,
            "another address": message.digest != self.address,
            "booked": self.booked_at is not None and self.booked_at > message.at,
            "in touch": self.in_touch_at is not None and self.in_touch_at > message.at,
            "not due": self.now < due,
            "too late": self.now - due > LATE,
            "too soon": any(self.now - at < SPACING for at in attempts),
            "too many": len(attempts) >= CEILING,
        }
        return next((words for words, true in against.items() if true), None)


def _approve(life: Life) -> None:
    life.house.wait(seconds=1)
    check_in_id = approved(life.house, life.case, life.house.clinician, life.consent_id)
    life.messages[check_in_id] = Written(life.now, life.address)


def _book(life: Life) -> None:
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


def _write_back(life: Life) -> None:
    _contact(life, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))


def _speak(life: Life) -> None:
    _contact(life, ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE))


def _refuse(life: Life, case: Case, consent_id: UUID) -> None:
    with life.house.work(life.house.clinician) as work:
        row = next(one for one in consents.page(work, case.client_id) if one.id == consent_id)
        given = ConsentIn(channel=Channel.EMAIL, address=row.address, state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, consent_id, given, version=row.version)


def _withdraw(life: Life) -> None:
    _refuse(life, life.case, life.consent_id)
    life.stopped_for_good = True


def _other_withdraws(life: Life) -> None:
    _refuse(life, life.other, life.other_consent_id)
    life.other_refused = True


def _contacts_us(life: Life) -> None:
    with life.house.work(life.house.clinician) as work:
        client = clients.read(work, life.case.client_id)
        clients.change(work, life.case.client_id, ClientPatch(client_contacts_us=True), version=client.version)
    life.stopped_for_good = True


def _flag(life: Life, kind: FlagKind) -> None:
    with life.house.rows() as work:
        flag_store.add(work.session, Flag(client_id=life.case.client_id, kind=kind, raised_at=work.now))
    life.flags += 1


def _clear_flags(life: Life) -> None:
    with life.house.rows() as work:
        work.session.execute(sa.update(Flag).values(cleared_at=work.now))
    life.flags = 0


def _end(life: Life) -> None:
    with life.house.rows() as work:
        ended = sa.update(Episode).where(col(Episode.id) == life.case.episode_id)
        work.session.execute(ended.values(ended_at=work.now))
    life.stopped_for_good = True


def _die(life: Life) -> None:
    with life.house.rows() as work:
        died = sa.update(Client).where(col(Client.id) == life.case.client_id)
        work.session.execute(died.values(died_on=work.now.date()))
    life.stopped_for_good = True


def _move(life: Life) -> None:
    """Another address stands on record now, allowed like the former."""
    life.address += 1
    with life.house.rows() as work:
        moved = sa.update(Consent).where(col(Consent.id) == life.consent_id)
        work.session.execute(moved.values(address_digest=f"address {life.address}".encode()))


def _take(life: Life) -> None:
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


def _hand_over(life: Life, end: End) -> None:
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


def _settle(life: Life) -> None:
    if life.in_hand is not None and life.outcome is not None:
        Courier(life.house.runtime).settle(life.in_hand, life.outcome)
        life.in_hand = life.outcome = None


def _crash(life: Life) -> None:
    """The worker is gone, with all it had in hand."""
    life.in_hand = life.outcome = None


def _wait(**span: float) -> Callable[[Life], None]:
    def wait(life: Life) -> None:
        life.house.wait(**span)

    return wait


WORKER: list[Callable[[Life], None]] = [
    _take,
    _take,
    lambda life: _hand_over(life, End.TAKEN),
    lambda life: _hand_over(life, End.TAKEN),
    lambda life: _hand_over(life, End.UNKNOWN),
    lambda life: _hand_over(life, End.NOT_TAKEN),
    lambda life: _hand_over(life, End.REFUSED),
    _settle,
    _settle,
    _crash,
]
FACTS: list[Callable[[Life], None]] = [
    _book,
    _write_back,
    _speak,
    _withdraw,
    _other_withdraws,
    _contacts_us,
    lambda life: _flag(life, FlagKind.PRACTICE_HOLD),
    lambda life: _flag(life, FlagKind.RISK_OF_HARM),
    lambda life: _flag(life, FlagKind.UNSAFE_TO_CONTACT),
    _clear_flags,
    _end,
    _die,
    _move,
]
TIME = [_wait(minutes=6), _wait(minutes=6), _wait(minutes=20), _wait(hours=20), _wait(days=3), _wait(days=8)]
APPROVE: list[Callable[[Life], None]] = [_approve]

# A message that is due comes first in each life; then anything, the worker's own steps most often.
STEPS = st.lists(
    st.one_of(*(st.sampled_from(kind) for kind in (WORKER, WORKER, WORKER, TIME, FACTS, APPROVE))), max_size=24
)


def _begin(house: House) -> Life:
    """In the practice of the examples before, whose messages are out of the way."""
    with house.rows() as work:
        work.session.execute(sa.update(Delivery).values(settled_at=work.now))
        work.session.execute(
            sa.update(CheckIn).values(state=CheckInState.CANCELLED), execution_options={"synchronize_session": False}
        )
    carrier = house.runtime.carrier = Pigeons()
    case, other = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    shared = f"{case.client_id.hex}@example.com"
    life = Life(
        house,
        case,
        other,
        address(house, case, house.clinician, shared),
        address(house, other, house.clinician, shared),
        carrier,
    )
    house.wait(hours=1)
    return life


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_nothing_is_handed_over_that_facts_before_its_mark_forbid(
    house: House, steps: list[Callable[[Life], None]]
) -> None:
    life = _begin(house)
    _approve(life)
    life.house.wait(minutes=6)
    for step in steps:
        step(life)
    _crash(life)
    life.house.wait(minutes=20)
    for _ in range(6):
        _take(life)
        _hand_over(life, End.TAKEN)
        _settle(life)
    ids = [letter.message_id for letter in life.carrier.letters]
    assert len(ids) == len(set(ids)), "a message went twice"


def test_where_nothing_speaks_against_it_the_message_goes(house: House) -> None:
    """So that the property above is not kept by a worker that sends nothing."""
    life = _begin(house)
    _approve(life)
    life.house.wait(minutes=6)
    _take(life)
    _hand_over(life, End.TAKEN)
    _settle(life)
    assert len(life.carrier.letters) == 1
    assert [message.went_at for message in life.messages.values()] == [life.now]
