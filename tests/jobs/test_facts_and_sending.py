"""On PostgreSQL, with real connections side by side: a fact is known to the decision, or it came after the mark. No third."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.domain.access import WORKER, system_principal
from api.jobs.deliveries import Courier
from api.services import deliveries
from api.services.work import unit
from api.store import checkins as checkin_store
from api.store import flags as flag_store
from api.store import locks
from schemas.tables import Flag
from schemas.vocabulary import CheckInState, FlagKind, StopReason
from tests.e2e.outside import wait_until
from tests.support.happenings import booked_again_elsewhere, waiting_in
from tests.support.house import Case, House, open_house
from tests.support.messages import Pigeons, address, approved, seen

pytestmark = pytest.mark.postgresql


@pytest.fixture
def house(database: Callable[[str], str]) -> Iterator[House]:
    with open_house(database("postgresql")) as opened:
        yield opened


@pytest.fixture
def carrier(house: House) -> Pigeons:
    pigeons = house.runtime.carrier = Pigeons()
    return pigeons


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana", house.clinician)


def due(house: House, case: Case) -> UUID:
    check_in_id = approved(house, case, house.clinician, address(house, case, house.clinician))
    house.wait(minutes=10)
    return check_in_id


@contextmanager
def deciding(house: House) -> Iterator[None]:
    """A worker has decided that the message goes, and has not committed it."""
    with unit(house.runtime, WORKER) as work:
        claimed = deliveries.claim(work)
        assert claimed is not None
        work.act_as(system_principal(claimed.practice_id))
        assert deliveries.decide(work, [claimed])
        yield


def somebody_waits(house: House, *, for_what: str = "advisory") -> bool:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype LIKE :for_what AND NOT granted")
    with house.runtime.sessions.kw["bind"].connect() as connection:
        return bool(connection.scalar(waiting, {"for_what": for_what}))


def raise_flag(house: House, case: Case) -> None:
    with house.rows() as work:
        flag_store.add(work.session, Flag(client_id=case.client_id, kind=FlagKind.PRACTICE_HOLD, raised_at=work.now))


def test_a_fact_that_is_being_committed_is_waited_for_and_binds(house: House, case: Case, carrier: Pigeons) -> None:
    check_in_id = due(house, case)
    worker = threading.Thread(target=Courier(house.runtime).step)
    with house.rows() as work:
        flag_store.add(work.session, Flag(client_id=case.client_id, kind=FlagKind.PRACTICE_HOLD, raised_at=work.now))
        locks.before_commit(work.session)
        worker.start()
        wait_until(lambda: somebody_waits(house))
    worker.join(20)
    assert seen(house, check_in_id) == (CheckInState.REVOKED, StopReason.HELD)
    assert carrier.letters == []


@pytest.mark.usefixtures("carrier")
def test_while_a_message_is_decided_on_no_fact_is_committed(house: House, case: Case) -> None:
    check_in_id = due(house, case)
    writer = threading.Thread(target=raise_flag, args=(house, case))
    with deciding(house):
        writer.start()
        wait_until(lambda: somebody_waits(house))
        with unit(house.runtime, system_principal(house.practice.id), read_only=True) as beside:
            assert flag_store.open_ones(beside.session, [case.client_id]) == []
    writer.join(20)
    assert seen(house, check_in_id)[0] is CheckInState.SENDING


def test_a_fact_told_while_a_message_is_decided_on_holds_it_back_should_it_come_back(
    house: House, carrier: Pigeons
) -> None:
    """It is dated back, so that nothing but the stop tells of it; and the worker that was deciding is gone."""
    one = waiting_in(house)
    house.wait(minutes=5)
    telling = threading.Thread(target=booked_again_elsewhere, args=(one,))
    with deciding(house):
        telling.start()
        wait_until(lambda: somebody_waits(house, for_what="%"))
    telling.join(20)
    assert one.now[0] is CheckInState.SENDING
    house.wait(minutes=20)
    courier = Courier(house.runtime)
    while courier.step():
        pass
    assert one.now == (CheckInState.CANCELLED, StopReason.BOOKED)
    assert carrier.letters == []


@pytest.mark.usefixtures("carrier")
def test_a_message_that_somebody_is_stopping_is_passed_over(house: House, case: Case) -> None:
    check_in_id = due(house, case)
    with house.rows() as work:
        assert checkin_store.stop_pending(work.session, [case.client_id], StopReason.BOOKED, work.now) == 1
        assert not Courier(house.runtime).step()
    assert seen(house, check_in_id) == (CheckInState.CANCELLED, StopReason.BOOKED)
    assert not Courier(house.runtime).step()


@pytest.mark.usefixtures("carrier")
def test_two_workers_never_hold_the_same_message(house: House, case: Case) -> None:
    due(house, case)
    with unit(house.runtime, WORKER) as work:
        assert deliveries.claim(work) is not None
        with unit(house.runtime, WORKER) as beside:
            assert deliveries.claim(beside) is None


def test_many_workers_and_many_writers_end_without_a_knot(house: House, carrier: Pigeons) -> None:
    """Each message is sent or was stopped by the fact of its own client; nobody waits for ever."""
    cases = [house.client(f"Client {number}", house.clinician) for number in range(8)]
    messages = [due(house, case) for case in cases]
    house.wait(minutes=10)

    def work() -> None:
        courier = Courier(house.runtime)
        while courier.step():
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    threads += [threading.Thread(target=raise_flag, args=(house, case)) for case in cases[::2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    work()
    states = [seen(house, message)[0] for message in messages]
    assert set(states) <= {CheckInState.SENT, CheckInState.REVOKED}
    assert all(state is CheckInState.SENT for state in states[1::2])
    assert len(carrier.letters) == states.count(CheckInState.SENT)
