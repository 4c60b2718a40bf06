"""Templates over the API: with a version, and with refusals that say what stands in the way."""

from typing import Any

from api.rest.examples import BODIES
from tests.support.house import House

PATH = "/v1/check-in-templates"
GIVEN: dict[str, Any] = dict(BODIES["CheckInTemplateIn"])


def test_a_template_is_changed_by_whoever_read_it_last(shared_house: House) -> None:
    api = shared_house.api(shared_house.lead)
    made = api.post(PATH, json=GIVEN)
    assert (made.status_code, made.headers["etag"]) == (201, '"v1"')
    path = f"{PATH}/{made.json()['id']}"
    assert api.put(path, json=GIVEN).status_code == 428
    changed = api.put(path, json={**GIVEN, "name": "Another"}, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["name"]) == (200, '"v2"', "Another")
    assert api.put(path, json=GIVEN, headers={"If-Match": '"v1"'}).status_code == 412
    assert shared_house.api(shared_house.clinician).get(path).json() == changed.json()
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_refusals_name_the_part_and_the_why_and_repeat_nothing(shared_house: House) -> None:
    api = shared_house.api(shared_house.lead)
    cases = {
        "wording_blocks": ({"body": "Your quarterly invoice."}, ["/body"]),
        "reason_needed": ({"body": "Please reply by Friday."}, ["/override_reason", "/body", "/body"]),
        "merge_field": ({"body": "About {quarterly}.", "subject": "{client_first_name}"}, ["/subject", "/body"]),
    }
    for code, (change, pointers) in cases.items():
        answer = api.post(PATH, json={**GIVEN, **change})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert [one["pointer"] for one in answer.json()["errors"]] == pointers
        assert "quarterly" not in answer.text


def test_what_ships_is_listed_in_both_languages(shared_house: House) -> None:
    answer = shared_house.api(shared_house.clinician).get(f"{PATH}/built-in").json()
    assert {one["locale"] for one in answer["items"]} == {"en", "es"}
    assert all("{sender_name}" in one["body"] or "{clinician_name}" in one["body"] for one in answer["items"])


def test_templates_are_shown_for_one_situation_way_and_language(shared_house: House) -> None:
    api = shared_house.api(shared_house.lead)
    ours = {"situation": "couple", "channel": "sms", "name": "For couples"}
    made = api.post(PATH, json={**GIVEN, **ours}).json()
    assert (made["situation"], made["channel"]) == ("couple", "sms")
    assert api.post(PATH, json=GIVEN).json()["situation"] == "general"
    for query, names in (
        ("?situation=couple", ["For couples"]),
        ("?channel=sms&locale=en", ["For couples"]),
        ("?situation=couple&channel=email", []),
        ("?locale=es", []),
    ):
        assert [one["name"] for one in api.get(f"{PATH}{query}").json()["items"]] == names
    (shown,) = api.get(f"{PATH}/built-in?situation=restricted&locale=es").json()["items"]
    assert (shown["code"], shown["situation"], shown["channel"]) == ("restricted", "restricted", "email")
    texts = api.get(f"{PATH}/built-in?channel=sms").json()["items"]
    assert len(texts) == 4
    assert api.get(f"{PATH}?situation=nothing").status_code == 422
    assert api.post(PATH, json={**GIVEN, "channel": "phone"}).status_code == 422


def test_what_is_allowed_is_said_in_the_words_of_the_api(shared_house: House) -> None:
    """A choice among some of an enum's values was told with the name of a class of ours."""
    answer = shared_house.api(shared_house.clinician).post(PATH, json={**GIVEN, "channel": "phone"})
    (problem,) = answer.json()["errors"]
    assert problem == {"pointer": "/channel", "detail": "Input should be 'email', 'sms' or 'letter'"}


def test_a_body_that_is_no_json_is_pointed_to_as_a_whole(shared_house: House) -> None:
    api = shared_house.api(shared_house.clinician)
    answer = api.post(PATH, content='{"name": oops', headers={"Content-Type": "application/json"})
    assert [one["pointer"] for one in answer.json()["errors"]] == [""]
