"""Imports over HTTP: a form with a file, a report that adds up, and the way back."""

import json
from uuid import UUID

from starlette.testclient import TestClient

from tests.services.imports import files
from tests.services.imports.files import at, event
from tests.support.house import House

FILE = files.appointments([*files.kept("ana", 3), event("x", "bea", at(-9), "vanished")])
MAPPING = {
    "source": "desk",
    "client": ["who"],
    "starts_at": {"column": "day", "hour": "10:00"},
    "status": {"column": "what", "values": {"came": "attended"}},
    "when_known": "session_end",
}


def send(api: TestClient, content: bytes, **form: object) -> dict[str, object]:
    answer = api.post("/v1/imports", files={"file": ("facts.csv", content, "text/csv")}, data=form)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/imports/{answer.json()['id']}"
    return answer.json()  # type: ignore[no-any-return]  # a JSON object


def test_a_file_is_tried_taken_in_and_taken_back(shared_house: House) -> None:
    house = shared_house
    api = house.api(house.lead)
    path = f"/v1/imports/{send(api, FILE, preset='native', dry_run='true')['id']}"
    assert api.get(path).json()["state"] == "received"
    assert api.post(f"{path}/apply").json()["code"] == "import_not_ready"
    files.run(house)
    tried = api.get(path).json()
    assert (tried["state"], tried["counts"], tried["kind"]) == (
        "ready",
        {"created": 3, "updated": 3, "rejected": 1},
        "appointments",
    )
    assert api.get("/v1/clients").json()["items"] == []
    assert api.post(f"{path}/apply").status_code == 200
    files.run(house)
    taken = api.get(path).json()
    assert (taken["state"], taken["counts"], taken["rows_read"]) == ("applied", tried["counts"], 7)
    [problem] = api.get(f"{path}/problems").json()["items"]
    assert (problem["line"], problem["code"], problem["column"]) == (8, "unknown_status", "status")
    assert "vanished" not in json.dumps(problem)
    assert len(api.get("/v1/clients").json()["items"]) == 1
    assert api.post(f"{path}/undo").json()["state"] == "undoing"
    files.run(house)
    assert api.get(path).json()["state"] == "undone"
    assert api.get("/v1/clients").json()["items"] == []
    assert [item["id"] for item in api.get("/v1/imports").json()["items"]] == [path.rpartition("/")[2]]


def test_any_other_file_is_read_by_its_mapping(shared_house: House) -> None:
    house = shared_house
    api = house.api(house.lead)
    sent = send(api, b"who,day,what\nana,2026-02-02,came\n", mapping=json.dumps(MAPPING))
    assert sent["source"] == "desk"
    files.run(house)
    assert files.report(house, UUID(str(sent["id"]))).counts == {"created": 1}
    [row] = api.get("/v1/appointments").json()["items"]
    assert (row["starts_at"], row["status_known_at"]) == ("2026-02-02T09:00:00Z", "2026-02-02T09:50:00Z")


WRONG: list[tuple[dict[str, str], bytes, str]] = [
    ({}, FILE, "/preset"),
    ({"preset": "native", "mapping": "{}"}, FILE, "/preset"),
    ({"preset": "other"}, FILE, "/preset"),
    ({"mapping": "{"}, FILE, "/mapping"),
    ({"mapping": json.dumps({**MAPPING, "colour": 1})}, FILE, "/mapping/colour"),
    ({"mapping": json.dumps({**MAPPING, "client": []})}, FILE, "/mapping/client"),
    ({"preset": "native", "source": "No Such Name"}, FILE, "/source"),
    ({"preset": "native", "kind": "leave"}, FILE, "/file"),
    ({"preset": "native"}, b"", "/file"),
    ({"preset": "native"}, b"\xff\xfe\x00", "/file"),
    ({"mapping": json.dumps(MAPPING)}, b"who,day\nana,2026-02-02\n", "/file"),
]


def test_what_cannot_be_read_is_refused_with_its_place(shared_house: House) -> None:
    api = shared_house.api(shared_house.lead)
    for form, content, pointer in WRONG:
        answer = api.post("/v1/imports", files={"file": ("f.csv", content)}, data=form)
        assert (answer.status_code, form) == (422, form)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.json()["errors"][0]["pointer"], form) == (pointer, form)


def test_imports_are_for_those_who_may(shared_house: House) -> None:
    house = shared_house
    mine = send(house.api(house.lead), FILE, preset="native")["id"]
    neighbour = house.found("Next door").founder
    for who, status in ((house.clinician, 403), (house.supervisor, 403), (house.admin, 403), (neighbour, 404)):
        api = house.api(who)
        for path in (f"/v1/imports/{mine}", f"/v1/imports/{mine}/problems"):
            assert api.get(path).status_code == status
        for path in (f"/v1/imports/{mine}/apply", f"/v1/imports/{mine}/undo"):
            assert api.post(path).status_code == status
    files.run(house)
