"""What the worker does with a message: each end, each crash, each fact that speaks against it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import clients, consents, contacts
from api.services.deliveries import Handover
from api.store import checkins as checkin_store
from api.store import flags as flag_store
from api.store import replies as reply_store
from api.store.deliveries import LEASE
from schemas.tables import CheckIn, Contact, Flag, Task
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    FlagKind,
    ReplyHandling,
    StopReason,
    TaskKind,
)
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from tests.support import links
from tests.support.house import ZONE, Case, House
from tests.support.messages import UNDO, Pigeons, address, approved, seen


@dataclass
class Scene:
    """A client, an address, an approved message, and the worker with its carrier."""

    house: House
    case: Case
    consent_id: UUID
    check_in_id: UUID
    carrier: Pigeons

    @property
    def courier(self) -> Courier:
        return Courier(self.house.runtime)

    @property
    def now(self) -> tuple[CheckInState, StopReason | None]:
        return seen(self.house, self.check_in_id)

    def due(self) -> None:
        self.house.wait(minutes=UNDO.total_seconds() / 60 + 1)


@pytest.fixture
def scene(both_houses: House) -> Scene:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    house.wait(hours=1)
    return Scene(house, case, consent_id, approved(house, case, house.clinician, consent_id), carrier)


def test_an_approved_message_goes_once_its_time_to_undo_is_over(scene: Scene) -> None:
    assert not scene.courier.step()
    scene.due()
    assert scene.courier.step()
    assert scene.now == (CheckInState.SENT, None)
    (letter,) = scene.carrier.letters
    assert (letter.to, letter.sender_name) == ("ana@example.com", scene.house.clinician.name)
    assert "/r/" in letter.body
    assert letter.body.startswith("Hello Ana")
    assert not scene.courier.step()
    assert len(scene.carrier.letters) == 1


def test_what_was_sent_stands_in_the_record_and_in_the_trail(scene: Scene) -> None:
    scene.due()
    scene.courier.step()
    with scene.house.rows() as work:
        (contact,) = work.session.scalars(sa.select(Contact)).all()
        assert (contact.direction, contact.outcome) == (ContactDirection.OUTBOUND, ContactOutcome.SENT)
        assert contact.check_in_id == scene.check_in_id
        (decision,) = checkin_store.decisions(work.session, [scene.check_in_id])
        assert (decision.asked, decision.allowed, decision.reasons) == (Asked.SENDING, True, [])


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        (End.REFUSED, CheckInState.FAILED, StopReason.NOT_ACCEPTED),
        (End.NO_SUCH_ADDRESS, CheckInState.BOUNCED, StopReason.NOT_ACCEPTED),
        (End.UNKNOWN, CheckInState.UNCERTAIN, None),
        (End.NOT_TAKEN, CheckInState.APPROVED, None),
    ],
)
def test_each_way_of_ending_is_kept_apart(
    scene: Scene, end: End, state: CheckInState, reason: StopReason | None
) -> None:
    scene.carrier.outcome = HandedOver(end, "told")
    scene.due()
    scene.courier.step()
    assert scene.now == (state, reason)


def test_what_nobody_took_is_tried_again_later_and_under_the_same_id(scene: Scene) -> None:
    scene.carrier.outcome = HandedOver(End.NOT_TAKEN, "mail_451")
    scene.due()
    assert scene.courier.step()
    assert not scene.courier.step(), "it waits first"
    with scene.house.rows() as work:
        delivery = checkin_store.delivery(work.session, scene.check_in_id)
        assert delivery is not None
        message_id = delivery.message_id
    scene.carrier.outcome = HandedOver(End.TAKEN)
    scene.house.wait(minutes=2)
    assert scene.courier.step()
    assert [letter.message_id for letter in scene.carrier.letters] == [message_id]


def test_a_server_that_is_away_for_days_makes_it_too_late(scene: Scene) -> None:
    scene.carrier.outcome = HandedOver(End.NOT_TAKEN, "mail_451")
    for _ in range(60):
        scene.house.wait(hours=1)
        scene.courier.step()
    assert scene.now == (CheckInState.REVOKED, StopReason.TOO_LATE)
    assert scene.carrier.letters == []


def test_killed_before_the_announcement_it_is_decided_anew_and_sent(scene: Scene) -> None:
    scene.due()
    assert isinstance(scene.courier.take(), Handover)
    assert scene.now == (CheckInState.SENDING, None)
    assert not scene.courier.step(), "somebody else has it"
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    assert scene.courier.step()
    assert scene.now == (CheckInState.SENT, None)
    assert len(scene.carrier.letters) == 1


def test_killed_before_the_announcement_it_does_not_go_past_a_fact_of_the_meantime(scene: Scene) -> None:
    scene.due()
    scene.courier.take()
    wrote_back(scene)
    assert scene.now[0] is CheckInState.SENDING
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    scene.courier.step()
    assert scene.now == (CheckInState.CANCELLED, StopReason.SIGN_OF_LIFE)
    assert scene.carrier.letters == []


def test_killed_after_the_announcement_it_is_uncertain_and_a_person_is_asked(scene: Scene) -> None:
    scene.due()
    handover = scene.courier.take()
    assert isinstance(handover, Handover)
    assert scene.courier.hand_over(handover) == HandedOver(End.TAKEN)
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    assert scene.courier.step()
    assert scene.now == (CheckInState.UNCERTAIN, None)
    assert not scene.courier.step()
    scene.house.wait(days=1)
    assert not scene.courier.step()
    assert len(scene.carrier.letters) == 1
    with scene.house.rows() as work:
        (task,) = work.session.scalars(sa.select(Task)).all()
        assert (task.kind, task.owner_id) == (TaskKind.SETTLE_DELIVERY, scene.house.clinician.id)
        assert work.session.scalars(sa.select(Contact)).all() == []


def test_a_slow_worker_whose_message_was_called_uncertain_still_knows_better(scene: Scene) -> None:
    scene.due()
    slow, handover = scene.courier, scene.courier.take()
    assert isinstance(handover, Handover)
    outcome = slow.hand_over(handover)
    assert outcome is not None
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    scene.courier.step()
    slow.settle(handover, outcome)
    assert scene.now == (CheckInState.SENT, None)
    with scene.house.rows() as work:
        assert all(task.done_at is not None for task in work.session.scalars(sa.select(Task)))


def test_a_worker_that_lost_its_lease_hands_nothing_over(scene: Scene) -> None:
    scene.due()
    handover = scene.courier.take()
    assert isinstance(handover, Handover)
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    second = scene.courier.take()
    assert isinstance(second, Handover)
    assert scene.courier.hand_over(handover) is None
    assert scene.carrier.letters == []
    outcome = scene.courier.hand_over(second)
    assert outcome is not None
    scene.courier.settle(second, outcome)
    assert scene.now == (CheckInState.SENT, None)
    assert len(scene.carrier.letters) == 1


def test_an_answer_that_comes_after_somebody_else_settled_changes_nothing(scene: Scene) -> None:
    scene.due()
    handover = scene.courier.take()
    assert isinstance(handover, Handover)
    scene.courier.settle(handover, HandedOver(End.TAKEN))
    scene.courier.settle(handover, HandedOver(End.REFUSED))
    assert scene.now == (CheckInState.SENT, None)


def wrote_back(scene: Scene) -> None:
    with scene.house.work(scene.house.clinician) as work:
        contacts.record(
            work, scene.case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE)
        )


def withdrew(scene: Scene) -> None:
    with scene.house.work(scene.house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.WITHDRAWN)
        consents.change(work, scene.case.client_id, scene.consent_id, given, version=1)


def another_withdrew(scene: Scene) -> None:
    """Of another clinician, and with the same address."""
    stranger = scene.house.practice.member(*scene.house.clinician.principal.roles, name="Another clinician")
    other = scene.house.client("Berta", stranger)
    address(scene.house, other, stranger, state=ConsentState.WITHDRAWN)


def contacts_us(scene: Scene) -> None:
    with scene.house.work(scene.house.clinician) as work:
        clients.change(work, scene.case.client_id, ClientPatch(client_contacts_us=True), version=1)


def held(scene: Scene) -> None:
    with scene.house.rows() as work:
        row = Flag(client_id=scene.case.client_id, kind=FlagKind.PRACTICE_HOLD, raised_at=work.now)
        flag_store.add(work.session, row)


def moved(scene: Scene) -> None:
    """The address on record is no longer the one that was approved."""
    with scene.house.rows() as work:
        check_in = checkin_store.get(work.session, scene.check_in_id)
        assert check_in is not None
        check_in.address_digest = b"another"


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (wrote_back, StopReason.SIGN_OF_LIFE),
        (withdrew, StopReason.OPTED_OUT),
        (another_withdrew, StopReason.OPTED_OUT),
        (contacts_us, StopReason.PERMISSION_CHANGED),
        (held, StopReason.HELD),
        (moved, StopReason.PERMISSION_CHANGED),
    ],
)
def test_a_fact_before_the_mark_keeps_it_from_going(
    scene: Scene, happens: Callable[[Scene], None], reason: StopReason
) -> None:
    scene.house.wait(minutes=1)
    happens(scene)
    scene.due()
    scene.courier.step()
    assert scene.now[0] in (CheckInState.CANCELLED, CheckInState.REVOKED)
    assert scene.now[1] is reason
    assert scene.carrier.letters == []


@pytest.mark.usefixtures("quiet_log")
def test_what_cannot_be_decided_by_a_fault_of_ours_holds_up_nobody_else(scene: Scene) -> None:
    other = scene.house.client("Berta", scene.house.clinician)
    other_id = approved(
        scene.house, other, scene.house.clinician, address(scene.house, other, scene.house.clinician, "b@example.com")
    )
    with scene.house.rows() as work:
        work.session.execute(
            sa.update(CheckIn).where(col(CheckIn.id) == scene.check_in_id).values(body_sealed=b"not sealed by anybody")
        )
    scene.due()
    assert scene.courier.step()
    assert scene.courier.step()
    assert seen(scene.house, other_id)[0] is CheckInState.SENT
    assert scene.now == (CheckInState.APPROVED, None)
    assert len(scene.carrier.letters) == 1


def test_while_no_server_is_there_other_work_comes_first(scene: Scene) -> None:
    scene.carrier.outcome = HandedOver(End.NOT_TAKEN, "no_connection_ConnectionRefusedError")
    scene.due()
    courier = scene.courier
    assert courier.step()
    scene.house.wait(seconds=10)
    assert not courier.step()
    scene.carrier.outcome = HandedOver(End.TAKEN)
    scene.house.wait(minutes=3)
    assert courier.step()
    assert scene.now == (CheckInState.SENT, None)


def test_outside_safe_hours_it_waits_for_the_next_ones(both_houses: House) -> None:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        given = ConsentIn.model_validate(
            {
                "channel": "email",
                "address": "ana@example.com",
                "state": "granted",
                "safe_from": "03:00",
                "safe_until": "03:30",
            }
        )
        consent_id = consents.add(work, case.client_id, given).id
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=6)
    assert Courier(house.runtime).step()
    assert seen(house, check_in_id)[0] is CheckInState.APPROVED
    for _ in range(24 * 4):
        house.wait(minutes=15)
        if Courier(house.runtime).step():
            break
    (letter,) = carrier.letters
    assert letter.at.astimezone(ZoneInfo(ZONE)).hour == 3


def test_an_answer_that_was_sent_has_handled_what_had_come_before_its_approval(both_houses: House) -> None:
    house = both_houses
    house.runtime.carrier = Pigeons()
    case = house.client("Ana", house.clinician)
    asked = links.send(house, case, house.clinician)
    earlier = links.reply(house, case, house.clinician, asked)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))
    house.wait(hours=1)
    approved(house, case, house.clinician, asked.consent_id, kind=CheckInKind.ANSWER)
    with house.rows() as work:
        work.session.execute(
            sa.update(CheckIn).where(col(CheckIn.kind) == CheckInKind.ANSWER).values(in_reply_to=earlier)
        )
    house.wait(minutes=UNDO.total_seconds() / 60 + 1)
    assert Courier(house.runtime).step()
    with house.rows() as work:
        handled = reply_store.get(work.session, earlier)
        assert handled is not None
        assert (handled.handled_how, handled.handled_by) == (ReplyHandling.WROTE, house.clinician.id)


def test_what_came_after_the_approval_of_an_answer_still_waits(both_houses: House) -> None:
    """It is another message by then, and stops the answer besides."""
    house = both_houses
    case = house.client("Ana", house.clinician)
    asked = links.send(house, case, house.clinician)
    message_id = approved(house, case, house.clinician, asked.consent_id, kind=CheckInKind.ANSWER)
    house.wait(minutes=1)
    later = links.reply(house, case, house.clinician, asked)
    with house.rows() as work:
        message = checkin_store.get(work.session, message_id)
        assert message is not None
        assert reply_store.answered_by(work.session, message, work.now) == 0
        waiting = reply_store.get(work.session, later)
        assert waiting is not None
        assert waiting.handled_at is None
