"""Facts over HTTP: what is answered, under which status and code, with which headers."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from schemas.vocabulary import Role
from tests.services import records
from tests.services.imports.files import at
from tests.support.house import House


@pytest.fixture
def api(shared_house: House) -> TestClient:
    return shared_house.api(shared_house.lead)


def iso(days: float, hours: float = 0) -> str:
    return at(days, hours).isoformat().replace("+00:00", "Z")


def begin(api: TestClient, **given: object) -> tuple[str, str]:
    """A client and their episode."""
    client_id = api.post("/v1/clients", json={"name": "Ana"}).json()["id"]
    answer = api.post("/v1/episodes", json={"client_ids": [client_id], **given})
    assert answer.status_code == 201, answer.text
    return client_id, answer.json()["id"]


def test_a_client_is_added_read_and_changed_with_the_tag_that_was_read(api: TestClient) -> None:
    added = api.post("/v1/clients", json={"name": "  Ana Moreno "})
    assert (added.status_code, added.json()["name"]) == (201, "Ana Moreno")
    path = added.headers["Location"]
    assert api.get(path).headers["ETag"] == added.headers["ETag"] == '"v1"'
    for headers, status, code in (
        ({}, 428, "if_match_required"),
        ({"If-Match": '"v7"'}, 412, "changed_meanwhile"),
        ({"If-Match": "v1"}, 422, "invalid"),
        ({"If-Match": '"v1"'}, 200, None),
        ({"If-Match": '"v1"'}, 412, "changed_meanwhile"),
    ):
        answer = api.patch(path, json={"name": "Ana M."}, headers=headers)
        assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert api.post("/v1/clients/search", json={"name": "ana m"}).json()["items"][0]["version"] == 2


def test_a_client_and_a_time_are_kept_in_step_by_their_ids_elsewhere(api: TestClient) -> None:
    client = "/v1/clients/by-external-id/cliniko/c%20%C3%A9%2F1"
    first = [api.put(client, json={"name": "Ana"}).status_code for _ in range(2)]
    assert first == [201, 200]
    time = "/v1/appointments/by-external-id/cliniko/a%2F1"
    given = {"client_external_id": "c \u00e9/1", "starts_at": iso(-1), "status_known_at": iso(-8)}
    answers = [api.put(time, json=given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["external_id"] == "a/1"
    changed = api.put(time, json={**given, "status": "attended", "status_known_at": iso(0)})
    assert (changed.json()["status"], changed.json()["version"]) == ("attended", 2)
    unknown = api.put(time, json={**given, "client_external_id": "nobody"})
    assert unknown.status_code == 200
    lost = api.put("/v1/appointments/by-external-id/cliniko/b", json={**given, "client_external_id": "nobody"})
    assert (lost.status_code, lost.json()["errors"][0]["pointer"]) == (422, "/client_external_id")


OUTCOMES: list[tuple[dict[str, object], int, int]] = [
    ({"status": "attended"}, 200, 1),
    ({"status": "no_show", "excused": True}, 200, 1),
    ({"status": "rescheduled", "new_starts_at": iso(3)}, 200, 2),
    ({"status": "rescheduled"}, 422, 1),
    ({"status": "attended", "new_starts_at": iso(3)}, 422, 1),
    ({"status": "vanished"}, 422, 1),
    ({"status": "attended", "colour": "blue"}, 422, 1),
]


def test_an_outcome_is_one_tap(shared_house: House) -> None:
    house = shared_house
    api = house.api(house.lead)
    for outcome, status, count in OUTCOMES:
        house.now = at(-3)
        _, episode_id = begin(api)
        booked = api.post("/v1/appointments", json={"episode_id": episode_id, "starts_at": iso(-1)})
        assert booked.status_code == 201
        early = api.post(f"{booked.headers['Location']}/outcome", json={"status": "attended"})
        assert (early.status_code, early.json()["code"]) == (409, "not_yet")
        house.now = at(0)
        for _ in range(2):
            assert api.post(f"{booked.headers['Location']}/outcome", json=outcome).status_code == status
        listed = api.get("/v1/appointments", params={"episode_id": episode_id}).json()["items"]
        assert (len(listed), outcome) == (count, outcome)


def test_a_call_an_absence_and_an_agreement_show_in_where_the_episode_stands(api: TestClient) -> None:
    client_id, episode_id = begin(api, started_at=iso(-90))
    path = f"/v1/episodes/{episode_id}"
    assert api.get(f"{path}/engagement").json()["stage"] == "engaged"  # no time was ever booked
    call = {"direction": "outbound", "channel": "phone", "outcome": "spoke", "note": "asked for mornings"}
    called = api.post(f"{path}/contacts", json=call)
    assert (called.status_code, called.json()["note"]) == (201, "asked for mornings")
    assert api.get(f"{path}/engagement").json()["stage"] == "engaged"
    absence = api.post(f"{path}/absences", json={"from_on": "2026-03-04"})
    assert absence.status_code == 201
    assert api.get(f"{path}/engagement").json()["stage"] == "paused"
    withdraw = [api.delete(f"{path}/absences/{absence.json()['id']}") for _ in range(2)]
    assert [answer.status_code for answer in withdraw] == [204, 409]
    agreed = api.post(
        f"{path}/agreements", json={"kind": "cadence_change", "from_on": "2026-03-04", "cadence_days": 30}
    )
    assert agreed.status_code == 201
    assert [item["kind"] for item in api.get(f"{path}/agreements").json()["items"]] == ["cadence_change"]
    nouns = [item["noun"] for item in api.get(f"/v1/clients/{client_id}/timeline").json()["items"]]
    assert sorted(nouns) == ["absence", "agreement", "contact"]
    later = api.post(f"{path}/contacts", json={**call, "at": iso(1)})
    assert (later.status_code, later.json()["errors"][0]["pointer"]) == (422, "/at")


def test_an_address_is_kept_changed_and_removed(api: TestClient) -> None:
    client_id, _ = begin(api)
    path = f"/v1/clients/{client_id}/consents"
    given = {"channel": "sms", "address": "+34 600 123 456", "safe_from": "09:00", "safe_until": "18:00"}
    added = api.post(path, json=given)
    assert (added.status_code, added.json()["address"], added.json()["state"]) == (201, "+34600123456", "not_asked")
    mine = f"{path}/{added.json()['id']}"
    assert api.put(mine, json=given).status_code == 428
    granted = api.put(mine, json={**given, "state": "granted"}, headers={"If-Match": added.headers["ETag"]})
    assert (granted.status_code, granted.headers["ETag"]) == (200, '"v2"')
    assert api.put(mine, json=given, headers={"If-Match": added.headers["ETag"]}).status_code == 412
    for wrong in ({"address": "12"}, {"safe_until": None}, {"channel": "portal"}, {"why": "curious"}):
        answer = api.post(path, json={**given, **wrong})
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid"
    assert [api.delete(mine).status_code for _ in range(2)] == [204, 404]


def test_what_a_client_refused_is_added_to_and_never_taken_away(api: TestClient) -> None:
    client_id, _ = begin(api)
    path = f"/v1/clients/{client_id}/consents"
    given = {"channel": "sms", "address": "+34 600 123 456", "state": "withdrawn"}
    added = api.post(path, json=given)
    mine = f"{path}/{added.json()['id']}"
    refusals = [
        api.post(path, json={**given, "state": "granted"}),
        api.delete(mine),
        api.put(mine, json={**given, "state": "not_asked"}, headers={"If-Match": '"v1"'}),
        api.put(mine, json={**given, "address": "+34 600 123 457"}, headers={"If-Match": '"v1"'}),
    ]
    assert [answer.status_code for answer in refusals] == [409] * 4
    codes = [answer.json()["code"] for answer in refusals]
    assert codes == ["address_known", "refusal_stands", "refusal_stands", "address_answered"]
    again = api.put(mine, json={**given, "state": "granted"}, headers={"If-Match": '"v1"'})
    assert [answer["state"] for answer in again.json()["answers"]] == ["withdrawn", "granted"]
    assert api.get(path).json()["items"] == [again.json()]


def test_doubles_are_merged_by_the_lead(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    path = f"/v1/clients/{ana.client_id}/merge"
    given = {"double_id": str(double.client_id)}
    assert house.api(house.clinician).post(path, json=given).status_code == 403
    api = house.api(house.lead)
    assert api.post(path, json=given).json()["id"] == str(ana.client_id)
    again = api.post(path, json=given)
    assert (again.status_code, again.json()["code"]) == (409, "merged")
    assert api.get(f"/v1/clients/{double.client_id}").json()["merged_into_id"] == str(ana.client_id)
    merges = sorted(outcome for action, outcome in records.trail(house, ana.client_id) if action == "client.merge")
    assert merges == ["allowed", "denied", "refused"]


def test_an_episode_is_handed_over_with_its_tag(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    api, path = house.api(house.clinician), f"/v1/episodes/{case.episode_id}"
    tag = api.get(path).headers["ETag"]
    given = {"responsible_id": str(house.founder.id)}
    handed = api.patch(path, json=given, headers={"If-Match": tag})
    assert (handed.status_code, handed.json()["responsible"]["id"]) == (200, str(house.founder.id))
    assert api.get(path).status_code == 404
    wrong = house.api(house.lead).patch(
        path, json={"responsible_id": str(case.client_id)}, headers={"If-Match": '"v2"'}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/responsible_id")


def test_a_batch_answers_for_an_id_that_a_colleague_has_used_and_takes_in_the_rest(shared_house: House) -> None:
    house = shared_house
    other = house.practice.member(Role.CLINICIAN, name="Another")
    theirs, mine = house.client("Ana", other), house.client("Bea", house.clinician)

    def item(key: str, episode_id: UUID) -> dict[str, object]:
        return {"source": "pms", "external_id": key, "episode_id": str(episode_id), "starts_at": iso(2)}

    house.api(other).post("/v1/appointments/batch", json={"items": [item("taken", theirs.episode_id)]})
    items = [item(key, mine.episode_id) for key in ("a", "taken", "b")]
    answer = house.api(house.clinician).post("/v1/appointments/batch", json={"items": items})
    assert answer.status_code == 200
    told = [(one["outcome"], one["code"]) for one in answer.json()["results"]]
    assert told == [("created", None), ("rejected", "not_found"), ("created", None)]
    assert str(theirs.episode_id) not in answer.text
    alone = house.api(house.clinician).put(
        "/v1/appointments/by-external-id/pms/taken", json={"episode_id": str(mine.episode_id), "starts_at": iso(2)}
    )
    assert (alone.status_code, alone.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "right/UTC", "europe/madrid", ""])
def test_a_name_that_means_something_else_on_each_machine_is_no_time_zone(shared_house: House, zone: str) -> None:
    answer = shared_house.api(shared_house.lead).post("/v1/clients", json={"name": "Ana", "time_zone": zone})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/time_zone")
