"""Hints on the wording while a message is typed: what they say, to whom, and that they keep nothing and lock nobody out."""

import html
import json
import re

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.services import clients
from api.services.limits import RequestLimiter
from api.web import hints
from schemas.vocabulary import CheckInKind, Locale, Role
from schemas.wire.clients import ClientPatch
from schemas.wire.tone_checks import WholeMessageOut
from tests.support.house import House
from tests.support.messages import address
from tests.web.conftest import Visitor

KIND = "Hello Ana, I have Tuesday at 4 or Thursday at 10. No answer is fine too."
JUDGING = "You never answer. Tuesday or Thursday is free, and no answer is fine too."


def hint(browser: TestClient, **typed: str) -> str:
    answer = browser.post("/tone-hints", data={"body": JUDGING, **typed})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_hint_says_where_why_and_what_else_could_be_said(house: House, visitor: Visitor) -> None:
    found = hint(visitor(house.clinician))
    assert "<q><bdi>You never answer</bdi></q>" in found
    assert "It says whose fault the silence is, or counts what was missed." in found
    assert 'data-findings="1"' in found
    assert "<html" not in found
    assert "no answer is fine" not in found.lower()


def test_where_there_is_nothing_to_say_nothing_is_said(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    assert hint(browser, body=KIND) == ""
    assert hint(browser, body="") == ""
    assert hint(browser, body="  \n") == ""


def test_a_message_is_looked_over_for_its_address_language_and_kind(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    therapy = "Hello Ana, your therapy can go on, on Tuesday or on Thursday. No answer is fine too."
    assert "It cannot go like this." in hint(browser, body=therapy)
    assert hint(browser, body=therapy, may_mention_therapy="on") == ""
    assert "in the subject" in hint(browser, body=KIND, subject="Your therapy")
    assert hint(browser, body=KIND, subject="Your therapy", channel="sms") == ""
    assert "Nunca contestas" in hint(browser, body="Nunca contestas.", locale="es")
    assert "no answer is fine" in hint(browser, body="Hello Ana. I have Tuesday at 4.")
    assert hint(browser, body="Hello Ana. Thank you for your note.", kind="answer") == ""


def test_what_is_typed_is_shown_as_text(house: House, visitor: Visitor) -> None:
    found = hint(visitor(house.clinician), body='<img src=x onerror="alert(1)"> <b>me</b> ' + "word " * 60)
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in found
    assert "<img" not in found
    assert "<b>" not in found


def test_what_cannot_be_looked_over_is_refused(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    for wrong in ({"kind": "chase"}, {"locale": "fr"}, {"channel": "pigeon"}, {"body": "x" * 10_001}):
        assert browser.post("/tone-hints", data={"body": "x", **wrong}).status_code == 422


def test_only_whoever_writes_messages_on_a_page_of_ours_gets_hints(house: House, visitor: Visitor) -> None:
    assert visitor(house.practice.of_role(Role.ADMIN)).post("/tone-hints", data={"body": JUDGING}).status_code == 403
    elsewhere = visitor(house.clinician)
    elsewhere.headers["Sec-Fetch-Site"] = "cross-site"
    assert elsewhere.post("/tone-hints", data={"body": JUDGING}).status_code == 403


def test_nothing_of_it_is_kept(house: House, visitor: Visitor) -> None:
    browser, secret = visitor(house.clinician), "Your depression is my secret."
    browser.get("/me")

    def trail() -> str:
        with house.rows() as work:
            return str(work.session.execute(sa.text("SELECT * FROM audit_entries")).all())

    before = trail()
    assert "depression" in hint(browser, body=secret)
    assert trail() == before


def test_typing_for_minutes_leaves_the_pages_open(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    house.app.state.limiter = RequestLimiter(40)
    answers = [browser.post("/tone-hints", data={"body": KIND}).status_code for _ in range(60)]
    assert (answers.count(200), answers.count(429)) == (20, 40)
    assert [browser.get("/me").status_code for _ in range(21)] == [200] * 20 + [429]


def test_the_pages_of_a_message_say_what_their_addresses_allow(house: House, visitor: Visitor) -> None:
    case, browser = house.client("Ana Moreno", house.practice.elena), visitor(house.practice.elena)
    consent_id = address(house, case, house.practice.elena)
    with house.work(house.practice.elena) as work:
        clients.change(work, case.client_id, ClientPatch(locale=Locale.ES), version=1)
    path = f"/episodes/{case.episode_id}/check-ins/new"
    place = browser.post(path, data={"kind": "check_in", "body": KIND}).headers["location"]
    for page in (browser.get(path).text, browser.get(place).text):
        (ways,) = re.findall(r'data-ways="([^"]*)"', page)
        assert json.loads(html.unescape(ways)) == {str(consent_id): {"channel": "email", "may_mention_therapy": False}}
        assert f'data-way="{consent_id}" data-locale="es"' in page
        assert "hints.js" in page


def whole(**counts: int | bool) -> WholeMessageOut:
    plain = {"word_count": 20, "question_count": 0, "demand_count": 0, "choice_count": 2, "says_no_reply_is_fine": True}
    return WholeMessageOut.model_validate({**plain, **counts})


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, []),
        ({"says_no_reply_is_fine": False}, ["It does not say yet that no answer is fine too."]),
        ({"choice_count": 0}, ["It offers no choice yet: another time, a call or a pause are some."]),
        ({"choice_count": 6}, ["It offers 6 things. Two to four are easier to choose from."]),
        ({"demand_count": 1}, []),
        ({"demand_count": 2}, ["It asks for something more than once. With an “if you like” it stays open."]),
    ],
)
def test_what_is_said_of_a_message_as_a_whole(counts: dict[str, int | bool], said: list[str]) -> None:
    found = whole(**counts)
    assert list(hints.remarks(found, CheckInKind.CHECK_IN, "Hello.", offers_times=False)) == said
    for kind in (CheckInKind.ANSWER, CheckInKind.CLOSING_LETTER):
        assert not hints.remarks(found, kind, "Hello.", offers_times=False)


def test_times_to_tap_are_a_choice() -> None:
    none = whole(choice_count=0)
    assert not hints.remarks(none, CheckInKind.CHECK_IN, "Hello.", offers_times=True)
    assert not hints.remarks(none, CheckInKind.CHECK_IN, "There is {offered_times}.", offers_times=False)
