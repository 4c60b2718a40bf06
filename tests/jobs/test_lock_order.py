"""On PostgreSQL: whoever changes a message takes the same locks in the same order, so that no two wait for each other.

The order is read from the statements, not raced: first the client, then the message, its delivery, what else hangs on it, the
episode, and last the lock of the practice's facts.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from api.domain.access import Principal, system_principal, text_principal
from api.domain.replies import Told
from api.domain.standings import Course
from api.formats.delivery_status import Fate, StatusReport
from api.outbound.mail import End, HandedOver
from api.outbound.texts import Standing
from api.services import approvals, bounces, by_hand, deliveries, replies, standings
from api.services.deliveries import Handover
from api.services.work import unit
from api.store import checkins as checkin_store
from api.store import standings as standing_store
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ReplyAnswer, StopReason
from schemas.wire.checkins import SentByHandIn, SettlementIn
from tests.support import links
from tests.support.house import Case, House
from tests.support.messages import address, approved, claim_of, seen, uncertain
from tests.support.waits import in_order, locks_taken

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


@pytest.fixture
def case(shared_house: House) -> Iterator[Case]:
    """Nothing of it waits for a worker afterwards: others use the same database."""
    made = shared_house.client("Ana", shared_house.clinician)
    yield made
    with shared_house.rows() as work:
        checkin_store.stop_pending(work.session, [made.client_id], StopReason.HELD, work.now)


def waiting(house: House, case: Case, kind: CheckInKind = CheckInKind.CHECK_IN) -> UUID:
    consent_id = address(house, case, house.clinician, f"{case.client_id.hex}@example.com")
    check_in_id = approved(house, case, house.clinician, consent_id, kind=kind)
    house.wait(minutes=10)
    return check_in_id


def by_person(act: Callable[..., object], *given: object, **named: object) -> Callable[[House, UUID], None]:
    def run(house: House, check_in_id: UUID) -> None:
        with house.work(house.clinician) as work:
            act(work, check_in_id, *given, **named)

    return run


OF_ONE_THAT_WAITS = {
    "undo": by_person(approvals.undo),
    "cancel": by_person(approvals.cancel),
    "by hand": by_person(by_hand.record, SentByHandIn(), version=1),
}
OF_ONE_THAT_IS_UNCERTAIN = {
    "settled as gone": by_person(approvals.settle, SettlementIn(went=True)),
    "settled as not gone": by_person(approvals.settle, SettlementIn(went=False)),
}


@pytest.mark.parametrize("act", OF_ONE_THAT_WAITS.values(), ids=OF_ONE_THAT_WAITS)
def test_a_person_who_changes_a_message(shared_house: House, case: Case, act: Callable[[House, UUID], None]) -> None:
    check_in_id = waiting(shared_house, case)
    with locks_taken(shared_house) as taken:
        act(shared_house, check_in_id)
    in_order(taken)


@pytest.mark.parametrize("act", OF_ONE_THAT_IS_UNCERTAIN.values(), ids=OF_ONE_THAT_IS_UNCERTAIN)
def test_a_person_who_says_how_it_ended(shared_house: House, case: Case, act: Callable[[House, UUID], None]) -> None:
    check_in_id = uncertain(shared_house, shared_house.practice, waiting(shared_house, case, CheckInKind.ANSWER))
    with locks_taken(shared_house) as taken:
        act(shared_house, check_in_id)
    in_order(taken)


ENDS = [End.TAKEN, End.NO_SUCH_ADDRESS, End.UNKNOWN, End.NOT_TAKEN]


@pytest.mark.parametrize("end", ENDS)
def test_the_worker_that_records_an_end(shared_house: House, case: Case, end: End) -> None:
    check_in_id = waiting(shared_house, case, CheckInKind.ANSWER)
    handover = being_sent(shared_house, check_in_id)
    with locks_taken(shared_house) as taken, shared_house.work(_worker(shared_house)) as work:
        deliveries.settle(work, [(handover, HandedOver(end))])
    in_order(taken)
    assert seen(shared_house, check_in_id)[0] is not CheckInState.SENDING


def test_the_worker_that_gives_messages_back(shared_house: House, case: Case) -> None:
    handover = being_sent(shared_house, waiting(shared_house, case))
    with locks_taken(shared_house) as taken, shared_house.work(_worker(shared_house)) as work:
        deliveries.give_back(work, [handover])
    in_order(taken)


def being_sent(house: House, check_in_id: UUID) -> Handover:
    with house.work(_worker(house)) as work:
        (handover,) = deliveries.decide(work, [claim_of(house, check_in_id)]) or []
        return handover


def test_a_mail_server_that_reports(shared_house: House, case: Case) -> None:
    check_in_id = links.send(shared_house, case, shared_house.clinician).check_in_id
    report = StatusReport("message@example.org", Fate.FAILED, "5.1.1")
    with locks_taken(shared_house) as taken, shared_house.work(_worker(shared_house)) as work:
        assert bounces.take_in(work, check_in_id, report)
    in_order(taken)


@pytest.mark.parametrize("course", [Course.DELIVERED, Course.NOT_DELIVERED, Course.OPTED_OUT])
def test_a_provider_that_reports(shared_house: House, case: Case, course: Course) -> None:
    check_in_id = uncertain(shared_house, shared_house.practice, waiting(shared_house, case))
    with shared_house.rows() as work:
        row, delivery = checkin_store.get(work.session, check_in_id), checkin_store.delivery(work.session, check_in_id)
        assert row is not None
        assert delivery is not None
        row.channel = Channel.SMS
        claimed = standing_store.reported(work.session, delivery.message_id)
        assert claimed is not None
    with (
        locks_taken(shared_house) as taken,
        unit(shared_house.runtime, text_principal(shared_house.practice.id)) as work,
    ):
        standings.report(work, claimed, Standing("SM1", course))
    in_order(taken)


def test_a_client_who_answers(shared_house: House, case: Case) -> None:
    sent = links.send(shared_house, case, shared_house.clinician)
    waits = approved(shared_house, case, shared_house.clinician, sent.consent_id)
    with locks_taken(shared_house) as taken, unit(shared_house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.7")
        replies.answer(work, opened.link, Told(answer=ReplyAnswer.DO_NOT_CONTACT))
    in_order(taken)
    assert seen(shared_house, waits)[0] is CheckInState.CANCELLED


def _worker(house: House) -> Principal:
    return system_principal(house.practice.id)
