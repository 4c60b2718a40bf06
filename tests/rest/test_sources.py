"""The name of another system, through every door of the API."""

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.services.imports import files
from tests.support.house import House

APPOINTMENT = {"client_external_id": "ana", "starts_at": "2026-03-02T09:00:00Z"}


@pytest.mark.parametrize("name", ["leavetaking", "My-System", "-pms"])
def test_a_name_no_other_system_may_have_is_refused_everywhere(shared_house: House, name: str) -> None:
    api = shared_house.api(shared_house.lead)
    answers = {
        "/path/source": [
            api.put(f"/v1/clients/by-external-id/{name}/ana", json={"name": "Ana"}),
            api.put(f"/v1/appointments/by-external-id/{name}/1", json=APPOINTMENT),
        ],
        "/items/0/source": [
            api.post("/v1/appointments/batch", json={"items": [{**APPOINTMENT, "source": name, "external_id": "1"}]})
        ],
        "/source": [_send(api, name)],
    }
    for pointer, found in answers.items():
        for answer in found:
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def _send(api: TestClient, name: str) -> Response:
    return api.post(
        "/v1/imports", files={"file": ("a.csv", files.appointments(files.kept("ana", 2)))}, data={"source": name}
    )
