"""What people do stops the messages that wait, in the same commit, whoever's caseload they are in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.jobs.worker import Worker
from api.services import appointments, checkins, clients, consents, contacts, episodes, members
from api.store import checkins as checkin_store
from api.store.sealing import Place
from schemas.tables import CheckIn, ExternalId
from schemas.vocabulary import AppointmentStatus, Channel, CheckInKind, CheckInState, ConsentState, Role, StopReason
from schemas.wire.appointments import AppointmentIn, AppointmentNewIn, OutcomeIn
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.members import LeavePracticeIn
from tests.support.house import Case, House
from tests.support.messages import address, approved, seen


@dataclass
class Waiting:
    house: House
    case: Case
    consent_id: UUID
    check_in_id: UUID

    @property
    def now(self) -> tuple[CheckInState, StopReason | None]:
        return seen(self.house, self.check_in_id)


@pytest.fixture
def waiting(both_houses: House) -> Waiting:
    house = both_houses
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    house.wait(minutes=1)
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=1)
    return Waiting(house, case, consent_id, check_in_id)


def book(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        at = work.now + timedelta(days=3)
        appointments.book(work, AppointmentNewIn(episode_id=one.case.episode_id, starts_at=at))


def booked_elsewhere(one: Waiting) -> None:
    """Another system tells of it late, and dates back when it was known."""
    with one.house.work(one.house.clinician) as work:
        given = AppointmentIn(
            episode_id=one.case.episode_id,
            starts_at=work.now + timedelta(days=3),
            status=AppointmentStatus.BOOKED,
            status_known_at=work.now - timedelta(days=1),
        )
        appointments.upsert(work, "pms", "A-1", given)


def came(one: Waiting) -> None:
    with one.house.work(one.house.founder) as work:
        at = work.now - timedelta(hours=2)
        made = appointments.book(work, AppointmentNewIn(episode_id=one.case.episode_id, starts_at=at))
        appointments.record_outcome(work, made.id, OutcomeIn(status=AppointmentStatus.ATTENDED))


def wrote(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        contacts.record(work, one.case.episode_id, ContactIn.model_validate({"direction": "inbound", "channel": "sms"}))


def answer(one: Waiting, state: ConsentState) -> None:
    with one.house.work(one.house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=state)
        consents.change(work, one.case.client_id, one.consent_id, given, version=1)


def withdraw(one: Waiting) -> None:
    answer(one, ConsentState.WITHDRAWN)


def unsaid(one: Waiting) -> None:
    answer(one, ConsentState.NOT_ASKED)


def shared(one: Waiting) -> None:
    stranger = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    other = one.house.client("Berta", stranger)
    address(one.house, other, stranger, state=ConsentState.DECLINED)


def gone(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        consents.remove(work, one.case.client_id, one.consent_id)


def first_word(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        clients.change(work, one.case.client_id, ClientPatch(client_contacts_us=True), version=1)


def hand_over(one: Waiting) -> None:
    other = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    with one.house.work(one.house.founder) as work:
        version = episodes.read(work, one.case.episode_id).version
        episodes.change(work, one.case.episode_id, EpisodePatch(responsible_id=other.id), version=version)


def leave(one: Waiting) -> None:
    other = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    with one.house.work(one.house.founder) as work:
        members.leave_practice(work, one.house.clinician.id, LeavePracticeIn(hand_over_to=other.id))


def merged(one: Waiting) -> None:
    with one.house.work(one.house.founder) as work:
        kept = clients.add(work, ClientIn(name="Ana M."))
        clients.merge(work, kept.id, one.case.client_id)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (book, StopReason.BOOKED),
        (booked_elsewhere, StopReason.BOOKED),
        (came, StopReason.BOOKED),
        (wrote, StopReason.SIGN_OF_LIFE),
        (withdraw, StopReason.OPTED_OUT),
        (shared, StopReason.OPTED_OUT),
        (first_word, StopReason.PERMISSION_CHANGED),
        (hand_over, StopReason.HANDED_OVER),
        (leave, StopReason.HANDED_OVER),
        (merged, StopReason.PERMISSION_CHANGED),
    ],
)
def test_it_is_cancelled_at_once(waiting: Waiting, happens: Callable[[Waiting], None], reason: StopReason) -> None:
    happens(waiting)
    assert waiting.now == (CheckInState.CANCELLED, reason)


def test_an_address_that_was_wrong_takes_no_message_with_it(both_houses: House) -> None:
    """Nobody said anything about it, so it can go; the message stays in the log and cannot leave."""
    house = both_houses
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician, state=ConsentState.NOT_ASKED)
    one = Waiting(house, case, consent_id, approved(house, case, house.clinician, consent_id))
    gone(one)
    assert one.now == (CheckInState.CANCELLED, StopReason.PERMISSION_CHANGED)
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(CheckIn)).all()
        assert row.consent_id is None


def test_a_doubles_messages_are_the_clients_and_still_open(waiting: Waiting) -> None:
    house = waiting.house
    with house.work(house.founder) as work:
        kept = clients.add(work, ClientIn(name="Ana M."))
        clients.merge(work, kept.id, waiting.case.client_id)
    with house.work(house.founder) as work:
        found = checkins.page(work, client_id=kept.id, episode_id=None, states=(), before=None, limit=10).items
    assert [(one.id, one.client_id) for one in found] == [(waiting.check_in_id, kept.id)]
    assert found[0].body.startswith("Hello Ana")


def test_a_file_stops_messages_whatever_dates_it_gives(waiting: Waiting) -> None:
    house = waiting.house
    with house.work(house.founder) as work:
        clients.upsert(work, "native", "c1", ClientIn(name="Berta"))
    _send(
        house, waiting.case, b"client_external_id,at,direction,channel,automated\nC-1,2026-03-04T08:00:00Z,in,sms,0\n"
    )
    assert waiting.now == (CheckInState.CANCELLED, StopReason.SIGN_OF_LIFE)


def test_a_file_of_bookings_stops_messages_too(waiting: Waiting) -> None:
    """It says that the booking was known before the message was written."""
    header = "external_id,client_external_id,starts_at,time_zone,duration_minutes,status,status_known_at"
    row = "A-1,C-1,2026-03-20T09:00:00Z,Europe/Madrid,50,booked,2026-03-01T09:00:00Z"
    _send(waiting.house, waiting.case, f"{header}\n{row}\n".encode(), kind="appointments")
    assert waiting.now == (CheckInState.CANCELLED, StopReason.BOOKED)


def test_an_answer_survives_nothing_but_what_the_client_does(waiting: Waiting) -> None:
    house = waiting.house
    answer_id = approved(house, waiting.case, house.clinician, waiting.consent_id, kind=CheckInKind.ANSWER)
    with house.rows() as work:
        checkin_store.stop_pending(work.session, [waiting.case.client_id], StopReason.ENDED, work.now)
    assert waiting.now == (CheckInState.CANCELLED, StopReason.ENDED)
    assert seen(house, answer_id)[0] is CheckInState.APPROVED


def _send(house: House, case: Case, content: bytes, kind: str = "contacts") -> None:
    """Names the client in the source of the file, and takes the file in."""
    with house.rows() as work:
        sealed = work.client_key(case.client_id).seal("C-1", Place("external_ids", "external_id", case.client_id))
        digest = work.digest("client external id", "pms", "C-1")
        row = ExternalId(
            noun="client", source="pms", digest=digest, target_id=case.client_id, external_id_sealed=sealed
        )
        work.session.add(row)
    sent = house.api(house.founder).post(
        "/v1/imports",
        files={"file": ("messages.csv", content)},
        data={"preset": "native", "kind": kind, "source": "pms"},
    )
    assert sent.status_code == 202, sent.text
    Worker(house.runtime).until_idle()
