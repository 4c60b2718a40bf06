"""Duties that only one worker may be at: a second neither waits for nothing nor writes over the first."""

import threading

from api.domain.access import system_principal
from api.services import upkeep
from api.store import audit as audit_store
from tests.support.house import House


def test_of_two_workers_one_seals_the_trail_and_the_other_goes_on_later(both_houses: House) -> None:
    house = both_houses
    for name in ("Ana", "Bea"):
        house.client(name, house.clinician)
    worker, sealed, done = system_principal(house.practice.id), [], threading.Event()

    def second() -> None:
        with house.work(worker) as work:
            sealed.append(upkeep.seal_audit(work))
        done.set()

    with house.work(worker) as work:
        first = upkeep.seal_audit(work)
        beside = threading.Thread(target=second)
        beside.start()
        done.wait(timeout=0.5)
    beside.join(timeout=20)
    assert first > 0
    assert sealed == [0]
    house.client("Cleo", house.clinician)
    with house.work(worker) as work:
        assert upkeep.seal_audit(work) > 0
    with house.rows() as work:
        assert audit_store.first_break(work.session) is None
        assert audit_store.unsealed_count(work.session) == 0
