"""What another system calls a colleague's client: refused like something that is not there, and left as it was."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.vocabulary import Role
from tests.services import records
from tests.support.house import House

PATH = "/v1/clients/by-external-id/pms"
TIME = "/v1/appointments/by-external-id/pms"
WHEN = {"starts_at": "2026-03-02T09:00:00Z", "status": "attended", "status_known_at": "2026-03-02T10:00:00Z"}
SECRET = "Ana Moreno of the colleague"  # a name in a test, not a password


@pytest.fixture
def lead(shared_house: House) -> TestClient:
    """Sends the colleague's client and a time of theirs."""
    house = shared_house
    api = house.api(house.lead)
    client = api.put(f"{PATH}/theirs", json={"name": SECRET}).json()
    records.begin(house, house.lead, [client["id"]], responsible_id=house.clinician.id)
    assert api.put(f"{TIME}/t1", json={**WHEN, "client_external_id": "theirs"}).status_code == 201
    return api


@pytest.fixture
def other(shared_house: House) -> TestClient:
    return shared_house.api(shared_house.practice.member(Role.CLINICIAN, name="Other"))


def _own_episode(other: TestClient) -> str:
    mine = other.put(f"{PATH}/mine", json={"name": "Bea"}).json()["id"]
    episode: str = other.post("/v1/episodes", json={"client_ids": [mine]}).json()["id"]
    return episode


def test_a_clinician_cannot_write_over_a_colleagues_client(lead: TestClient, other: TestClient) -> None:
    before = lead.put(f"{PATH}/theirs", json={"name": SECRET}).json()
    answer = other.put(f"{PATH}/theirs", json={"name": "Somebody else", "client_contacts_us": True})
    absent = other.get(f"/v1/clients/{before['id']}")
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert _said(answer.json()) == _said(absent.json())
    assert SECRET not in answer.text
    assert lead.get(f"/v1/clients/{before['id']}").json() == before


def test_a_batch_answers_for_a_colleagues_client_as_for_nobody(lead: TestClient, other: TestClient) -> None:
    _own_episode(other)
    told = {"a1": "theirs", "a2": "nobody", "t1": "theirs", "a3": "mine"}
    items = [{**WHEN, "source": "pms", "external_id": key, "client_external_id": told[key]} for key in told]
    answer = other.post("/v1/appointments/batch", json={"items": items})
    theirs, nobodys, known, mine = answer.json()["results"]
    assert answer.status_code == 200
    assert {**theirs, "index": 1} == nobodys
    assert (known["outcome"], known["code"], known["id"]) == ("rejected", "not_found", None)
    assert mine["outcome"] == "created"
    assert SECRET not in answer.text
    assert {item["external_id"] for item in lead.get("/v1/appointments").json()["items"]} == {"t1", "a3"}


def test_a_time_is_refused_for_a_colleagues_client_as_for_nobody(lead: TestClient, other: TestClient) -> None:
    theirs = other.put(f"{TIME}/a1", json={**WHEN, "client_external_id": "theirs"})
    nobodys = other.put(f"{TIME}/a2", json={**WHEN, "client_external_id": "nobody"})
    assert theirs.status_code == nobodys.status_code
    assert _said(theirs.json()) == _said(nobodys.json())
    assert len(lead.get("/v1/appointments").json()["items"]) == 1


def test_a_colleagues_time_is_not_moved_to_ones_own_episode(lead: TestClient, other: TestClient) -> None:
    [before] = lead.get("/v1/appointments").json()["items"]
    mine = {**WHEN, "episode_id": _own_episode(other), "status": "no_show"}
    answer = other.put(f"{TIME}/t1", json=mine)
    assert answer.status_code == 404
    assert _said(answer.json()) == _said(other.get(f"/v1/appointments/{before['id']}").json())
    ones_own = {**WHEN, "client_external_id": "mine"}
    items = [{**ones_own, "source": "pms", "external_id": key} for key in ("t1", "t2")]
    batch = other.post("/v1/appointments/batch", json={"items": items})
    assert [one["outcome"] for one in batch.json()["results"]] == ["rejected", "created"]
    assert lead.get(f"/v1/appointments/{before['id']}").json() == before


def _said(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}
