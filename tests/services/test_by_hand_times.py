"""What is sent by hand and offers times: they must be free and to come, and nobody can tap them afterwards."""

from datetime import datetime, timedelta

import pytest

from api.domain import by_hand as rules
from api.domain.errors import Conflict, Invalid, MayNotContact
from api.services import approvals, by_hand, contacts
from schemas.vocabulary import Asked, Channel, CheckInState, ContactDirection, ContactOutcome
from schemas.wire.checkins import CheckInOut, SentByHandIn
from schemas.wire.contacts import ContactIn
from tests.services import records
from tests.services.test_booked_times import book, offer
from tests.services.test_offered_times import held, read, times, write
from tests.support.house import Case, House
from tests.support.messages import address


@pytest.fixture
def case(shared_house: House) -> Case:
    found = records.weekly(shared_house, shared_house.clinician, last=3)
    address(shared_house, found, shared_house.clinician)
    return found


def refusal(house: House, message: CheckInOut) -> str:
    """Of looking at the words."""
    with house.work(house.clinician) as work, pytest.raises(Conflict) as refused:
        by_hand.show(work, message.id, None)
    return refused.value.code


def test_what_went_is_recorded_though_its_time_was_booked_for_somebody_else_since(
    shared_house: House, case: Case
) -> None:
    house = shared_house
    message = write(house, case, 6, 8)
    house.wait(minutes=10)
    went_at = house.now
    book(house, house.client("Bea", house.clinician).episode_id, times(house, 6)[0])
    with house.work(house.clinician) as work:
        done = by_hand.record(work, message.id, SentByHandIn(at=went_at), version=message.version)
    assert done.state is CheckInState.SENT


def test_what_was_booked_meanwhile_is_not_offered_by_hand(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case, 6, 8)
    book(house, house.client("Bea", house.clinician).episode_id, times(house, 6)[0])
    assert refusal(house, message) == "time_held"
    assert read(house, message.id).state is CheckInState.DRAFT


def test_what_another_message_holds_by_now_is_not_offered_by_hand(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case, 6, 8)
    later = write(house, case, 6, 8)
    with house.work(house.clinician) as work:
        approvals.cancel(work, later.id)
    offer(house, house.client("Bea", house.clinician), times(house, 6, 8))
    assert refusal(house, message) == "time_held"


def test_a_time_that_is_over_is_not_offered_by_hand(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case, 1, 2)
    house.wait(days=1, hours=2)
    assert refusal(house, message) == "time_over"
    with house.work(house.clinician) as work, pytest.raises(Conflict) as refused:
        by_hand.record(work, message.id, SentByHandIn(), version=message.version)
    assert refused.value.code == "time_over"


def test_what_went_by_hand_cannot_be_tapped_and_holds_nothing(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case, 6, 8)
    with house.work(house.clinician) as work:
        assert by_hand.show(work, message.id, None).body
    assert held(house, message.id) == [True, True]
    with house.work(house.clinician) as work:
        by_hand.record(work, message.id, SentByHandIn(), version=message.version)
    assert held(house, message.id) == [False, False]


def test_an_answer_that_came_after_it_went_does_not_unsend_it(both_houses: House) -> None:
    """Sent at half past nine, answered at half past ten, recorded five minutes later."""
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    address(house, case, house.clinician)
    message = write(house, case, 6, 8)
    house.wait(minutes=10)
    went_at = house.now
    house.wait(hours=1)
    told = ContactIn(
        direction=ContactDirection.INBOUND,
        channel=Channel.SMS,
        outcome=ContactOutcome.RECEIVED,
        client_id=case.client_id,
    )
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, told)
    book(house, case.episode_id, times(house, 3)[0])
    house.wait(minutes=5)
    with house.work(house.clinician) as work, pytest.raises(MayNotContact) as refused:
        by_hand.record(work, message.id, SentByHandIn(), version=message.version)
    assert {code for code, *_ in refused.value.reasons} == {"in_touch_since", "booked_since"}
    with house.work(house.clinician) as work:
        done = by_hand.record(work, message.id, SentByHandIn(at=went_at), version=message.version)
    assert (done.state, done.state_at) == (CheckInState.SENT, went_at)


def test_an_answer_that_came_before_it_went_still_stands_in_the_way(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case, 6, 8)
    house.wait(minutes=10)
    told = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.SMS, outcome=ContactOutcome.RECEIVED)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, told)
    house.wait(minutes=10)
    went_at = house.now
    house.wait(minutes=10)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, told)
    with house.work(house.clinician) as work, pytest.raises(MayNotContact) as refused:
        by_hand.record(work, message.id, SentByHandIn(at=went_at), version=message.version)
    assert [code for code, *_ in refused.value.reasons] == ["in_touch_since"]


def test_nothing_went_by_hand_before_it_was_written(shared_house: House, case: Case) -> None:
    """By the minute, as people type it."""
    house = shared_house
    message = write(house, case, 6, 8)
    written_at = read(house, message.id).written_at
    house.wait(minutes=10)
    with house.work(house.clinician) as work, pytest.raises(Invalid) as refused:
        by_hand.record(work, message.id, SentByHandIn(at=written_at - timedelta(minutes=1)), version=message.version)
    assert [one.pointer for one in refused.value.problems] == ["/at"]
    assert by_minute(written_at + timedelta(seconds=40), written_at) == written_at


def by_minute(written_at: datetime, wanted: datetime) -> datetime:
    return rules.sent_at(wanted, written_at=written_at, now=written_at + timedelta(minutes=5))


def test_what_was_shown_to_be_copied_is_decided_on_record(shared_house: House, case: Case) -> None:
    """Looked at again it is the same; what is decided otherwise is added."""
    house = shared_house
    message = write(house, case, 6, 8)
    for _ in range(2):
        with house.work(house.clinician) as work:
            by_hand.show(work, message.id, None)
    assert [(one.asked, one.allowed) for one in read(house, message.id).decisions] == [(Asked.BY_HAND, True)]
    house.wait(minutes=1)
    told = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.SMS, outcome=ContactOutcome.RECEIVED)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, told)
    with house.work(house.clinician) as work:
        assert by_hand.show(work, message.id, None).body is None
    assert [one.allowed for one in read(house, message.id).decisions] == [True, False]
