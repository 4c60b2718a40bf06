"""A worker whose unit failed holds nothing any more: what another worker or a person did meanwhile stands."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import Principal, system_principal
from api.jobs.deliveries import Courier
from api.services import approvals, deliveries
from api.services.deliveries import Handover
from api.store import checkins as checkin_store
from api.store.deliveries import Claim
from schemas.tables import Delivery
from schemas.vocabulary import CheckInState
from tests.support.house import House
from tests.support.messages import Pigeons, address, approved, claim_of, seen
from tests.support.waits import not_waiting


def claimed_and_lost(house: House) -> Claim:
    """Claimed by a unit that then failed."""
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician, f"{case.client_id.hex}@example.com")
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=10)
    return claim_of(house, check_in_id)


def put_off(house: House, claimed: Claim) -> None:
    with house.work(_worker(house)) as work:
        deliveries.put_off(work, claimed, "ZeroDivisionError")


def test_what_another_worker_is_handing_over_is_not_put_off(both_houses: House) -> None:
    """Else it would be nobody's again while it goes, and go a second time."""
    both_houses.runtime.carrier = Pigeons()
    claimed = claimed_and_lost(both_houses)
    handover = Courier(both_houses.runtime).take()
    assert isinstance(handover, Handover)
    put_off(both_houses, claimed)
    assert seen(both_houses, claimed.check_in_id)[0] is CheckInState.SENDING
    with both_houses.work(_worker(both_houses)) as work:
        deliveries.announce(work, handover)


def test_what_a_person_undid_meanwhile_is_let_be(shared_house: House) -> None:
    claimed = claimed_and_lost(shared_house)
    with shared_house.work(shared_house.clinician) as work:
        approvals.undo(work, claimed.check_in_id)
    put_off(shared_house, claimed)
    assert seen(shared_house, claimed.check_in_id)[0] is CheckInState.DRAFT


def test_what_nobody_touched_is_tried_again_later(shared_house: House) -> None:
    claimed = claimed_and_lost(shared_house)
    put_off(shared_house, claimed)
    with shared_house.rows() as work:
        delivery = checkin_store.delivery(work.session, claimed.check_in_id)
        assert delivery is not None
        assert (delivery.attempt_count, delivery.failure_code) == (1, "ZeroDivisionError")
        assert delivery.next_at > work.now
    with shared_house.work(shared_house.clinician) as work:
        approvals.cancel(work, claimed.check_in_id)


@pytest.mark.postgresql
@pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session")
def test_what_somebody_holds_is_not_waited_for(shared_house: House) -> None:
    claimed = claimed_and_lost(shared_house)
    with shared_house.rows() as other:
        mine = sa.select(col(Delivery.id)).where(col(Delivery.id) == claimed.delivery_id)
        other.session.execute(mine.with_for_update())
        with not_waiting(shared_house):
            put_off(shared_house, claimed)
    with shared_house.work(shared_house.clinician) as work:
        approvals.cancel(work, claimed.check_in_id)


def _worker(house: House) -> Principal:
    return system_principal(house.practice.id)
