"""Messages over the API: a refusal says everything that forbids, a retry approves once, and nothing is approved unseen."""

import pytest
from starlette.testclient import TestClient

from schemas.vocabulary import ConsentState
from tests.support.house import Case, House
from tests.support.messages import address

WORDS = "Hello Ana, I am around if you would like to find another time. No answer is fine too."


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana", house.practice.elena)


@pytest.fixture
def api(house: House) -> TestClient:
    return house.api(house.practice.elena)


def drafted(api: TestClient, case: Case) -> str:
    answer = api.post("/v1/check-ins", json={"episode_id": str(case.episode_id), "body": WORDS})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"v1"'
    place: str = answer.headers["location"]
    return place


def test_a_refusal_is_a_problem_with_every_reason(house: House, api: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena, state=ConsentState.DECLINED)
    place = drafted(api, case)
    refused = api.post(f"{place}/approve", json={}, headers={"If-Match": '"v1"'})
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "may_not_contact"
    assert [reason["code"] for reason in problem["reasons"]] == ["declined"]
    assert problem["reasons"][0]["text"] in problem["detail"]
    assert problem["reasons"][0]["would_change"].startswith("Only the client's own word")
    (decision,) = api.get(place).json()["decisions"]
    assert (decision["allowed"], decision["asked"]) == (False, "approving")


def test_an_approval_names_the_version_that_was_read(house: House, api: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = drafted(api, case)
    assert api.post(f"{place}/approve", json={}).status_code == 428
    assert api.patch(place, json={"subject": "Hello"}, headers={"If-Match": '"v1"'}).headers["etag"] == '"v2"'
    assert api.post(f"{place}/approve", json={}, headers={"If-Match": '"v1"'}).status_code == 412
    approved = api.post(f"{place}/approve", json={}, headers={"If-Match": '"v2"'})
    assert approved.json()["state"] == "approved"


def test_a_retry_approves_once_and_gets_the_same_answer(house: House, api: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = drafted(api, case)
    headers = {"If-Match": '"v1"', "Idempotency-Key": "approve-1"}
    first = api.post(f"{place}/approve", json={}, headers=headers)
    again = api.post(f"{place}/approve", json={}, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(api.get(place).json()["decisions"]) == 1


def test_the_log_is_listed_by_state_and_by_page(house: House, api: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    places = [drafted(api, case) for _ in range(3)]
    api.post(f"{places[0]}/cancel")
    listed = api.get("/v1/check-ins", params={"client_id": str(case.client_id), "state": "cancelled"}).json()
    assert [item["id"] for item in listed["items"]] == [places[0].rpartition("/")[2]]
    first = api.get("/v1/check-ins", params={"limit": 2}).json()
    rest = api.get("/v1/check-ins", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert len(first["items"] + rest["items"]) == 3
    assert rest["next_cursor"] is None
