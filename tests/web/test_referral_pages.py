"""The pages of the directory and of helping somebody on: forms that come back with what to put right, words and no numbers."""

import re
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.services import referral_providers, referrals, tasks, terminations
from schemas.vocabulary import ReplyAnswer, TaskKind
from schemas.wire.referral_providers import ReferralProviderIn
from schemas.wire.terminations import TerminationNoteIn
from tests.support import links
from tests.support.house import Case, House
from tests.web.conftest import HOSTILE, OWN_PAGE


@pytest.fixture
def browser(shared_house: House) -> TestClient:
    cookies = {"leavetaking": shared_house.clinician.token}
    return TestClient(shared_house.app, headers=OWN_PAGE, cookies=cookies, follow_redirects=False)


@pytest.fixture
def case(shared_house: House) -> Case:
    return shared_house.practice.client("Ana", shared_house.clinician)


def provider(house: House, **more: object) -> UUID:
    with house.work(house.clinician) as work:
        return referral_providers.add(work, ReferralProviderIn.model_validate({"name": "Rosa Lindt", **more})).id


def test_an_entry_is_added_found_changed_and_taken_out(shared_house: House, browser: TestClient) -> None:
    refused = browser.post("/directory/new", data={"name": "", "fee_from": "x", "organisation": "By the park"})
    assert refused.status_code == 422
    assert "By the park" in refused.text
    assert "Give a whole number." in refused.text
    assert "Fill this in." in refused.text
    typed = {
        "name": HOSTILE,
        "languages": "English\r\nSpanish\r\n",
        "fee_from": "60",
        "fee_to": "90",
        "currency": "eur",
        "accepting": "yes",
        "no_insurance": "on",
        "formats": ["individual", "couple"],
    }
    made = browser.post("/directory/new", data=typed)
    assert made.status_code == 303
    shown = browser.get(made.headers["location"]).text
    assert "<script>alert" not in shown
    assert "O&#39;Hara" in shown
    for words in ("English, Spanish", "60 to 90 EUR", "Takes none", "Takes new clients."):
        assert words in shown
    assert "O&#39;Hara" in browser.get("/directory?search=hara+span").text
    assert "Nobody has all of these words." in browser.get("/directory?search=gardening").text
    edit = f"{made.headers['location']}/edit"
    form = browser.get(edit).text
    assert "English\nSpanish" in form
    assert browser.post(edit, data={"name": "Rosa", "version": "1"}).status_code == 303
    stale = browser.post(edit, data={"name": "Rose", "version": "1"})
    assert stale.status_code == 412
    assert 'value="Rose"' in stale.text
    with shared_house.work(shared_house.clinician) as work:
        (kept,) = referral_providers.page(work, search=None, after=None, limit=9).items
    assert (kept.name, kept.languages, kept.insurances) == ("Rosa", None, None)
    assert browser.post(f"/directory/{kept.id}/remove").status_code == 303
    assert "Nobody is in the directory yet." in browser.get("/directory").text


def test_a_file_is_tried_and_then_taken_in(browser: TestClient) -> None:
    file = {"file": ("directory.csv", b"name,fee_from\nRosa,60.5\nBo,\n")}
    tried = browser.post("/directory/import", files=file, data={"dry_run": "on"})
    assert "What would become of it" in tried.text
    assert "Line 2, column fee_from: Write a whole amount" in tried.text
    assert "Nobody is in the directory yet." in browser.get("/directory").text
    assert "What became of it" in browser.post("/directory/import", files=file).text
    assert "Bo" in browser.get("/directory").text
    broken = browser.post("/directory/import", files={"file": ("x.csv", b"organisation\nA\n")})
    assert broken.status_code == 422
    assert browser.post("/directory/import", data={"dry_run": "on"}).status_code == 422


def test_matching_says_everything_in_words_and_states_its_order(shared_house: House, browser: TestClient) -> None:
    provider(shared_house, languages=["Spanish"], accepting=True)
    provider(shared_house, name="Bo Berg")
    page = browser.post("/directory/match", data={"languages": "es", "free_talk": "on"}).text
    assert page.index("Rosa Lindt") < page.index("Bo Berg")
    for words in ("Works in Spanish.", "The directory does not say in which languages.", "then the alphabet decides"):
        assert words in page
    found = page[page.index('id="found"') :]
    assert not re.search(r"\d\s*(%|points|of \d)", re.sub(r"<[^>]*>", "", found))
    refused = browser.post("/directory/match", data={"specialisations": "F32.1"})
    assert refused.status_code == 422
    assert "a diagnosis is no wish" in refused.text


