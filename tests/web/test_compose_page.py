"""The page on which a message is begun: the words come first, those to begin with are folded, and choosing some loses nothing."""

import html
import re

import pytest
from starlette.testclient import TestClient

from api.services import consents
from schemas.vocabulary import Channel, ConsentState
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House
from tests.support.messages import address
from tests.web.conftest import Visitor


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


def beginnings(page: str) -> dict[str, str]:
    """By code, where each set of words to begin with leads."""
    links = (html.unescape(one) for one in re.findall(r'href="([^"]*template=[^"]*)"', page))
    return {re.findall(r"template=([^&]+)", link)[0]: link for link in links}


def test_the_words_come_first_and_those_to_begin_with_are_folded(browser: TestClient, case: Case) -> None:
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new").text
    assert "<details open" not in re.sub(r' class="[^"]*"', "", page)
    assert page.index('name="body"') < page.index('name="kind"')


def test_what_is_no_usual_check_in_stands_unfolded(browser: TestClient, case: Case) -> None:
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new?template=missed_today-en").text
    assert re.search(r"<details[^>]* open>\s*<summary>Why you write", page)
    assert re.search(r'value="missed_today" selected', page)


def test_words_of_an_answer_are_for_an_answer_alone(browser: TestClient, case: Case) -> None:
    place = f"/episodes/{case.episode_id}/check-ins/new"
    found = beginnings(browser.get(place).text)
    assert "hello-en" in found
    assert not [code for code in found if code.startswith("answer")]


def test_words_chosen_for_a_plan_s_note_are_still_of_that_note(house: House, browser: TestClient, case: Case) -> None:
    day = {"day_1": house.now.date().isoformat(), "words_1": "hello-en"}
    answered = browser.post(f"/episodes/{case.episode_id}/outreach-plan/new", data=day)
    (step,) = set(re.findall(r"step=([0-9a-f-]+)", browser.get(answered.headers["location"]).text))
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new?template=hello-en&step={step}").text
    other = browser.get(beginnings(page)["come_back-en"]).text
    assert f'name="plan_step_id" value="{step}"' in other


def test_an_address_that_may_be_written_to_is_the_first_choice(house: House, browser: TestClient, case: Case) -> None:
    with house.work(house.practice.elena) as work:
        for channel, where, state in (
            (Channel.EMAIL, "ana@example.com", ConsentState.DECLINED),
            (Channel.SMS, "+34612345678", ConsentState.GRANTED),
        ):
            consents.add(work, case.client_id, ConsentIn(channel=channel, address=where, state=state))
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new").text
    assert page.index(">+34612345678 (text message)<") < page.index(">ana@example.com<")


def test_paragraphs_that_are_made_with_the_approval_are_kept(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    data = {"kind": "check_in", "body": "Hello Ana, a short hello. No answer is fine too."}
    place = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data=data).headers["location"]
    data |= {"version": "1", "act": "approve", "subject": "A note from {sender_name}", "locale": "en"}
    data["body"] = "Hello Ana, a short hello.\r\n\r\nNo answer is fine too."
    assert browser.post(f"{place}/words", data=data).status_code == 303
    shown = re.sub(r"\r|\s*\n\s*", "", browser.get(place).text)
    assert '<p dir="auto">Hello Ana, a short hello.</p><p dir="auto"></p><p dir="auto">No answer' in shown
