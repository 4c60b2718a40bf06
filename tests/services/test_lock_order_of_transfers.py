"""On PostgreSQL: whoever hands work over takes their locks in the order of everybody else. Read from the statements, not raced."""

import pytest

from api.services import handovers
from schemas.vocabulary import Role
from tests.support import links
from tests.support import transfers as ours
from tests.support.house import House
from tests.support.messages import address, approved
from tests.support.waits import in_order, locks_taken

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


@pytest.mark.parametrize("inside", [True, False])
def test_whoever_hands_over_what_waits(shared_house: House, *, inside: bool) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.client("Ana", house.clinician)
    approved(house, case, house.clinician, address(house, case, house.clinician))
    links.task(house, case, house.clinician)
    goes = {"to_id": elena.id} if inside else ours.ELSEWHERE
    made = ours.begin(house, case, house.clinician, **goes)
    with locks_taken(house) as taken:
        ours.hand_over(house, made, house.clinician)
    in_order(taken)
    with locks_taken(house) as taken, house.work(elena if inside else house.clinician) as work:
        handovers.receive(work, made.id)
    in_order(taken)
