"""Every route, asked by whoever covers for the clinician whose clients these are: absent, unless it is part of the cover."""

from datetime import timedelta

import pytest

from api.services import covers, leave
from api.services.gate import OF_NO_CASELOAD
from schemas.vocabulary import Role
from schemas.wire.covers import CoverIn
from schemas.wire.leave import LeaveIn
from tests.contract.routes import ROUTES, Route
from tests.contract.test_matrix import send
from tests.contract.world import World
from tests.support.counts import Say
from tests.support.house import Person

# Of a client of the absent clinician, and no part of what was there before covers but these: a task to reach somebody today.
PART_OF_THE_COVER = {"flags_read_risk", "flags_reached", "tasks_assess"}
# The cover of somebody else, by the founder: absent like everything else.
ABOUT_CLIENTS = [route for route in ROUTES if route.ids and route.rule.noun not in {None, *OF_NO_CASELOAD}]
LISTS = [route for route in ROUTES if route.method == "GET" and not route.parameters]


def covering(world: World) -> Person:
    """The founder, whose clients these are, is away; a clinician without clients of their own stands in."""
    person = world.practice.member(Role.CLINICIAN, name="Stands In")
    today = world.house.now.date()
    days = {"from_on": today, "to_on": today + timedelta(days=2)}
    with world.house.work(world.founder) as work:
        leave.record_own(work, LeaveIn.model_validate(days))
        covers.name_own(work, CoverIn.model_validate({"covering_id": person.id, **days}))
    return person


@pytest.mark.parametrize("route", ABOUT_CLIENTS, ids=lambda route: route.operation_id)
def test_a_route_about_a_client_is_absent_to_whoever_covers(world: World, route: Route) -> None:
    address = world.address(route)
    person = covering(world)
    with world.house.work(person) as work:
        assert len(covers.running(work)) == 1
    status, code = send(world, route, person, address)
    if route.rule.permission not in person.principal.permissions:
        assert (status, code) == (403, "not_allowed")
    elif route.operation_id in PART_OF_THE_COVER:
        assert status < 300, f"{status} {code}"
    else:
        assert (status, code) == (404, "not_found")


def test_no_list_names_a_client_of_the_absent_clinician(world: World, say: Say) -> None:
    case, reply_id = world.case, world.reply_id
    api, asked = world.house.api(covering(world)), 0
    for route in LISTS:
        answer = api.get(route.path)
        text = answer.text
        assert str(case.client_id) not in text, route.operation_id
        assert str(case.episode_id) not in text, route.operation_id
        assert str(reply_id) not in text, route.operation_id
        asked += answer.status_code == 200
    assert asked >= 12
    assert len(ABOUT_CLIENTS) >= 40
    say(f"matrix: a cover x routes: {len(ABOUT_CLIENTS)} about clients, {asked} lists")
