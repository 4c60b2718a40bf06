"""The words to copy, and saying that one sent them: by form, without a script; and the text for another record."""

import re
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.services import approvals, checkins, consents
from schemas.vocabulary import Channel, CheckInState, ConsentState
from schemas.wire.checkins import ApprovalIn
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House
from tests.support.messages import address, seen
from tests.web.conftest import Visitor

WORDS = "Hello, I am around if you would like to find another time. No answer is fine too."


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


def written(browser: TestClient, case: Case) -> str:
    data = {"kind": "check_in", "body": WORDS}
    place: str = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data=data).headers["location"]
    return place


def test_the_words_are_copied_and_it_is_said_that_they_went(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = written(browser, case)
    assert f'href="{place}/by-hand"' in browser.get(place).text
    page = browser.get(f"{place}/by-hand").text
    assert "<pre" not in page
    page = browser.post(f"{place}/by-hand/words").text
    assert re.search(rf"<pre[^>]*>{re.escape(WORDS)}</pre>", page)
    assert re.search(r'<button[^>]*data-copy="to-copy" hidden>', page)
    (consent,) = re.findall(r'name="consent_id" value="([^"]*)"', page)
    sent = {"version": "1", "consent_id": consent, "at": "2026-03-04T10:30"}
    assert browser.post(f"{place}/by-hand", data=sent).status_code == 303
    assert seen(house, UUID(place.rpartition("/")[2])) == (CheckInState.SENT, None)
    page = browser.get(place).text
    assert "Sent by hand, e-mail" in page
    text = browser.get(f"{place}/record-text").text
    assert "When: 2026-03-04 10:30 (Europe/Madrid)" in text
    assert WORDS in text


def test_where_it_is_forbidden_there_is_nothing_to_copy(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena, state=ConsentState.DECLINED)
    place = written(browser, case)
    page = browser.get(f"{place}/by-hand").text
    assert "this address is not to be used" in page
    assert "<pre" not in page
    assert "I sent it" not in page
    answer = browser.post(f"{place}/by-hand", data={"version": "1"})
    assert answer.status_code == 409
    assert "this address is not to be used" in answer.text


def test_another_address_is_looked_at_before_it_is_used(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena, state=ConsentState.DECLINED)
    with house.work(house.practice.elena) as work:
        given = ConsentIn(channel=Channel.SMS, address="+34 612 345 678", state=ConsentState.GRANTED)
        phone = consents.add(work, case.client_id, given).id
    place = written(browser, case)
    page = browser.get(f"{place}/by-hand?consent_id={phone}").text
    assert "Text message: <bdi>" in page
    (consent,) = re.findall(r'name="consent_id" value="([^"]*)"', page)
    assert WORDS in browser.post(f"{place}/by-hand/words", data={"consent_id": consent}).text


def test_what_waits_to_go_is_taken_back_before_its_words_are_shown(
    house: House, browser: TestClient, case: Case
) -> None:
    address(house, case, house.practice.elena)
    place = written(browser, case)
    check_in_id = UUID(place.rpartition("/")[2])
    with house.work(house.practice.elena) as work:
        approvals.approve(work, check_in_id, ApprovalIn(), version=checkins.read(work, check_in_id).version)
    page = browser.get(f"{place}/by-hand").text
    assert "It waits to be sent from here." in page
    assert WORDS not in page
    page = browser.post(f"{place}/by-hand/words").text
    assert WORDS in page
    assert seen(house, check_in_id) == (CheckInState.DRAFT, None)
    (version,) = re.findall(r'name="version" value="([^"]*)"', page)
    assert browser.post(f"{place}/by-hand", data={"version": version}).status_code == 303
    answer = browser.post(f"{place}/by-hand/words")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("typed", "said"), [("2026-03-05T10:00", "This lies in the future."), ("then", "Give a day and a time")]
)
def test_a_time_that_cannot_be_is_said_beside_the_field(
    house: House, browser: TestClient, case: Case, typed: str, said: str
) -> None:
    address(house, case, house.practice.elena)
    place = written(browser, case)
    answer = browser.post(f"{place}/by-hand", data={"version": "1", "at": typed})
    assert answer.status_code == 422
    assert said in answer.text
