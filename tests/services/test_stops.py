"""What people do stops the messages that wait, in the same commit, whoever's caseload they are in."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.errors import MayNotContact
from api.services import approvals, checkins, clients, contacts
from api.store import checkins as checkin_store
from schemas.tables import CheckIn
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ConsentState, ContactDirection, StopReason
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch
from schemas.wire.clients import ClientIn
from schemas.wire.contacts import ContactIn
from tests.support import links
from tests.support.happenings import (
    HAPPENS,
    Waiting,
    booked_again_elsewhere,
    end,
    gone,
    hand_over,
    pause,
    waiting_in,
    written_in_a_file,
    wrote,
)
from tests.support.house import House
from tests.support.messages import address, approved, seen


@pytest.fixture
def waiting(both_houses: House) -> Waiting:
    return waiting_in(both_houses)


@pytest.mark.parametrize(("happens", "reason"), HAPPENS)
def test_it_is_cancelled_at_once(waiting: Waiting, happens: Callable[[Waiting], None], reason: StopReason) -> None:
    happens(waiting)
    assert waiting.now == (CheckInState.CANCELLED, reason)


def test_an_address_that_was_wrong_takes_no_message_with_it(both_houses: House) -> None:
    """Nobody said anything about it, so it can go; the message stays in the log and cannot leave."""
    house = both_houses
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician, state=ConsentState.NOT_ASKED)
    sent = links.send(house, case, house.clinician, consent_id=consent_id, state=CheckInState.BOUNCED)
    one = Waiting(house, case, consent_id, approved(house, case, house.clinician, consent_id), sent)
    gone(one)
    assert one.now == (CheckInState.CANCELLED, StopReason.PERMISSION_CHANGED)
    with house.rows() as work:
        assert {row.consent_id for row in work.session.scalars(sa.select(CheckIn))} == {None}


def test_a_doubles_messages_are_the_clients_and_still_open(waiting: Waiting) -> None:
    house = waiting.house
    with house.work(house.founder) as work:
        kept = clients.add(work, ClientIn(name="Ana M."))
        clients.merge(work, kept.id, waiting.case.client_id)
    with house.work(house.founder) as work:
        found = checkins.page(work, client_id=kept.id, episode_id=None, states=(), before=None, limit=10).items
    assert {(one.id, one.client_id) for one in found} == {
        (one, kept.id) for one in (waiting.check_in_id, waiting.sent.check_in_id)
    }
    assert found[0].body.startswith("Hello Ana")


def test_an_answer_survives_nothing_but_what_the_client_does(waiting: Waiting) -> None:
    house = waiting.house
    answer_id = approved(house, waiting.case, house.clinician, waiting.consent_id, kind=CheckInKind.ANSWER)
    with house.rows() as work:
        checkin_store.stop_pending(work.session, [waiting.case.client_id], StopReason.ENDED, work.now)
    assert waiting.now == (CheckInState.CANCELLED, StopReason.ENDED)
    assert seen(house, answer_id)[0] is CheckInState.APPROVED


def reply_to(one: Waiting) -> UUID:
    """Of the client, to something that was sent."""
    sent = links.send(one.house, one.case, one.house.clinician, consent_id=one.consent_id)
    reply_id = links.reply(one.house, one.case, one.house.clinician, sent)
    one.house.wait(minutes=1)
    return reply_id


def test_a_file_stops_an_answer_that_waits_after_the_ending(waiting: Waiting) -> None:
    """It is exempt from "ended", and not from what the client said besides: a word in the record would stop it too."""
    house, reply_id = waiting.house, reply_to(waiting)
    answer_id = approved(house, waiting.case, house.clinician, waiting.consent_id, kind=CheckInKind.ANSWER)
    with house.rows() as work:
        work.session.get_one(CheckIn, (work.practice_id, answer_id)).in_reply_to = reply_id
    end(waiting)
    assert seen(house, answer_id)[0] is CheckInState.APPROVED
    written_in_a_file(waiting)
    assert seen(house, answer_id) == (CheckInState.CANCELLED, StopReason.SIGN_OF_LIFE)


def draft(one: Waiting, **more: object) -> CheckInOut:
    at = {"episode_id": one.case.episode_id, "consent_id": one.consent_id, "subject": "Hello", "body": "Hello Ana."}
    with one.house.work(one.house.clinician) as work:
        drafted = checkins.draft(work, CheckInIn.model_validate({**at, **more}))
    one.house.wait(minutes=1)
    return drafted


def forbidden(one: Waiting, drafted: CheckInOut) -> list[str]:
    """Why it cannot be approved, by whoever may read and write everything."""
    with one.house.work(one.house.founder) as work:
        version = checkins.read(work, drafted.id).version
    with pytest.raises(MayNotContact) as refused, one.house.work(one.house.founder) as work:
        approvals.approve(work, drafted.id, ApprovalIn(), version=version)
    return [reason for reason, _, _ in refused.value.reasons]


def test_a_file_overtakes_an_answer_that_is_being_written_after_the_ending(waiting: Waiting) -> None:
    reply_id = reply_to(waiting)
    end(waiting)
    waiting.house.wait(minutes=1)
    drafted = draft(waiting, kind="answer", in_reply_to=reply_id)
    written_in_a_file(waiting)
    assert forbidden(waiting, drafted) == ["in_touch_since"]


def test_a_draft_wants_looking_at_again_once_two_records_are_the_clients(waiting: Waiting) -> None:
    """What the other one says may be older than the draft, and its author never saw it."""
    house = waiting.house
    double = house.client("Ana M.", house.clinician)
    with house.work(house.clinician) as work:
        contacts.record(work, double.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.SMS))
    house.wait(minutes=1)
    drafted = draft(waiting)
    with house.work(house.founder) as work:
        clients.merge(work, waiting.case.client_id, double.client_id)
    assert forbidden(waiting, drafted) == ["merged_since"]
    house.wait(minutes=1)
    with house.work(house.clinician) as work:
        version = checkins.read(work, drafted.id).version
        looked_at = checkins.change(work, drafted.id, CheckInPatch(), version=version)
    with house.work(house.clinician) as work:
        approvals.approve(work, drafted.id, ApprovalIn(), version=looked_at.version)


def test_of_two_facts_that_overtake_a_draft_the_first_is_kept_and_both_are_told(waiting: Waiting) -> None:
    """The first may be dated back, and nothing else would tell of it; what comes later mostly says so by its own date."""
    drafted = draft(waiting)
    booked_again_elsewhere(waiting)
    waiting.house.wait(minutes=1)
    pause(waiting)
    assert forbidden(waiting, drafted) == ["booked_since", "away_since"]


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (booked_again_elsewhere, "booked_since"),
        (wrote, "in_touch_since"),
        (written_in_a_file, "in_touch_since"),
        (pause, "away_since"),
        (hand_over, "handed_over"),
    ],
)
def test_a_draft_that_was_overtaken_says_by_what_and_nothing_else(
    waiting: Waiting, happens: Callable[[Waiting], None], code: str
) -> None:
    drafted = draft(waiting)
    happens(waiting)
    assert forbidden(waiting, drafted) == [code]
