"""A time is booked once: neither offered nor tapped nor booked again while its booking stands, and free once it does not."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict
from api.services import appointments, approvals, checkins, offered_times
from schemas.tables import Appointment, CheckIn
from schemas.vocabulary import AppointmentStatus, CheckInState, Initiator
from schemas.wire.appointments import AppointmentNewIn, AppointmentOut, OutcomeIn
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut
from tests.services import records
from tests.services.test_offered_times import WORDS, approve, held, inbox, read, sent, tap, times
from tests.support.house import Case, House
from tests.support.messages import Pigeons, address
from tests.support.offers import deliver


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def confirm(house: House, reply_id: UUID) -> AppointmentOut:
    with house.work(house.clinician) as work:
        return offered_times.confirm(work, reply_id)


def booked_at(house: House, at: datetime) -> int:
    with house.rows() as work:
        booked = sa.select(sa.func.count()).select_from(Appointment)
        booked = booked.where(col(Appointment.starts_at) == at, col(Appointment.status) == AppointmentStatus.BOOKED)
        return work.session.scalar(booked) or 0


def book(house: House, episode_id: UUID, at: datetime, **more: object) -> AppointmentOut:
    """Whatever is offered to others."""
    given = {"episode_id": episode_id, "starts_at": at, "although_offered": True, **more}
    with house.work(house.clinician) as work:
        return appointments.book(work, AppointmentNewIn.model_validate(given))


def offer(house: House, case: Case, at: list[datetime], episode_id: UUID | None = None) -> CheckInOut:
    with house.work(house.clinician) as work:
        wanted = episode_id or case.episode_id
        given = CheckInIn(episode_id=wanted, client_id=case.client_id, subject="Hello", body=WORDS, offered_times=at)
        return checkins.draft(work, given)


def test_what_was_booked_is_not_offered_to_another_until_it_is_cancelled(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    message = sent(house, case, 6, 8)
    at = [one.starts_at for one in message.offered_times]
    tap(house, message, 0)
    booked = confirm(house, inbox(house)[0][0])
    other = house.client("Bea", house.clinician)
    with pytest.raises(Conflict) as refused:
        offer(house, other, at)
    assert refused.value.code == "time_held"
    with house.work(house.clinician) as work:
        outcome = OutcomeIn(status=AppointmentStatus.CANCELLED, initiator=Initiator.CLIENT)
        appointments.record_outcome(work, booked.id, outcome)
    assert [one.held for one in offer(house, other, at).offered_times] == [True, True]


@pytest.mark.parametrize("status", [AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED])
def test_once_its_booking_was_cancelled_the_time_of_an_answer_has_gone(
    shared_house: House, case: Case, status: AppointmentStatus
) -> None:
    """To confirm it again is no way to be told of a booking that does not stand."""
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 0)
    ((reply_id, _),) = inbox(house)
    booked = confirm(house, reply_id)
    assert confirm(house, reply_id).id == booked.id
    with house.work(house.clinician) as work:
        appointments.record_outcome(work, booked.id, OutcomeIn(status=status, initiator=Initiator.CLIENT))
    with pytest.raises(Conflict) as refused:
        confirm(house, reply_id)
    assert refused.value.code == "time_cancelled"
    assert booked_at(house, booked.starts_at) == 0


def test_what_is_offered_to_somebody_else_is_booked_only_where_it_is_said_again(
    shared_house: House, case: Case
) -> None:
    """It lies across a time that a client may tap any moment. Whoever books is told until when, and nothing of whom."""
    house = shared_house
    offer(house, case, times(house, 6, 8))
    other = house.client("Bea", house.clinician)
    across = times(house, 6)[0] - timedelta(minutes=20)
    with pytest.raises(Conflict) as refused:
        book(house, other.episode_id, across, although_offered=False)
    assert refused.value.code == "time_offered"
    assert "until Tuesday 10 March at 11:30 am" in refused.value.message
    assert "Ana" not in refused.value.message
    assert booked_at(house, across) == 0
    book(house, other.episode_id, across - timedelta(minutes=30), although_offered=False)  # it ends as the other begins
    assert book(house, other.episode_id, across).starts_at == across


def test_nor_is_a_booking_moved_there_unless_it_is_said_again(shared_house: House, case: Case) -> None:
    house = shared_house
    at = times(house, 6, 8)
    offer(house, case, at)
    booked = book(house, house.client("Bea", house.clinician).episode_id, at[0] + timedelta(days=1))
    given = {"status": "rescheduled", "new_starts_at": at[0], "initiator": "client"}
    with house.work(house.clinician) as work, pytest.raises(Conflict) as refused:
        appointments.record_outcome(work, booked.id, OutcomeIn.model_validate(given))
    assert refused.value.code == "time_offered"
    for _ in range(2):
        with house.work(house.clinician) as work:
            outcome = OutcomeIn.model_validate({**given, "although_offered": True})
            appointments.record_outcome(work, booked.id, outcome)
    with house.work(house.clinician) as work:
        appointments.record_outcome(
            work, booked.id, OutcomeIn.model_validate(given)
        )  # it is known, and says nothing new
    assert booked_at(house, at[0]) == 1


def test_a_time_that_is_not_held_for_another_is_booked_at_once(shared_house: House, case: Case) -> None:
    """One's own, one that was freed, a colleague's, and one whose link ran out."""
    house = shared_house
    at = times(house, 6, 8)
    draft = offer(house, case, at)
    book(house, case.episode_id, at[0], although_offered=False)
    with house.work(house.practice.elena) as work:
        colleagues = house.client("Cleo", house.practice.elena)
        given = AppointmentNewIn(episode_id=colleagues.episode_id, starts_at=at[1])
        appointments.book(work, given)
    other = house.client("Bea", house.clinician)
    with house.work(house.clinician) as work:
        approvals.cancel(work, draft.id)
    book(house, other.episode_id, at[1], although_offered=False)
    message = sent(house, house.client("Dora", house.clinician), 100, 110)
    house.wait(days=31)
    book(house, other.episode_id, message.offered_times[0].starts_at, although_offered=False)


def test_a_time_within_a_booked_hour_is_not_free(shared_house: House, case: Case) -> None:
    house = shared_house
    at = times(house, 6, 8)
    book(house, house.client("Bea", house.clinician).episode_id, at[0].replace(minute=at[0].minute - 20))
    with pytest.raises(Conflict) as refused:
        offer(house, case, at)
    assert refused.value.code == "time_held"


def test_what_was_booked_for_another_meanwhile_is_neither_tapped_nor_booked(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    at = [one.starts_at for one in message.offered_times]
    tap(house, message, 1)
    other = house.client("Bea", house.clinician)
    book(house, other.episode_id, at[1])
    with pytest.raises(Conflict) as refused:
        confirm(house, inbox(house)[0][0])
    assert refused.value.code == "time_held"
    assert booked_at(house, at[1]) == 1
    book(house, other.episode_id, at[0])
    house.wait(minutes=2)
    with pytest.raises(Conflict):
        tap(house, message, 0)


def test_a_time_booked_by_hand_meanwhile_is_the_same_booking(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 0)
    at = message.offered_times[0].starts_at
    booked = book(house, case.episode_id, at)
    assert confirm(house, inbox(house)[0][0]).id == booked.id
    assert booked_at(house, at) == 1


def test_a_couple_who_both_tap_share_one_booking(both_houses: House) -> None:
    house = both_houses
    pair = [house.client(name, house.clinician) for name in ("Ana", "Bea")]
    both = records.begin(house, house.clinician, [one.client_id for one in pair], format="couple")
    house.runtime.carrier = Pigeons()
    at, messages = times(house, 6, 8), []
    for one in pair:
        address(house, one, house.clinician, f"{one.client_id}@example.com")
        draft = offer(house, one, at, both.id)
        approve(house, draft)
        messages.append(draft)
    deliver(house)
    for draft in messages:
        tap(house, read(house, draft.id), 0)
    first, second = (reply_id for reply_id, _ in inbox(house))
    assert confirm(house, first).id == confirm(house, second).id
    assert booked_at(house, at[0]) == 1
    assert inbox(house) == []


def test_a_time_that_was_tapped_stays_held_when_the_link_runs_out(shared_house: House, case: Case) -> None:
    """It is a person's turn by then."""
    house = shared_house
    message = sent(house, case, 100, 110)
    with house.rows() as work:
        until = work.session.scalars(sa.select(col(CheckIn.reply_until))).one()
    assert until is not None
    assert until < message.offered_times[0].starts_at
    house.now = until - timedelta(hours=1)
    tap(house, message, 0)
    house.wait(hours=2)
    assert held(house, message.id) == [True, False]
    with pytest.raises(Conflict):
        offer(house, house.client("Bea", house.clinician), [one.starts_at for one in message.offered_times])