def test_somebody_is_helped_on_from_the_wishes_to_the_start(
    shared_house: House, browser: TestClient, case: Case
) -> None:
    one_id = provider(shared_house, languages=["Spanish"], phone="+34 600 000 002")
    start = browser.get(f"/clients/{case.client_id}").text
    assert f'href="/episodes/{case.episode_id}/referrals"' in start
    typed = {"languages": "Spanish", "owner_id": str(shared_house.clinician.id), "passing_on": "not_asked"}
    refused = browser.post(f"/episodes/{case.episode_id}/referrals/new", data={**typed, "place": "Madrid"})
    assert (refused.status_code, 'id="fault-place"' in refused.text) == (422, True)
    path = browser.post(f"/episodes/{case.episode_id}/referrals/new", data=typed).headers["location"]
    assert "Works in Spanish." in browser.get(path).text
    beyond = browser.get(f"{path}?cursor={one_id}").text
    assert "Works in Spanish." not in beyond
    assert "Back to the first" in beyond
    assert path in browser.get("/tasks").text
    browser.post(f"{path}/options", data={"provider_id": str(one_id)})
    again = browser.post(f"{path}/options", data={"provider_id": str(one_id)})
    assert again.status_code == 303
    assert browser.post(f"{path}/options", data={"name": ""}).status_code == 422
    browser.post(f"{path}/options", data={"name": HOSTILE, "contact": "+34 600 000 001"})
    sheet = browser.get(f"{path}/sheet?locale=es").text
    assert "Encontrar a alguien que encaje" in sheet
    assert "+34 600 000 002" in sheet
    assert "<script>alert" not in sheet
    assert "Ana" not in re.sub(r"(?s)^.*<main", "", sheet)
    with shared_house.work(shared_house.clinician) as work:
        option_id = referrals.read(work, UUID(path.rpartition("/")[2])).options[0].id
    step = f"{path}/options/{option_id}/progress"
    assert browser.post(step, data={"step": "contacted", "taken_on": "2099-01-01"}).status_code == 422
    assert browser.post(step, data={"step": "contacted", "words": "Left a message."}).status_code == 303
    assert browser.post(step, data={"step": "contacted", "words": "Left a message."}).status_code == 303
    assert browser.get(path).text.count("Left a message.") == 1
    assert browser.post(step, data={"step": "started"}).status_code == 303
    assert "The client has started with somebody." in browser.get(path).text
    with shared_house.work(shared_house.clinician) as work:
        kinds = [one.kind for one in tasks.page(work, cursor=None, limit=9).items]
    assert TaskKind.FOLLOW_UP_REFERRAL not in kinds


def test_wishes_are_changed_on_a_form_that_knows_them(browser: TestClient, case: Case) -> None:
    typed = {"languages": "Spanish", "words": "Prefers mornings."}
    path = browser.post(f"/episodes/{case.episode_id}/referrals/new", data=typed).headers["location"]
    assert browser.post(f"/episodes/{case.episode_id}/referrals/new", data=typed).headers["location"] == path
    form = browser.get(f"{path}/edit").text
    assert "Prefers mornings." in form
    changed = {"version": "1", "languages": "Catalan", "passing_on": "agreed", "what_to_pass_on": "Her number."}
    assert browser.post(f"{path}/edit", data=changed).status_code == 303
    assert browser.post(f"{path}/edit", data=changed).status_code == 412
    shown = browser.get(path).text
    assert "Her number." in shown
    assert "Prefers mornings." not in shown
    assert browser.post(f"{path}/close", data={"because": "started"}).status_code == 422
    assert browser.post(f"{path}/close", data={"because": "stays_here"}).status_code == 303
    assert "The client goes on here." in browser.get(f"/episodes/{case.episode_id}/referrals").text


def test_the_names_go_into_the_draft_of_the_note_once(shared_house: House, browser: TestClient, case: Case) -> None:
    path = browser.post(f"/episodes/{case.episode_id}/referrals/new", data={}).headers["location"]
    browser.post(f"{path}/options", data={"name": "Sol Ortega"})
    assert "Put the names into the note" not in browser.get(path).text
    assert browser.post(f"{path}/note").headers["location"] == f"/episodes/{case.episode_id}/notes/new"
    with shared_house.work(shared_house.clinician) as work:
        given = TerminationNoteIn(episode_id=case.episode_id, referrals="The group on Thursdays.")
        note_id = terminations.add(work, given).id
    assert "Put the names into the note" in browser.get(path).text
    for _ in range(2):
        assert browser.post(f"{path}/note").status_code == 303
    with shared_house.work(shared_house.clinician) as work:
        assert terminations.read(work, note_id).content.referrals == "The group on Thursdays.\nSol Ortega"


def test_a_note_that_is_full_takes_no_names_and_says_so(shared_house: House, browser: TestClient, case: Case) -> None:
    path = browser.post(f"/episodes/{case.episode_id}/referrals/new", data={}).headers["location"]
    browser.post(f"{path}/options", data={"name": "Sol Ortega"})
    with shared_house.work(shared_house.clinician) as work:
        given = TerminationNoteIn(episode_id=case.episode_id, referrals="x" * 10_000)
        note_id = terminations.add(work, given).id
    page = browser.post(f"{path}/note")
    assert page.status_code == 422
    assert "The note has no room for the names." in page.text
    with shared_house.work(shared_house.clinician) as work:
        assert terminations.read(work, note_id).content.referrals == "x" * 10_000


def test_who_did_not_work_out_is_in_no_note_and_a_name_within_another_is(
    shared_house: House, browser: TestClient, case: Case
) -> None:
    path = browser.post(f"/episodes/{case.episode_id}/referrals/new", data={}).headers["location"]
    for name in ("Ann", "Bo Aldrin"):
        browser.post(f"{path}/options", data={"name": name})
    with shared_house.work(shared_house.clinician) as work:
        given = TerminationNoteIn(episode_id=case.episode_id, referrals="Anna Lind")
        note_id = terminations.add(work, given).id
        option_id = referrals.read(work, UUID(path.rsplit("/", 1)[1])).options[1].id
    browser.post(f"{path}/options/{option_id}/progress", data={"step": "did_not_work_out"})
    assert browser.post(f"{path}/note").status_code == 303
    with shared_house.work(shared_house.clinician) as work:
        assert terminations.read(work, note_id).content.referrals == "Anna Lind\nAnn"


def test_an_answer_that_asks_for_a_better_fit_leads_there(shared_house: House, browser: TestClient, case: Case) -> None:
    sent = links.send(shared_house, case, shared_house.clinician)
    links.reply(shared_house, case, shared_house.clinician, sent, ReplyAnswer.BETTER_FIT)
    assert f"/episodes/{case.episode_id}/referrals?client={case.client_id}" in browser.get("/replies").text
