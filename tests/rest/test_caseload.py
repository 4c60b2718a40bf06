"""The caseload over HTTP: the shape integrators read, and nothing in it that could pass for a property of a client."""

from tests.services import records
from tests.services.imports.files import at
from tests.support.house import House


def test_the_caseload_says_who_where_why_and_what_next(shared_house: House) -> None:
    house = shared_house
    for name, last in (("Ana", 3), ("Bea", 1)):
        records.weekly(house, house.clinician, last=last, name=name)
    api = house.api(house.clinician)
    first = api.get("/v1/caseload", params={"limit": 1})
    assert first.status_code == 200
    [item] = first.json()["items"]
    assert set(item) == {"client", "clients", "episode", "stage", "since", "reasons", "next_step"}
    assert set(item["next_step"]) == {"kind", "why", "owner", "due_on"}
    assert (item["client"]["name"], item["stage"], item["next_step"]["kind"]) == ("Ana", "quiet", "call")
    assert item["next_step"]["owner"]["id"] == str(house.clinician.id)
    assert {"code", "text"} == set(item["reasons"][0])
    second = api.get("/v1/caseload", params={"limit": 1, "cursor": first.json()["next_cursor"]}).json()
    assert [one["client"]["name"] for one in second["items"]] == ["Bea"]
    assert second["next_cursor"] is None
    assert [one["client"]["name"] for one in api.get("/v1/caseload?stage=quiet").json()["items"]] == ["Ana"]
    assert api.get("/v1/caseload", params={"clinician": str(house.lead.id)}).json()["items"] == []


def test_a_cursor_may_be_put_into_an_address_as_it_was_given(shared_house: House) -> None:
    """Without a character that means something else in an address."""
    house = shared_house
    for name in ("Ana", "Bea"):
        case = house.client(name, house.clinician)
        for days in (9, 2):
            records.tell(house, house.clinician, case.episode_id, at(-days), f"{name}-{days}")
    api = house.api(house.clinician)
    for path in ("/v1/caseload", "/v1/appointments", "/v1/clients", "/v1/episodes"):
        cursor = api.get(f"{path}?limit=1").json()["next_cursor"]
        following = api.get(f"{path}?limit=1&cursor={cursor}")
        assert (path, following.status_code, len(following.json()["items"])) == (path, 200, 1)


def test_what_is_asked_wrongly_is_refused_with_its_place(shared_house: House) -> None:
    api = shared_house.api(shared_house.clinician)
    for asked in ("stage=gone", "limit=0", "limit=201", "cursor=x", "clinician=me"):
        answer = api.get(f"/v1/caseload?{asked}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/query/{asked.partition('=')[0]}"
    assert shared_house.api(shared_house.admin).get("/v1/caseload").status_code == 403
    assert shared_house.api().get("/v1/caseload").status_code == 401