def test_what_was_booked_for_another_does_not_keep_anybody_from_undoing(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    draft = offer(house, case, times(house, 6, 8))
    approve(house, draft)
    book(house, house.client("Bea", house.clinician).episode_id, times(house, 6)[0])
    with house.work(house.clinician) as work:
        assert approvals.undo(work, draft.id).state is CheckInState.DRAFT
    with house.work(house.clinician) as work:
        version = checkins.read(work, draft.id).version
        with pytest.raises(Conflict) as refused:
            approvals.approve(work, draft.id, ApprovalIn(), version=version)
    assert refused.value.code == "time_held"


def test_two_who_confirm_one_answer_at_once_make_one_booking(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    message = sent(house, case, 6, 8)
    tap(house, message, 0)
    ((reply_id, _),) = inbox(house)
    with ThreadPoolExecutor(3) as threads:
        made = {one.id for one in threads.map(lambda _: confirm(house, reply_id), range(3))}
    assert len(made) == 1
    assert booked_at(house, message.offered_times[0].starts_at) == 1
    assert held(house, message.id) == [False, False]


def test_of_two_who_confirm_times_that_overlap_at_once_the_second_is_told(both_houses: House) -> None:
    """Half an hour apart, of one clinician: nobody sits in two rooms. The second waits for the first and then sees its booking."""
    house = both_houses
    reply_ids: list[UUID] = []
    for minutes in (0, 30):
        case = records.weekly(house, house.clinician, last=3)
        address(house, case, house.clinician, f"{case.client_id}@example.com")
        house.runtime.carrier = Pigeons()
        draft = offer(house, case, [at + timedelta(minutes=minutes) for at in whole_hours(house)])
        approve(house, draft)
        deliver(house)
        tap(house, read(house, draft.id), 0)
        (reply_id,) = {reply_id for reply_id, _ in inbox(house)} - set(reply_ids)
        reply_ids.append(reply_id)
    with ThreadPoolExecutor(1) as threads:
        with house.work(house.clinician) as work:
            first = offered_times.confirm(work, reply_ids[0])
            second = threads.submit(confirm, house, reply_ids[1])
            wait([second], timeout=0.5)
        with pytest.raises(Conflict) as refused:
            second.result(timeout=10)
    assert refused.value.code == "time_held"
    assert booked_at(house, first.starts_at) == 1
    assert booked_at(house, first.starts_at + timedelta(minutes=30)) == 0


def whole_hours(house: House) -> list[datetime]:
    return [house.now.replace(minute=0, second=0) + timedelta(days=days, hours=3) for days in (6, 8)]


def test_a_program_books_no_answer(shared_house: House, case: Case) -> None:
    house = shared_house
    message = sent(house, case, 6, 8)
    tap(house, message, 0)
    ((reply_id, _),) = inbox(house)
    with house.work(house.practice.key(Permission.APPOINTMENT_RECORD)) as work, pytest.raises(AccessDenied) as refused:
        offered_times.confirm(work, reply_id)
    assert refused.value.code == "needs_a_person"
    assert booked_at(house, message.offered_times[0].starts_at) == 0
