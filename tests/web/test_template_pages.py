"""Templates as a practice lead writes them and a clinician reads them."""

import re

import pytest
from starlette.testclient import TestClient

from tests.support.house import House
from tests.web.conftest import Visitor

PATH = "/practice/templates"
FORM = {
    "name": "Ours",
    "kind": "check_in",
    "locale": "en",
    "subject": "A short hello",
    "body": "Hello {client_first_name}, this is {sender_name}.\r\n\r\nNo answer is fine too.",
}


@pytest.fixture
def lead(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.lead)


def _saved(lead: TestClient) -> str:
    answer = lead.post(f"{PATH}/new", data=FORM)
    assert answer.status_code == 303
    found = re.search(rf'href="({PATH}/[0-9a-f-]+)"', lead.get(PATH).text)
    assert found is not None
    return found[1]


def test_a_template_is_written_read_changed_and_removed(house: House, visitor: Visitor, lead: TestClient) -> None:
    path = _saved(lead)
    clinician = visitor(house.clinician)
    read = clinician.get(path).text
    assert "this is {sender_name}." in read
    assert f"{path}/edit" not in read
    assert clinician.post(f"{path}/edit", data=FORM).status_code == 403
    page = lead.get(f"{path}/edit").text
    assert 'name="version" value="1"' in page
    changed = {**FORM, "name": "Ours, shorter", "body": "Hello, this is {sender_name}.", "version": "1"}
    assert lead.post(f"{path}/edit", data=changed).headers["location"] == path
    assert "Ours, shorter" in lead.get(path).text
    assert lead.post(f"{path}/edit", data=changed).status_code == 412
    assert lead.post(f"{path}/remove").headers["location"] == PATH
    assert lead.get(path).status_code == 404


def test_what_blocks_comes_back_with_its_place_and_its_why(lead: TestClient) -> None:
    answer = lead.post(f"{PATH}/new", data={**FORM, "body": "Your invoice is open."})
    assert answer.status_code == 422
    assert "Money in a check-in reads as a threat" in answer.text
    assert "<bdi>Your invoice</bdi>" in answer.text
    assert "has to change" in answer.text
    assert "Your invoice is open." in answer.text
    assert 'name="override_reason"' not in answer.text


def test_what_is_advised_against_asks_for_a_reason_and_then_stays(lead: TestClient) -> None:
    pressing = {**FORM, "body": "Please reply by Friday. {sender_name}"}
    answer = lead.post(f"{PATH}/new", data=pressing)
    assert answer.status_code == 422
    assert 'name="override_reason"' in answer.text
    assert lead.post(f"{PATH}/new", data={**pressing, "override_reason": "The room is booked then"}).status_code == 303
    assert "Our own" in lead.get(PATH).text


def test_an_unknown_field_is_said_beside_the_message(lead: TestClient) -> None:
    answer = lead.post(f"{PATH}/new", data={**FORM, "body": "About {topic}."})
    assert answer.status_code == 422
    assert 'id="fault-body"' in answer.text
    assert "cannot be filled in here" in answer.text


def test_one_that_ships_is_a_beginning(lead: TestClient) -> None:
    listed = lead.get(PATH).text
    assert "Un saludo breve" in listed
    assert f"{PATH}/new?begin=hello&amp;locale=es" in listed
    begun = lead.get(f"{PATH}/new", params={"begin": "hello", "locale": "es"}).text
    assert "Me acordé de ti" in begun
    assert 'value="es" selected>' in begun
    assert lead.get(f"{PATH}/new", params={"begin": "no such"}).status_code == 200


def test_templates_are_chosen_by_situation_way_and_language(lead: TestClient) -> None:
    page = lead.get("/practice/templates?situation=couple&locale=en").text
    assert "For one of a couple" in page
    assert "A short hello" not in page
    assert '<option value="couple" selected>' in page
    assert "By text message" in lead.get("/practice/templates?channel=sms").text
    assert "For one of a couple" in lead.get("/practice/templates?situation=nonsense").text
    assert "None for this." in lead.get("/practice/templates?situation=couple&channel=sms").text
    form = lead.get("/practice/templates/new?begin=couple&locale=en").text
    assert 'value="couple" selected>' in form


def test_the_words_of_each_that_ships_are_folded(lead: TestClient) -> None:
    page = lead.get(PATH).text
    assert page.count("<summary>Its words") == page.count("<blockquote") > 40
