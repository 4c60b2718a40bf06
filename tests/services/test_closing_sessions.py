"""Closing sessions on record: each step, the messages and times they hang on, and who may say so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.jobs.deliveries import Courier
from api.services import approvals, checkins, clients, closing_sessions
from schemas.tables import Client, ClosingRecord, Contact, Reply
from schemas.vocabulary import (
    AppointmentStatus,
    AuditOutcome,
    ClosingSession,
    ClosingStep,
    ClosingWay,
    ContactOutcome,
    ReplyAnswer,
)
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch
from schemas.wire.closing_sessions import ClosingSessionOut, ClosingStepIn
from tests.services import records
from tests.support import links
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons, address


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def say(house: House, case: Case, step: str, who: Person | None = None, **more: Any) -> ClosingSessionOut:  # noqa: ANN401  # any part of a step
    given = ClosingStepIn.model_validate({"step": step, **more})
    with house.work(who or house.clinician) as work:
        return closing_sessions.record(work, case.episode_id, given)


def see(house: House, case: Case, who: Person | None = None) -> ClosingSessionOut:
    with house.work(who or house.clinician) as work:
        (found,) = closing_sessions.page(work, case.episode_id)
    return found


def offer(house: House, case: Case, *, offers: bool = True) -> CheckInOut:
    body = "Hello, this is a short hello. If you like, we could meet once more and say goodbye. No answer is fine too."
    given = CheckInIn(episode_id=case.episode_id, subject="Hello", body=body, offers_closing_session=offers)
    with house.work(house.clinician) as work:
        return checkins.draft(work, given)


def send(house: House, message: CheckInOut) -> None:
    house.runtime.carrier = Pigeons()
    with house.work(house.clinician) as work:
        approvals.approve(work, message.id, ApprovalIn(override_reason="It is so."), version=message.version)
    house.wait(minutes=6)
    while Courier(house.runtime).step():
        pass


def test_from_the_offer_to_the_day_it_was_held(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    assert see(house, case).state is None
    assert say(house, case, "offered").next_steps == [
        ClosingStep.OFFERED,
        ClosingStep.ACCEPTED,
        ClosingStep.DECLINED,
        ClosingStep.NOT_ANSWERED,
        ClosingStep.HELD,
    ]
    house.wait(days=1)
    assert say(house, case, "accepted").state is ClosingSession.ACCEPTED
    starts = house.now + timedelta(days=3)
    booked = records.tell(house, house.clinician, case.episode_id, starts, "last", status=AppointmentStatus.BOOKED)
    found = say(house, case, "booked", appointment_id=booked.id)
    assert found.time is not None
    assert (found.state, found.time.starts_at) == (ClosingSession.ACCEPTED, starts)
    house.wait(days=4)
    records.tell(house, house.clinician, case.episode_id, starts, "last", status_known_at=house.now)
    held = see(house, case)
    assert (held.state, held.held_at, held.offered_by) == (ClosingSession.HELD, starts, ClosingWay.IN_PERSON)
    # An outcome that is put right puts this right too.
    house.wait(hours=1)
    records.tell(
        house,
        house.clinician,
        case.episode_id,
        starts,
        "last",
        status=AppointmentStatus.NO_SHOW,
        status_known_at=house.now,
    )
    assert see(house, case).state is ClosingSession.ACCEPTED


def test_a_time_that_is_moved_keeps_the_tie(shared_house: House, case: Case) -> None:
    house = shared_house
    starts = house.now + timedelta(days=3)
    booked = records.tell(house, house.clinician, case.episode_id, starts, "first", status=AppointmentStatus.BOOKED)
    say(house, case, "booked", appointment_id=booked.id)
    records.tell(house, house.clinician, case.episode_id, starts, "first", status=AppointmentStatus.RESCHEDULED)
    later = starts + timedelta(days=2)
    records.tell(
        house,
        house.clinician,
        case.episode_id,
        later,
        "second",
        status=AppointmentStatus.BOOKED,
        rescheduled_from="first",
    )
    found = see(house, case)
    assert found.time is not None
    assert found.time.starts_at == later
    house.wait(days=6)
    records.tell(
        house, house.clinician, case.episode_id, later, "second", rescheduled_from="first", status_known_at=house.now
    )
    assert see(house, case).held_at == later


def test_an_offer_in_a_message_is_on_record_when_it_has_gone(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    message = offer(house, case)
    waiting = see(house, case)
    assert message.offers_closing_session
    assert (waiting.state, waiting.waiting_check_in_ids) == (None, [message.id])
    send(house, message)
    gone = see(house, case)
    assert (gone.state, gone.offered_by, gone.waiting_check_in_ids) == (ClosingSession.OFFERED, ClosingWay.CHECK_IN, [])
    # What came back was offered to nobody.
    with house.rows() as work:
        work.session.execute(
            sa.update(Contact)
            .where(col(Contact.check_in_id) == message.id)
            .values(outcome=ContactOutcome.NOT_DELIVERED)
        )
    assert see(house, case).state is None


def test_a_draft_may_offer_none_after_all(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    message = offer(house, case)
    for offers in (False, False, True, True):
        with house.work(house.clinician) as work:
            given = CheckInPatch(offers_closing_session=offers)
            message = checkins.change(work, message.id, given, version=message.version)
        assert message.offers_closing_session is offers
        assert bool(see(house, case).waiting_check_in_ids) is offers
    with house.rows() as work:
        rows = work.session.scalars(sa.select(ClosingRecord).where(col(ClosingRecord.check_in_id) == message.id)).all()
    assert [row.withdrawn_at is None for row in rows].count(True) == 1


def test_a_message_that_offers_none_offers_none(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    send(house, offer(house, case, offers=False))
    assert see(house, case).state is None


def answered(house: House, case: Case) -> UUID:
    message = links.send(house, case, house.clinician)
    reply_id = links.reply(house, case, house.clinician, message)
    with house.work(house.clinician) as work:
        work.session.get_one(Reply, (work.practice_id, reply_id)).answer = ReplyAnswer.CLOSING_SESSION
    return reply_id


def test_an_answer_is_a_yes_once_a_person_says_so(shared_house: House, case: Case) -> None:
    house = shared_house
    reply_id = answered(house, case)
    assert see(house, case).state is None
    with pytest.raises(Conflict):
        say(house, case, "accepted")
    found = say(house, case, "accepted", reply_id=reply_id)
    assert (found.state, found.offered_by) == (ClosingSession.ACCEPTED, ClosingWay.REPLY)


def test_an_answer_is_the_clients_own_and_an_answer(shared_house: House, case: Case) -> None:
    house = shared_house
    reply_id = answered(house, case)
    other = house.client("Bea", house.clinician)
    for about, step in ((other, "accepted"), (case, "offered"), (case, "held")):
        with pytest.raises(Invalid):
            say(house, about, step, reply_id=reply_id)


def test_a_time_that_is_tied_is_this_clients_and_may_still_be_kept(shared_house: House, case: Case) -> None:
    house = shared_house
    other = house.client("Bea", house.clinician)
    starts = house.now + timedelta(days=3)
    theirs = records.tell(house, house.clinician, other.episode_id, starts, "theirs", status=AppointmentStatus.BOOKED)
    gone = records.tell(house, house.clinician, case.episode_id, starts, "gone", status=AppointmentStatus.CANCELLED)
    for wrong in (theirs.id, gone.id, None):
        with pytest.raises(Invalid):
            say(house, case, "booked", appointment_id=wrong)
    with pytest.raises(Invalid):
        say(house, case, "offered", appointment_id=gone.id)


def test_only_the_last_step_is_taken_back(shared_house: House, case: Case) -> None:
    house = shared_house
    first = say(house, case, "offered").steps[-1]
    house.wait(minutes=1)
    second = say(house, case, "declined").steps[-1]
    with house.work(house.clinician) as work, pytest.raises(Conflict):
        closing_sessions.withdraw(work, case.episode_id, first.id)
    for one, state in ((second, ClosingSession.OFFERED), (first, None)):
        with house.work(house.clinician) as work:
            closing_sessions.withdraw(work, case.episode_id, one.id)
        assert see(house, case).state is state
    with house.work(house.clinician) as work, pytest.raises(NotFound):
        closing_sessions.withdraw(work, case.episode_id, first.id)


def test_each_of_a_couple_has_their_own(shared_house: House) -> None:
    house = shared_house
    ana, ben = house.client("Ana", house.clinician), house.client("Ben", house.clinician)
    both = records.begin(house, house.clinician, [ana.client_id, ben.client_id], format="couple")
    case = Case(ana.client_id, both.id)
    with pytest.raises(Invalid):
        say(house, case, "offered")
    say(house, case, "offered", client_id=str(ana.client_id))
    with house.work(house.clinician) as work:
        states = {one.client.id: one.state for one in closing_sessions.page(work, both.id)}
    assert states == {ana.client_id: ClosingSession.OFFERED, ben.client_id: None}


def test_a_supervisor_sees_it_and_records_nothing(shared_house: House, case: Case) -> None:
    house = shared_house
    say(house, case, "offered")
    assert see(house, case, house.supervisor).state is ClosingSession.OFFERED
    with pytest.raises(AccessDenied):
        say(house, case, "declined", house.supervisor)
    with pytest.raises(NotFound):
        see(house, case, house.practice.elena)
    assert ("closing_session.record", AuditOutcome.ALLOWED) in records.trail(house, case.episode_id)


def test_nothing_is_offered_to_a_client_who_died(shared_house: House, case: Case) -> None:
    house = shared_house
    with house.rows() as work:
        work.session.get_one(Client, (work.practice_id, case.client_id)).died_on = house.now.date()
    with pytest.raises(Conflict) as refused:
        say(house, case, "offered")
    assert refused.value.code == "client_died"


def test_what_a_double_said_is_the_clients(shared_house: House, case: Case) -> None:
    house = shared_house
    double = records.weekly(house, house.clinician, last=4, name="Ana M.")
    say(house, double, "offered")
    with house.work(house.founder) as work:
        clients.merge(work, case.client_id, double_id=double.client_id)
    found = see(house, double)
    assert (found.client.id, found.state) == (case.client_id, ClosingSession.OFFERED)
