"""Goals over the API: versions, pages, refusals with a pointer, and text that means harm."""

from typing import Any

import pytest

from tests.support.house import House

HOSTILE = "\u202e\u0645\u0631\u062d\u0628\u0627\u202c <img src=x onerror=alert(1)> 🌱 {{ 7*7 }} '; DROP TABLE goals; --\nA second line.\tTab."
PARTS = ("goal", "why", "next_step", "supports", "how_known")


def test_a_goal_from_the_first_word_to_the_client_s_last(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    api, path = house.api(house.founder), f"/v1/episodes/{case.episode_id}/goals"
    made = api.post(path, json=dict.fromkeys(PARTS, HOSTILE))
    assert made.status_code == 201, made.text
    goal, at = made.json(), made.headers["Location"]
    assert (at, made.headers["ETag"]) == (f"/v1/goals/{goal['id']}", '"v1"')
    assert {goal[part] for part in PARTS} == {HOSTILE}
    assert api.put(at, json={"goal": "Rest."}).status_code == 428
    assert api.put(at, json={"goal": "Rest."}, headers={"If-Match": '"v7"'}).json()["code"] == "changed_meanwhile"
    changed = api.put(at, json={"goal": "Rest."}, headers={"If-Match": '"v1"'})
    assert (changed.json()["goal"], changed.json()["why"], changed.headers["ETag"]) == ("Rest.", None, '"v2"')
    told = api.put(f"{at}/state", json={"state": "let_go"}, headers={"If-Match": '"v2"'})
    assert (told.json()["state"], told.json()["settled_on"]) == ("let_go", house.now.date().isoformat())
    assert api.get(at).json() == told.json()
    assert api.delete(at, headers={"If-Match": '"v3"'}).status_code == 204
    assert api.get(at).status_code == 404


def test_goals_come_in_pages(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    api, path = house.api(house.founder), f"/v1/episodes/{case.episode_id}/goals"
    for number in range(3):
        api.post(path, json={"goal": f"Goal {number}."})
    first = api.get(path, params={"limit": 2}).json()
    rest = api.get(path, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["goal"] for one in (*first["items"], *rest["items"])] == ["Goal 0.", "Goal 1.", "Goal 2."]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("value", ["A bell:\x07.", "x" * 100_000, "   "], ids=["control", "100 kB", "empty"])
def test_what_cannot_be_kept_is_refused_with_its_field(shared_house: House, part: str, value: str) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    body: dict[str, Any] = {"goal": "Rest.", part: value}
    answer = house.api(house.founder).post(f"/v1/episodes/{case.episode_id}/goals", json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{part}"]


def test_a_word_for_failing_is_none_of_ours(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    api = house.api(house.founder)
    at = api.post(f"/v1/episodes/{case.episode_id}/goals", json={"goal": "Rest."}).headers["Location"]
    refused = api.put(f"{at}/state", json={"state": "failed"}, headers={"If-Match": '"v1"'})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/state")
