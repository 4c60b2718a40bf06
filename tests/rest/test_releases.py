"""Releases over HTTP: asked for, listed, read letter by letter, and refused."""

import csv
import io
from hashlib import sha256

from tests.services.test_releases import settle
from tests.support.house import House


def test_a_period_is_looked_at_released_listed_and_read(house: House) -> None:
    settle(house)
    api = house.api(house.admin)
    years = {one["period"]: one["state"] for one in api.get("/v1/statistics/tables").json()["years"]}
    assert years == {"2026": "too_early", "2025": "open", "2024": "open"}
    looked_at = api.get("/v1/statistics/tables/2025").json()
    assert looked_at == {
        "period": "2025",
        "can_be_released": True,
        "why": "can_be_released",
        "cut_off_on": "2026-03-31",
        "release_id": None,
    }
    made = api.post("/v1/statistics/releases", json={"first_year": 2025})
    assert made.status_code == 201
    release = made.json()
    assert api.post("/v1/statistics/releases", json={"first_year": 2025, "last_year": 2025}).json() == release
    assert api.get("/v1/statistics/releases").json() == {"items": [release], "next_cursor": None}
    document = api.get(f"/v1/statistics/releases/{release['id']}.json")
    assert document.headers["content-type"] == "application/json"
    assert sha256(document.content).hexdigest() == release["document_sha256"]
    assert document.json()["promise"]["threshold"] == 11
    sheet = api.get(f"/v1/statistics/releases/{release['id']}.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"] == "attachment"
    assert sha256(sheet.content).hexdigest() == release["sheet_sha256"]
    rows = {row[0]: row[5] for row in csv.reader(io.StringIO(sheet.text)) if not row[0].startswith("#")}
    told = document.json()
    assert {one["figure"]: one["count"] for one in (*told["groups"], *told["definitions"])} == {
        figure: int(count) if count else None for figure, count in rows.items() if figure != "figure"
    }


def test_refusals_have_their_codes_and_no_number(house: House) -> None:
    settle(house, kept=8, quiet=8)
    api = house.api(house.lead)
    answers = {
        "not_enough_clients": api.post("/v1/statistics/releases", json={"first_year": 2025}),
        "too_early": api.post("/v1/statistics/releases", json={"first_year": 2026}),
    }
    for code, answer in answers.items():
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert "8" not in answer.json()["detail"]
        assert "16" not in answer.json()["detail"]


def test_a_period_is_one_to_three_years(house: House) -> None:
    api = house.api(house.admin)
    for body in (
        {"first_year": 2025, "last_year": 2024},
        {"first_year": 2021, "last_year": 2025},
        {"first_year": "2025"},
    ):
        assert api.post("/v1/statistics/releases", json=body).status_code == 422
    for period in ("25", "2024-2022", "2020-2025", "soon"):
        assert api.get(f"/v1/statistics/tables/{period}").status_code == 404


def test_a_file_of_another_kind_or_of_nobody_is_absent(house: House) -> None:
    api = house.api(house.admin)
    for path in ("nothing.json", "nothing.csv", "00000000-0000-7000-8000-000000000000.json", "nothing.svg"):
        assert api.get(f"/v1/statistics/releases/{path}").status_code in {404, 405, 422}
