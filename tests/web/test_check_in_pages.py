"""A message by hand: written, looked over, approved, undone, settled, and read again in the log. Without a script."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.jobs.deliveries import Courier
from api.outbound.mail import Folder
from api.services import appointments, check_in_templates, clients
from schemas.vocabulary import CheckInState, ConsentState, Locale
from schemas.wire.appointments import AppointmentIn
from schemas.wire.check_in_templates import CheckInTemplateIn
from schemas.wire.clients import ClientPatch
from tests.support.house import Case, House
from tests.support.messages import address, approved, seen, uncertain
from tests.web.conftest import Visitor

WORDS = "Hello {client_first_name}, I am around if you would like to find another time. No answer is fine too."


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


def write(browser: TestClient, case: Case, body: str = WORDS) -> str:
    answer = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data={"kind": "check_in", "body": body})
    assert answer.status_code == 303, answer.text
    place: str = answer.headers["location"]
    return place


def send(
    browser: TestClient, place: str, act: str, *, version: int = 1, body: str | None = None, reason: str = ""
) -> int:
    words = {"subject": "A note from Elena", "body": body or WORDS.replace("{client_first_name}", "Ana")}
    data = {"version": str(version), "act": act, "kind": "check_in", "locale": "en", **words}
    return browser.post(f"{place}/words", data={**data, "override_reason": reason}).status_code


def test_a_message_is_written_looked_over_approved_and_undone(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = write(browser, case)
    page = browser.get(place).text
    assert "Hello Ana, I am around" in page
    assert "Nothing on record speaks against it now." in page
    assert send(browser, place, "look") == 303
    assert send(browser, place, "approve", version=2) == 303
    page = browser.get(place).text
    assert "Approved, waiting to go" in page
    assert f'action="{place}/undo"' in page
    assert browser.post(f"{place}/undo").status_code == 303
    assert "Draft" in browser.get(place).text
    assert browser.post(f"{place}/cancel").status_code == 303
    log = browser.get(f"/clients/{case.client_id}/check-ins").text
    assert "Somebody cancelled it." in log


def test_what_forbids_a_message_stands_beside_what_would_change_it(
    house: House, browser: TestClient, case: Case
) -> None:
    """While it is written, and in the log of what did not go."""
    address(house, case, house.practice.elena, state=ConsentState.NOT_ASKED)
    place, ask = write(browser, case), "Ask the client whether this address may be written to"
    page = browser.get(place).text
    assert f"What would change it: {ask}" in page
    assert send(browser, place, "approve") == 409
    assert ask in browser.get(f"/clients/{case.client_id}/check-ins").text


def test_words_stand_in_their_own_direction_as_they_will_be_read_and_once_they_went(
    house: House, browser: TestClient, case: Case
) -> None:
    arabic = "\u0645\u0631\u062d\u0628\u0627 (123)"
    address(house, case, house.practice.elena)
    draft = write(browser, case, f"{WORDS}\n{arabic}")
    assert f'<p dir="auto">{arabic}</p>' in browser.get(draft).text
    went = approved(house, case, house.practice.elena, body=arabic)
    assert f'<p dir="auto">{arabic}</p>' in browser.get(f"/check-ins/{went}").text


def test_what_is_typed_is_what_is_approved(house: House, browser: TestClient, case: Case) -> None:
    """With the words changed and `Approve` pressed at once, the new words are looked over and approved."""
    address(house, case, house.practice.elena)
    place = write(browser, case)
    assert send(browser, place, "approve", body="Hello Ana. You must answer me by Friday!") == 409
    page = browser.get(place).text
    assert "You must answer me" in page
    assert send(browser, place, "approve", version=2, body="Hello Ana, I am here.\r\nNo answer is fine.") == 303
    assert "I am here." in browser.get(place).text


def test_without_permission_the_page_says_why_and_keeps_what_was_typed(
    house: House, browser: TestClient, case: Case
) -> None:
    address(house, case, house.practice.elena, state=ConsentState.NOT_ASKED)
    place = write(browser, case)
    assert "has not been asked yet" in browser.get(place).text
    data = {"version": "1", "act": "approve", "subject": "A note", "body": "Hello Ana, no answer is fine too."}
    answer = browser.post(f"{place}/words", data=data)
    assert answer.status_code == 409
    assert "has not been asked yet" in answer.text
    assert "Hello Ana, no answer is fine too." in answer.text
    log = browser.get(f"/clients/{case.client_id}/check-ins").text
    assert "it was held back" in log


def test_a_wording_that_was_found_shows_why_and_a_gentler_one(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = write(browser, case, "Hello Ana. You must answer me by Friday!")
    page = browser.get(place).text
    assert "It sets a limit or hurries an answer that need not come." in page
    assert "Rather:" in page
    assert "Why it stays as it is" in page
    body = "Hello Ana. You must answer me by Friday!"
    assert send(browser, place, "approve", body=body, reason="They asked me to be direct") == 303


def test_somebody_who_was_faster_is_noticed(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    place = write(browser, case)
    assert send(browser, place, "look") == 303
    assert send(browser, place, "look") == 412


def test_an_uncertain_message_is_shown_and_settled(house: House, browser: TestClient, case: Case) -> None:
    check_in_id = approved(house, case, house.practice.elena, address(house, case, house.practice.elena))
    uncertain(house, house.practice, check_in_id)
    assert "Not known whether it went" in browser.get(f"/clients/{case.client_id}/check-ins").text
    page = browser.get(f"/check-ins/{check_in_id}").text
    assert "It is not sent again." in page
    assert browser.post(f"/check-ins/{check_in_id}/settle", data={"went": "yes"}).status_code == 303
    assert seen(house, check_in_id)[0] is CheckInState.SENT


def test_where_messages_become_files_the_page_shows_what_was_written(
    house: House, browser: TestClient, visitor: Visitor, case: Case, tmp_path: Path
) -> None:
    house.runtime.carrier = Folder(tmp_path, "notes@example.org")
    check_in_id = approved(house, case, house.practice.elena, address(house, case, house.practice.elena))
    assert browser.get(f"/check-ins/{check_in_id}/file").status_code == 404
    house.runtime.limits = replace(house.runtime.limits, mail_folder=tmp_path)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert "See what was written" in browser.get(f"/check-ins/{check_in_id}").text
    page = browser.get(f"/check-ins/{check_in_id}/file").text
    assert "Hello Ana, I hope this finds you well." in page
    assert "/r/" in page
    assert '<pre class="card to-copy"' in page, "long lines are broken on a telephone"
    assert visitor(house.clinician).get(f"/check-ins/{check_in_id}/file").status_code == 404
    house.runtime.limits = replace(house.runtime.limits, mail_folder=None)
    assert browser.get(f"/check-ins/{check_in_id}/file").status_code == 404


def test_a_template_fills_the_form(browser: TestClient, case: Case) -> None:
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new").text
    code = page.partition("check-ins/new?template=")[2].partition('"')[0]
    filled = browser.get(f"/episodes/{case.episode_id}/check-ins/new?template={code}").text
    assert "{client_first_name}" in filled


def test_a_field_that_does_not_exist_is_told_and_kept(browser: TestClient, case: Case) -> None:
    answer = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data={"body": "Hello {nickname}"})
    assert answer.status_code == 422
    assert "Hello {nickname}" in answer.text


def test_the_practices_own_words_are_offered_first(house: House, browser: TestClient, case: Case) -> None:
    own = CheckInTemplateIn(
        name="Ours", locale=Locale.EN, subject="A note", body="Hello {client_first_name}. I am around."
    )
    with house.work(house.lead) as work:
        kept = check_in_templates.add(work, own)
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new").text
    assert page.index(f"template={kept.id}") < page.index("template=hello-en")
    chosen = browser.get(f"/episodes/{case.episode_id}/check-ins/new?template={kept.id}").text
    assert "Hello {client_first_name}. I am around." in chosen


def test_words_in_the_client_s_language_come_first(house: House, browser: TestClient, case: Case) -> None:
    place = f"/episodes/{case.episode_id}/check-ins/new"
    page = browser.get(place).text
    assert page.index("template=hello-en") < page.index("template=hello-es")
    with house.work(house.practice.elena) as work:
        clients.change(work, case.client_id, ClientPatch(locale=Locale.ES), version=1)
    page = browser.get(place).text
    assert page.index("template=hello-es") < page.index("template=hello-en")
    assert "Words in English" in page


def test_words_with_a_place_for_times_are_offered_with_the_fields_for_them(browser: TestClient, case: Case) -> None:
    page = browser.get(f"/episodes/{case.episode_id}/check-ins/new?template=offer_times-en").text
    assert "{offered_times}" in page
    assert 'name="time_1"' in page


def test_words_in_another_language_are_those_that_were_chosen(browser: TestClient, case: Case) -> None:
    assert "Hola" in browser.get(f"/episodes/{case.episode_id}/check-ins/new?template=hello-es").text


@pytest.mark.parametrize(
    ("locale", "words"), [(Locale.EN, "We missed each other today"), (Locale.ES, "Hoy no coincidimos")]
)
def test_a_miss_of_today_is_one_tap_from_its_note(
    house: House, browser: TestClient, case: Case, locale: Locale, words: str
) -> None:
    """Recorded and opened in one, from Today; on record already, it is offered on the client's page."""
    with house.work(house.practice.elena) as work:
        client = clients.read(work, case.client_id)
        clients.change(work, case.client_id, ClientPatch(locale=locale), version=client.version)
        begun = house.now - timedelta(hours=3)
        given = AppointmentIn(episode_id=case.episode_id, starts_at=begun, status_known_at=begun - timedelta(days=2))
        missed = appointments.upsert(work, "calendar", "today", given)[0]
    page = browser.get("/caseload").text
    (back,) = re.findall(r'name="back" value="(/episodes/[^"]*template=missed_today)"', page)
    answer = browser.post(f"/appointments/{missed.id}/outcome", data={"tap": "not_come", "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    form = browser.get(back).text
    assert words in form
    assert 'value="missed_today" selected>' in form
    assert back in browser.get(f"/clients/{case.client_id}").text
