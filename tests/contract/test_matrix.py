"""Every route against whoever should not get through: nobody, the wrong role, the practice next door, another caseload."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.services.gate import Noun
from schemas.tables import AuditEntry
from schemas.vocabulary import AuditOutcome, Role
from tests.contract.routes import ROUTES, Route
from tests.contract.world import World
from tests.support.counts import Say
from tests.support.house import House, Machine, Person

CLIENT_LEVEL = {Noun.CLIENT, Noun.EPISODE, Noun.APPOINTMENT, Noun.NOTE}
GUARDED = [route for route in ROUTES if route.operation_id != "sign_ins_start"]
WITH_IDS = [route for route in GUARDED if route.ids]
OF_A_CASELOAD = [route for route in WITH_IDS if route.rule.noun in CLIENT_LEVEL]
# What the state of a new practice forbids even its founder: no worker has looked at the file yet.
STATE_FORBIDS = {"imports_apply": 409, "imports_undo": 409}

# Where the permission alone does not decide, because what is sent or whom it is about is clinical: an admin needs a lead.
LEADS_ONLY = {"members_add", "members_reset_password", "keys_add"}

each = pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.operation_id)


def trail(world: World) -> set[tuple[UUID | None, str, AuditOutcome]]:
    with world.house.rows(world.practice) as work:
        rows = work.session.execute(
            sa.select(col(AuditEntry.actor_id), col(AuditEntry.action), col(AuditEntry.outcome))
        ).all()
    return {(row[0], row[1], row[2]) for row in rows}


def send(world: World, route: Route, who: Person | Machine | None, address: str | None = None) -> tuple[int, str]:
    """The status and the problem code, of an answer in the proper form."""
    api = world.house.api(who)
    answer = api.request(route.method, address or world.address(route), **world.request(route))
    if answer.status_code < 400:
        return answer.status_code, ""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["status"] == answer.status_code
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    return answer.status_code, answer.json()["code"]


def test_the_matrix_is_about_something(say: Say) -> None:
    """`app.routes` no longer lists included routes: a matrix over an empty list would pass."""
    say(f"matrix: {len(GUARDED)} routes, {len(WITH_IDS)} with ids, {len(OF_A_CASELOAD)} of a caseload")
    assert len(GUARDED) >= 50
    assert len(WITH_IDS) >= 30
    assert len(OF_A_CASELOAD) >= 15


@each
def test_the_founder_gets_through(world: World, route: Route) -> None:
    """Otherwise the refusals below might be refusals of something else."""
    status, code = send(world, route, world.founder)
    expected = STATE_FORBIDS.get(route.operation_id)
    assert status == expected if expected else status < 300, f"{status} {code}"


@each
def test_nobody_gets_through_without_a_token(world: World, route: Route) -> None:
    assert send(world, route, None) == (401, "not_signed_in")


@pytest.mark.parametrize("token", ["lts_unknown", "lt_unknown", "neither"])
def test_an_unknown_token_is_nobodys(street: House, world: World, token: str) -> None:
    for route in GUARDED:
        address = world.address(route)
        headers = {"Authorization": f"Bearer {token}"}
        assert street.api().request(route.method, address, headers=headers).status_code == 401


@each
def test_each_role_gets_through_where_the_rights_say_so_and_refusals_are_in_the_trail(
    world: World, route: Route
) -> None:
    refused = set()
    callers = world.callers()
    for name, who in callers.items():
        status, code = send(world, route, who)
        if route.operation_id in LEADS_ONLY and who is callers[Role.ADMIN]:
            assert (status, code) == (403, "needs_practice_lead")
            refused.add(who.principal.id)
        elif route.rule.permission in who.principal.permissions:
            assert status not in (401, 403), f"{name}: {status} {code}"
            assert status < 500, f"{name}: {status} {code}"
        else:
            assert (status, code) == (403, "not_allowed"), name
            refused.add(who.principal.id)
    if route.rule.action is not None:
        denied = {(actor, route.rule.action.value, AuditOutcome.DENIED) for actor in refused}
        assert denied <= trail(world)
    assert route.rule.permission.value.startswith(("own:", "practice:read")) or refused


@pytest.mark.parametrize("route", WITH_IDS, ids=lambda route: route.operation_id)
def test_the_practice_next_door_is_simply_absent(world: World, neighbour: World, route: Route) -> None:
    """All of its ids at once, and one at a time beneath one's own."""
    foreign = {name: neighbour.parameter(route, name) for name in route.ids}
    attempts = [foreign, *({name: value} for name, value in foreign.items())]
    for instead in attempts:
        status, code = send(world, route, world.founder, world.address(route, **instead))
        assert (status, code) == (404, "not_found"), instead
    if route.rule.action is not None:
        assert (world.founder.id, route.rule.action.value, AuditOutcome.NOT_FOUND) in trail(world)


