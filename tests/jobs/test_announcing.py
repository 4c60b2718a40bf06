"""The last instant before a message is the other side's: one statement, which waits for no decision about others."""

from contextlib import suppress

import pytest
import sqlalchemy as sa

from api.jobs.deliveries import Courier
from api.services.deliveries import Handover
from api.store import checkins as checkin_store
from api.store import locks
from schemas.vocabulary import CheckInState
from tests.support.house import House
from tests.support.messages import Pigeons, address, approved, seen


@pytest.fixture
def handover(both_houses: House) -> Handover:
    case = both_houses.client("Ana", both_houses.clinician)
    consent_id = address(both_houses, case, both_houses.clinician, f"{case.client_id.hex}@example.com")
    approved(both_houses, case, both_houses.clinician, consent_id)
    both_houses.wait(minutes=10)
    both_houses.runtime.carrier = Pigeons()
    taken = Courier(both_houses.runtime).take()
    assert isinstance(taken, Handover)
    return taken


def test_it_is_known_to_everybody_before_the_message_is_handed_over(both_houses: House, handover: Handover) -> None:
    Courier(both_houses.runtime).hand_over(handover)
    with both_houses.rows() as work:
        delivery = checkin_store.delivery(work.session, handover.check_in_id)
        assert delivery is not None
        assert delivery.handing_over_at == both_houses.now
    assert seen(both_houses, handover.check_in_id)[0] is CheckInState.SENDING, "what became of it is not yet told"


def test_the_next_unit_commits_as_a_whole_again(both_houses: House, handover: Handover) -> None:
    """The connection that announced goes back to the others as it came."""
    Courier(both_houses.runtime).hand_over(handover)
    with suppress(ZeroDivisionError), both_houses.rows() as work:
        delivery = checkin_store.delivery(work.session, handover.check_in_id)
        assert delivery is not None
        delivery.failure_code = "half_done"
        work.session.flush()
        raise ZeroDivisionError
    with both_houses.rows() as work:
        delivery = checkin_store.delivery(work.session, handover.check_in_id)
        assert delivery is not None
        assert delivery.failure_code is None


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_one_worker_announces_while_another_decides(both_houses: House, handover: Handover) -> None:
    """Both in the same practice; waiting would end in Busy, and nothing would be handed over."""
    with both_houses.rows() as deciding:
        locks.hold_facts(deciding.session)
        outcome = Courier(both_houses.runtime).hand_over(handover)
    assert outcome is not None
    assert outcome.code == ""


def test_it_takes_one_question(both_houses: House, handover: Handover) -> None:
    asked: list[str] = []
    engine = both_houses.runtime.sessions.kw["bind"]

    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement.split(maxsplit=1)[0])

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        Courier(both_houses.runtime).hand_over(handover)
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
    assert [word for word in asked if word != "BEGIN"] == ["UPDATE"]
