"""A text message by hand: how long it gets, what it says when it cannot go; and one of which somebody says whose it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.jobs.deliveries import Courier
from api.outbound.mail import Announce, End, HandedOver
from api.outbound.texts import Text, TextFolder
from api.services import consents, replies
from api.store import texts as text_store
from schemas.vocabulary import Channel, ConsentState
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House
from tests.support.texting import left_to, new_number
from tests.web.conftest import Visitor

WORDS = "Hello Ana, another time is fine, and so is no answer."


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


@pytest.fixture
def number(house: House, case: Case) -> str:
    return may_be_texted(house, case)


def may_be_texted(house: House, case: Case, number: str | None = None) -> str:
    number = number or new_number()
    with house.work(house.founder) as work:
        given = ConsentIn(channel=Channel.SMS, address=number, state=ConsentState.GRANTED)
        consents.add(work, case.client_id, given)
    return number


def write(browser: TestClient, case: Case, body: str = WORDS) -> str:
    answer = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data={"kind": "check_in", "body": body})
    assert answer.status_code == 303, answer.text
    place: str = answer.headers["location"]
    return place


def approve(browser: TestClient, place: str, body: str = WORDS, reason: str = "") -> Response:
    words = {"subject": "A note from Elena Ruiz", "body": body, "kind": "check_in", "locale": "en"}
    data = {"version": "1", "act": "approve", "override_reason": reason, **words}
    return browser.post(f"{place}/words", data=data)


def test_into_how_many_parts_it_goes_is_said_while_it_is_written(browser: TestClient, case: Case, number: str) -> None:
    page = browser.get(write(browser, case)).text
    assert "As a text message" in page
    assert "1 part, the link included:" in page
    assert "of 160 characters" in page
    assert f"To <bdi>{number}</bdi>" in page
    wide = browser.get(write(browser, case, "It’s fine either way, and no answer is fine too.")).text  # noqa: RUF001  # as telephones write it
    assert "3 parts, the link included:" in wide
    assert "<code>’</code>" in wide  # noqa: RUF001  # as above


def test_both_ways_can_be_chosen(house: House, browser: TestClient, case: Case, number: str) -> None:
    with house.work(house.practice.elena) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.GRANTED)
        consents.add(work, case.client_id, given)
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new").text
    assert f"{number} (text message)" in page
    assert "ana@example.com" in page
    assert "As a text message" not in browser.get(write(browser, case)).text, "by e-mail where both are allowed"


def test_a_text_goes_and_can_be_seen_where_there_is_no_provider(
    house: House, browser: TestClient, case: Case, number: str, tmp_path: Path
) -> None:
    folder = tmp_path / "texts"
    house.runtime.texts = TextFolder(folder)
    house.runtime.limits = replace(house.runtime.limits, text_folder=folder)
    place = write(browser, case)
    assert "No provider of text messages is set here" in browser.get(place).text
    assert approve(browser, place).status_code == 303
    house.wait(minutes=6)
    assert Courier(house.runtime).step()
    page = browser.get(f"{place}/file").text
    assert f"To: {number}" in page
    assert "STOP ends these texts." in page


def test_what_no_provider_carries_is_not_approved(browser: TestClient, case: Case, number: str) -> None:  # noqa: ARG001  # it is there
    long = "a word " * 240
    place = write(browser, case, long)
    answer = approve(browser, place, long, reason="It has to be said.")
    assert answer.status_code == 409
    assert "longer than the 1600 characters" in answer.text


def test_why_one_did_not_arrive_is_said_in_words(house: House, browser: TestClient, case: Case, number: str) -> None:  # noqa: ARG001  # it is there
    class Refusing(TextFolder):
        def hand_over(self, text: Text, announce: Announce) -> HandedOver:  # the shape of the protocol
            return HandedOver(End.NO_SUCH_ADDRESS, "landline")

    house.runtime.texts = Refusing(Path("nowhere"))
    place = write(browser, case)
    assert approve(browser, place).status_code == 303
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert "This number gets no text messages." in browser.get(place).text


def test_a_lead_reads_a_text_of_two_and_says_whose_it_is(
    house: House, visitor: Visitor, case: Case, number: str
) -> None:
    bea = house.client("Bea Gil", house.practice.elena)
    may_be_texted(house, bea, number)
    text_id = left_to(house, house.lead, number, "Can I <b>come</b> back?")
    lead = visitor(house.lead)
    tasks = lead.get("/tasks").text
    assert "Read a text message, and say whose it is" in tasks
    assert f'href="/texts/{text_id}"' in tasks
    page = lead.get(f"/texts/{text_id}").text
    assert "Can I &lt;b&gt;come&lt;/b&gt; back?" in page
    assert "Ana Moreno" in page
    assert "Bea Gil" in page
    assert "asked for no more" not in page
    assert "read this first" not in page
    with house.rows() as work:
        row = text_store.get(work.session, text_id)
        assert row is not None
        row.opted_out = row.comes_first = True
    page = lead.get(f"/texts/{text_id}").text
    assert "With it somebody asked for no more text messages" in page
    assert "Please read this first" in page
    assert lead.post(f"/texts/{text_id}/assign", data={"client_id": ""}).status_code == 422
    assert lead.post(f"/texts/{text_id}/assign", data={"client_id": str(case.client_id)}).status_code == 303
    after = lead.get(f"/texts/{text_id}").text
    assert "its words are not kept here" in after
    assert "Can I" not in after
    with house.work(house.practice.elena) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=5).items
        assert (reply.client.id, reply.words) == (case.client_id, "Can I <b>come</b> back?")
