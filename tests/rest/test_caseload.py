"""The caseload over HTTP: the shape integrators read, and nothing in it that could pass for a property of a client."""

from api.domain.access import Permission
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
    assert set(item["next_step"]) == {"kind", "why", "owner", "due_on", "put_off_until", "put_off", "named_by"}
    assert (item["next_step"]["put_off_until"], item["next_step"]["named_by"]) == (None, [])
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
    for asked in ("stage=gone", "limit=0", "limit=201", "cursor=x", "clinician=me", "only=some"):
        answer = api.get(f"/v1/caseload?{asked}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/query/{asked.partition('=')[0]}"
    assert shared_house.api(shared_house.admin).get("/v1/caseload").status_code == 403
    assert shared_house.api().get("/v1/caseload").status_code == 401


def test_an_act_is_put_off_and_brought_back(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    api, path = house.api(house.clinician), f"/v1/episodes/{case.episode_id}/snoozes"
    made = api.post(path, json={"reason": "awaiting_answer", "until_on": "2026-03-20"})
    assert (made.status_code, made.json()["why"]) == (201, "An answer is awaited.")
    step = api.get(f"/v1/episodes/{case.episode_id}/engagement").json()["next_step"]
    assert (step["put_off_until"], step["due_on"], step["put_off"]["id"]) == (
        "2026-03-20",
        "2026-03-20",
        made.json()["id"],
    )
    assert [one["episode"]["id"] for one in api.get("/v1/caseload?only=put_off").json()["items"]] == [
        str(case.episode_id)
    ]
    assert api.delete(f"{path}/{made.json()['id']}").status_code == 204
    again = api.delete(f"{path}/{made.json()['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "snooze_over")
    assert api.get(path).json()["items"][0]["ended_because"] == "brought_back"
    wrong = api.post(path, json={"reason": "other", "until_on": "2026-06-20"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/until_on")
    assert api.post(path, json={"reason": "bored"}).status_code == 422


def test_what_is_so_is_said_and_answered_with_where_the_episode_stands(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    api, path = house.api(house.clinician), f"/v1/episodes/{case.episode_id}/corrections"
    said = api.post(path, json={"kind": "taking_a_break", "channel": "phone", "until_on": "2026-04-30"})
    assert said.status_code == 201
    assert (said.json()["stage"], said.json()["reasons"][0]["code"]) == ("paused", "pause_agreed")
    assert [one["noun"] for one in said.json()["facts"]] == ["contact", "absence"]
    wrong = api.post(path, json={"kind": "as_needed", "channel": "phone"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/channel")
    key = house.practice.key(Permission.EPISODE_EDIT, Permission.CONTACT_RECORD, Permission.ABSENCE_RECORD)
    assert house.api(key).post(path, json={"kind": "as_needed"}).status_code == 403