@pytest.mark.parametrize("route", OF_A_CASELOAD, ids=lambda route: route.operation_id)
def test_another_clinicians_clients_are_simply_absent(world: World, route: Route) -> None:
    other = world.practice.member(Role.CLINICIAN)
    expected = (404, "not_found") if route.rule.permission in other.principal.permissions else (403, "not_allowed")
    assert send(world, route, other) == expected
    outcome = AuditOutcome.NOT_FOUND if expected[0] == 404 else AuditOutcome.DENIED
    assert route.rule.action is not None
    assert (other.id, route.rule.action.value, outcome) in trail(world)


def test_ids_in_a_body_are_looked_for_at_home_only(world: World, neighbour: World) -> None:
    """None of these may succeed, whatever else the body says."""
    api = world.house.api(world.founder)
    foreign_client, foreign_episode = str(neighbour.case.client_id), str(neighbour.case.episode_id)
    client, episode = str(world.case.client_id), str(world.case.episode_id)
    somebody = str(neighbour.practice.clinician.id)
    attempts = [
        ("POST", "/v1/episodes", {"client_ids": [foreign_client]}),
        ("POST", "/v1/episodes", {"client_ids": [client, foreign_client]}),
        ("POST", "/v1/episodes", {"client_ids": [client], "responsible_id": somebody}),
        ("POST", "/v1/episodes", {"client_ids": [client], "co_therapist_ids": [somebody]}),
        ("POST", "/v1/episodes", {"client_ids": [client], "previous_episode_id": foreign_episode}),
        ("PATCH", f"/v1/episodes/{episode}", {"responsible_id": somebody}),
        ("PATCH", f"/v1/episodes/{episode}", {"co_therapist_ids": [somebody]}),
        ("POST", f"/v1/clients/{client}/merge", {"double_id": foreign_client}),
        ("POST", "/v1/appointments", {"episode_id": foreign_episode, "starts_at": "2026-03-10T15:00:00Z"}),
        (
            "PUT",
            "/v1/appointments/by-external-id/cliniko/A-1",
            {"episode_id": foreign_episode, "starts_at": "2026-03-10T15:00:00Z"},
        ),
        (
            "POST",
            f"/v1/episodes/{episode}/contacts",
            {"direction": "inbound", "channel": "phone", "client_id": foreign_client},
        ),
        ("PUT", f"/v1/members/{world.member_id}/supervisees", {"member_ids": [somebody]}),
        ("POST", f"/v1/members/{world.member_id}/leave-practice", {"hand_over_to": somebody}),
        ("PUT", "/v1/members/by-external-id/cliniko/T-9", {"member_id": somebody}),
    ]
    for method, path, body in attempts:
        answer = api.request(method, path, json=body, headers={"If-Match": '"v1"'})
        assert answer.status_code in (404, 409, 422), f"{method} {path} {body}: {answer.status_code} {answer.text}"


def test_ids_in_a_query_find_nothing_next_door(world: World, neighbour: World) -> None:
    api = world.house.api(world.founder)
    for path in (
        f"/v1/episodes?client_id={neighbour.case.client_id}",
        f"/v1/appointments?episode_id={neighbour.case.episode_id}",
        f"/v1/caseload?clinician={neighbour.founder.id}",
    ):
        answer = api.get(path)
        assert answer.status_code in (200, 404), path
        assert answer.json().get("items", []) == [], path
    trail_of_theirs = api.get(f"/v1/audit?subject_id={neighbour.case.client_id}").json()["items"]
    assert {entry["actor_id"] for entry in trail_of_theirs} <= {str(world.founder.id)}


def test_whoever_must_choose_a_password_can_do_that_and_nothing_else(world: World) -> None:
    admin = world.house.api(world.founder)
    added = admin.post(
        "/v1/members", json=world.body(next(r for r in ROUTES if r.operation_id == "members_add"))
    ).json()
    given = {"email": added["member"]["email"], "password": added["one_time_password"]}
    newcomer = world.house.api().post("/v1/sign-ins", json=given).json()
    assert newcomer["must_change_password"]
    headers = {"Authorization": f"Bearer {newcomer['token']}"}
    reached = set()
    for route in GUARDED:
        request = world.request(route)
        request["headers"] |= headers
        if route.operation_id not in ("sign_ins_end", "me_change_password"):
            answer = world.house.api().request(route.method, world.address(route), **request)
            if answer.status_code != 403:
                reached.add(route.operation_id)
    assert reached == {"me_read"}
    changed = {"current_password": added["one_time_password"], "new_password": "one of my own at last"}
    assert world.house.api().put("/v1/me/password", json=changed, headers=headers).status_code == 204
    assert world.house.api().get("/v1/practice", headers=headers).status_code == 200
