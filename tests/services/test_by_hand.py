"""Whoever sends a message themselves is held to the same decision, and it stands in the record as an attempt."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.errors import AccessDenied, Conflict, Invalid, MayNotContact, VersionMismatch
from api.jobs.deliveries import Courier
from api.services import approvals, by_hand, checkins, consents, contacts, flags
from schemas.tables import Contact, ContactDecision, Delivery, Task
from schemas.vocabulary import Asked, Channel, CheckInState, ConsentState, ContactDirection, FlagKind, TaskKind
from schemas.wire.checkins import ApprovalIn, ByHandOut, CheckInIn, CheckInOut, SentByHandIn
from schemas.wire.clients import ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.flags import FlagIn
from tests.services import records
from tests.support import links
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons, address

WORDS = "Hello Ana, I am around if you would like to find another time. No answer is fine too."


def write(house: House, case: Case, body: str = WORDS) -> CheckInOut:
    with house.work(house.clinician) as work:
        return checkins.draft(work, CheckInIn(episode_id=case.episode_id, subject="Hello", body=body))


def way(house: House, case: Case, channel: Channel, state: ConsentState = ConsentState.GRANTED) -> UUID:
    at = {Channel.SMS: "+34 612 345 678", Channel.LETTER: "Calle Mayor 1"}[channel]
    with house.work(house.clinician) as work:
        return consents.add(work, case.client_id, ConsentIn(channel=channel, address=at, state=state)).id


def show(house: House, message: CheckInOut, consent_id: UUID | None = None, who: Person | None = None) -> ByHandOut:
    with house.work(who or house.clinician) as work:
        return by_hand.show(work, message.id, consent_id)


def record(house: House, message: CheckInOut, who: Person | None = None, **given: object) -> CheckInOut:
    with house.work(who or house.clinician) as work:
        shape = SentByHandIn.model_validate(given)
        by_hand.record(work, message.id, shape, version=message.version)
        return checkins.read(work, message.id)


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def test_it_is_recorded_as_sent_with_its_decision_and_nothing_leaves(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    carrier = house.runtime.carrier = Pigeons()
    phone = way(house, case, Channel.SMS)
    message = write(house, case)
    shown = show(house, message, phone)
    assert (shown.outlook.allowed, shown.body, shown.channel) == (True, WORDS, Channel.SMS)
    at = house.wait(minutes=1)
    house.wait(minutes=20)
    done = record(house, message, consent_id=str(phone), at=at.isoformat())
    assert (done.state, done.by_hand, done.channel, done.state_at) == (CheckInState.SENT, True, Channel.SMS, at)
    # When the words were looked at, and when they went.
    assert [(one.asked, one.allowed) for one in done.decisions] == [(Asked.BY_HAND, True)] * 2
    with house.rows() as work:
        (contact,) = work.session.scalars(sa.select(Contact)).all()
        assert (contact.channel, contact.at, contact.check_in_id, contact.recorded_by) == (
            Channel.SMS,
            at,
            message.id,
            house.clinician.id,
        )
        assert work.session.scalars(sa.select(Delivery)).all() == []
    house.wait(days=1)
    while Courier(house.runtime).step():
        pass
    assert carrier.letters == []
    records.assert_stored_is_computed(house)


def test_what_was_approved_does_not_go_besides(shared_house: House, case: Case) -> None:
    house = shared_house
    carrier = house.runtime.carrier = Pigeons()
    address(house, case, house.clinician)
    message = write(house, case)
    with house.work(house.clinician) as work:
        version = approvals.approve(work, message.id, ApprovalIn(), version=message.version).version
        by_hand.record(work, message.id, SentByHandIn(), version=version)
    house.wait(minutes=10)
    while Courier(house.runtime).step():
        pass
    assert carrier.letters == []
    with house.work(house.clinician) as work, pytest.raises(Conflict) as refused:
        approvals.cancel(work, message.id)
    assert refused.value.code == "not_to_be_cancelled"
    with pytest.raises(Conflict):
        show(house, message)


def approve(house: House, message: CheckInOut) -> None:
    with house.work(house.clinician) as work:
        approvals.approve(work, message.id, ApprovalIn(), version=message.version)


def test_once_the_words_are_shown_they_go_from_nowhere_else(both_houses: House) -> None:
    """Or the client would get them twice: from here and from whoever copied them."""
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    carrier = house.runtime.carrier = Pigeons()
    address(house, case, house.clinician)
    message = write(house, case)
    approve(house, message)
    with house.work(house.clinician) as work:
        found = by_hand.look(work, message.id, None)
        assert (found.outlook.allowed, found.subject, found.body) == (True, None, None)
        assert checkins.read(work, message.id).state is CheckInState.APPROVED
    shown = show(house, message)
    assert shown.body == WORDS
    with house.rows() as work:
        assert work.session.scalars(sa.select(Delivery)).all() == []
    house.wait(minutes=10)
    while Courier(house.runtime).step():
        pass
    assert carrier.letters == []
    with house.work(house.clinician) as work:
        found_draft = checkins.read(work, message.id)
        assert (found_draft.state, found_draft.version) == (CheckInState.DRAFT, shown.version)
        by_hand.record(work, message.id, SentByHandIn(), version=shown.version)


def test_what_a_worker_has_taken_meanwhile_is_not_shown_to_be_copied(both_houses: House) -> None:
    house = both_houses
    case = records.weekly(house, house.clinician, last=3)
    carrier = house.runtime.carrier = Pigeons()
    address(house, case, house.clinician)
    message = write(house, case)
    approve(house, message)
    house.wait(minutes=10)

    def while_it_is_handed_over() -> None:
        with pytest.raises(Conflict) as refused:
            show(house, message)
        assert refused.value.code == "gone_already"

    carrier.after = while_it_is_handed_over
    Courier(house.runtime).step()
    assert len(carrier.letters) == 1
    while_it_is_handed_over()


def test_where_the_decision_forbids_it_what_waits_goes_on_waiting(shared_house: House, case: Case) -> None:
    """There was nothing to copy, to the other address: nothing is taken out either."""
    house = shared_house
    address(house, case, house.clinician)
    phone = way(house, case, Channel.SMS, ConsentState.DECLINED)
    message = write(house, case)
    approve(house, message)
    assert show(house, message, phone).body is None
    with house.work(house.clinician) as work:
        assert checkins.read(work, message.id).state is CheckInState.APPROVED
        approvals.cancel(work, message.id)


def test_to_look_whether_one_may_keeps_nothing_on_record(shared_house: House, case: Case) -> None:
    """Only words that are shown may have gone."""
    house = shared_house
    phone = way(house, case, Channel.SMS)
    message = write(house, case)
    with house.work(house.clinician) as work:
        assert by_hand.look(work, message.id, phone).outlook.allowed
    with house.work(house.clinician) as work:
        assert checkins.read(work, message.id).decisions == []


@pytest.mark.parametrize("state", [ConsentState.NOT_ASKED, ConsentState.DECLINED])
def test_what_forbids_a_message_forbids_it_by_hand_and_hides_the_words(
    shared_house: House, case: Case, state: ConsentState
) -> None:
    house = shared_house
    phone = way(house, case, Channel.SMS, state)
    message = write(house, case)
    shown = show(house, message, phone)
    assert (shown.outlook.allowed, shown.body, shown.subject) == (False, None, None)
    with pytest.raises(MayNotContact) as refused:
        record(house, message, consent_id=str(phone))
    assert [code for code, *_ in refused.value.reasons] == [state]
    with house.work(house.clinician) as work:
        found = checkins.read(work, message.id)
    assert found.state is CheckInState.DRAFT
    assert [(one.asked, one.allowed) for one in found.decisions] == [(Asked.BY_HAND, False)] * 2


def test_the_ceiling_and_spacing_count_what_was_sent_by_hand(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    record(house, write(house, case))
    second = write(house, case)
    assert second.outlook is not None
    assert [one.code for one in second.outlook.reasons] == ["too_soon"]
    with pytest.raises(MayNotContact):
        record(house, second)


def test_under_a_risk_of_harm_whoever_has_the_task_may_write_and_nobody_else(shared_house: House, case: Case) -> None:
    """DOMAIN 5.4: a named person may call or personally write; nothing goes from here, and an unsafe address stays unsafe."""
    house = shared_house
    consent_id = address(house, case, house.clinician)
    links.send(house, case, house.clinician, consent_id=consent_id)  # too soon for anything else
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    message = write(house, case)
    assert show(house, message).outlook.allowed
    with pytest.raises(MayNotContact) as refused:
        record(house, message, who=house.lead)
    assert {code for code, *_ in refused.value.reasons} == {"risk_of_harm", "too_soon"}
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=consent_id))
    assert [one.code for one in show(house, message).outlook.reasons] == ["unsafe_to_contact"]
    with house.rows() as work:
        kept = work.session.scalars(sa.select(ContactDecision)).all()
    assert [(one.asked, one.allowed) for one in kept] == [
        (Asked.BY_HAND, True),
        (Asked.BY_HAND, False),
        (Asked.BY_HAND, False),
    ]


def test_a_risk_of_harm_does_not_make_an_unsafe_hour_safe(shared_house: House, case: Case) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        told = {"channel": "email", "address": "ana@example.org", "state": "granted"}
        hours = {"safe_from": "20:00", "safe_until": "21:00"}
        consents.add(work, case.client_id, ConsentIn.model_validate({**told, **hours}))
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    assert [one.code for one in show(house, write(house, case)).outlook.reasons] == ["outside_safe_hours"]


def test_whoever_was_asked_besides_because_nobody_had_touched_the_risk_may_write(
    shared_house: House, case: Case
) -> None:
    house = shared_house
    address(house, case, house.clinician)
    with house.work(house.clinician) as work:
        flag = flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    message = write(house, case)
    assert not show(house, message, who=house.founder).outlook.allowed
    with house.rows() as work:
        overdue = Task(
            kind=TaskKind.RISK_OVERDUE,
            owner_id=house.founder.id,
            client_id=case.client_id,
            subject_id=flag.id,
            due_on=house.now.date(),
            created_at=house.now,
        )
        work.session.add(overdue)
    assert show(house, message, who=house.founder).outlook.allowed


def test_the_words_are_those_for_the_address_they_go_to(shared_house: House, case: Case) -> None:
    """What one address may show of its sender is not shown to another; and the review reads what goes there."""
    house = shared_house
    with house.work(house.clinician) as work:
        told = {"channel": "email", "address": "ana@example.org", "state": "granted", "sender_name": "M. at Riverside"}
        consents.add(work, case.client_id, ConsentIn.model_validate(told))
        neutral = {"channel": "sms", "address": "+34 612 345 678", "state": "granted", "sender_name": "M."}
        phone = consents.add(work, case.client_id, ConsentIn.model_validate(neutral)).id
    message = write(house, case, "Hello, this is {sender_name}. No answer is fine too.")
    assert "Riverside" in (show(house, message).body or "")
    shown = show(house, message, phone)
    assert shown.body == "Hello, this is M.. No answer is fine too."
    assert record(house, message, consent_id=str(phone)).body == shown.body


def test_a_text_message_is_reviewed_as_one(shared_house: House, case: Case) -> None:
    house = shared_house
    phone = way(house, case, Channel.SMS)
    message = write(house, case, "Hello Ana. " + "I am around this week and next week if you like. " * 7)
    assert {one.family for one in show(house, message, phone).review.findings} >= {"too_long"}


def test_what_came_after_it_was_sent_does_not_keep_it_off_the_record(shared_house: House, case: Case) -> None:
    house = shared_house
    consent_id = address(house, case, house.clinician)
    message = write(house, case)
    at = house.wait(minutes=1)
    house.wait(minutes=60)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE))
    house.wait(minutes=5)
    with pytest.raises(MayNotContact):
        record(house, message, consent_id=str(consent_id))
    assert record(house, message, consent_id=str(consent_id), at=at.isoformat()).state is CheckInState.SENT


def test_it_was_not_sent_before_its_words_were_saved(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    house.wait(minutes=30, seconds=40)
    message = write(house, case)
    with pytest.raises(Invalid):
        record(house, message, at=(house.now - timedelta(minutes=5)).isoformat())
    same_minute = house.now.replace(second=0)
    assert record(house, message, at=same_minute.isoformat()).state is CheckInState.SENT


def test_a_time_that_is_over_is_not_offered_by_hand(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    times = [house.now + timedelta(hours=hours) for hours in (2, 26)]
    with house.work(house.clinician) as work:
        given = CheckInIn(episode_id=case.episode_id, subject="Hello", body=WORDS, offered_times=times)
        message = checkins.draft(work, given)
    assert show(house, message).body == WORDS
    house.wait(hours=3)
    with pytest.raises(Conflict) as refused:
        show(house, message)
    assert refused.value.code == "time_over"


def test_the_wording_is_held_to_the_same(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    leak = write(house, case, "Hello. Your invoice for the depression group is open.")
    assert show(house, leak).body is None
    with pytest.raises(Conflict):
        record(house, leak, override_reason="They know.")
    pressing = write(house, case, "Hello Ana, please reply by Friday. No answer is fine too.")
    with pytest.raises(Conflict) as refused:
        record(house, pressing)
    assert refused.value.code == "wording_needs_reason"
    done = record(house, pressing, override_reason="The room is booked until then.")
    assert "pressure" in done.findings
    assert done.override_reason == "The room is booked until then."


def test_when_it_was_sent_lies_in_the_last_two_days(shared_house: House, case: Case) -> None:
    house = shared_house
    address(house, case, house.clinician)
    message = write(house, case)
    for at in (house.now + timedelta(minutes=1), house.now - timedelta(days=3)):
        with pytest.raises(Invalid):
            record(house, message, at=at.isoformat())
    with house.work(house.clinician) as work, pytest.raises(VersionMismatch):
        by_hand.record(work, message.id, SentByHandIn(), version=7)
    with house.work(house.supervisor) as work, pytest.raises(AccessDenied):
        by_hand.record(work, message.id, SentByHandIn(), version=1)


def test_an_address_of_somebody_else_is_none(shared_house: House, case: Case) -> None:
    house = shared_house
    other = way(house, house.client("Bea", house.clinician), Channel.SMS)
    with pytest.raises(Invalid):
        show(house, write(house, case), other)


def test_the_text_for_another_record_says_what_when_by_which_way_and_why(shared_house: House, case: Case) -> None:
    house = shared_house
    letter = way(house, case, Channel.LETTER)
    message = write(house, case)
    record(house, message, consent_id=str(letter))
    with house.work(house.clinician) as work:
        text = by_hand.record_text(work, message.id).text
    assert text == (
        "Check-in: sent\n"
        "When: 2026-03-04 10:30 (Europe/Madrid)\n"
        "By which way: letter, sent by hand\n"
        "By whom: clinician\n"
        "\n"
        "Subject: Hello\n"
        f"{WORDS}\n"
        "\n"
        "Whether it might go:\n"
        "- 2026-03-04 10:30, asked by whoever sent it themselves: yes. Nothing on record spoke against it.\n"
    )


def test_the_text_says_of_the_unsent_why_it_did_not_go(shared_house: House, case: Case) -> None:
    house = shared_house
    message = write(house, case)
    with pytest.raises(MayNotContact), house.work(house.clinician) as work:
        approvals.approve(work, message.id, ApprovalIn(), version=1)
    with house.work(house.clinician) as work:
        approvals.cancel(work, message.id)
        text = by_hand.record_text(work, message.id).text
    assert "Check-in: cancelled" in text
    assert "Why it did not go: by hand" in text
    assert "asked at the approval: no. There is no address on record to write to." in text
