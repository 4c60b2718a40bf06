"""The pages on which work is given to somebody else: a form that comes back with what to put right, and one tap for whoever goes on."""

import re

import pytest
from starlette.testclient import TestClient

from schemas.vocabulary import Role
from tests.support import transfers as ours
from tests.support.house import Case, House, Person
from tests.web.conftest import HOSTILE, OWN_PAGE

TYPED = {
    "reason": "rotation_ends",
    "consent": "agreed",
    "consent_on": "2026-03-02",
    "consent_way": "in_session",
    "parts": ["safety", "summary", "goals"],
    "words_summary": HOSTILE,
    "keep_back": "scores",
    "keep_back_words": "the other job",
}


def browser_of(house: House, who: Person) -> TestClient:
    return TestClient(house.app, headers=OWN_PAGE, cookies={"leavetaking": who.token}, follow_redirects=False)


@pytest.fixture
def browser(shared_house: House) -> TestClient:
    return browser_of(shared_house, shared_house.clinician)


@pytest.fixture
def case(shared_house: House) -> Case:
    return shared_house.practice.client("Ana", shared_house.clinician)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_it_is_written_looked_over_handed_over_and_read_in_one_tap(
    shared_house: House, browser: TestClient, case: Case
) -> None:
    elena = shared_house.practice.member(Role.CLINICIAN, name="Elena Ruiz")
    begin = f"/episodes/{case.episode_id}/transfers"
    assert begin in browser.get(f"/clients/{case.client_id}").text
    assert "Elena Ruiz" in browser.get(begin).text
    made = browser.post(f"{begin}/new", data={"to_id": str(elena.id)})
    assert made.status_code == 303
    edit = made.headers["location"]
    path = edit.removesuffix("/edit")
    early = browser.post(f"{path}/hand-over", data={"version": "1"})
    assert early.status_code == 422
    assert "Tell the client first" in early.text
    assert "Say why somebody else goes on" in early.text
    typed = {**TYPED, "version": version(browser.get(edit).text), "to_id": str(elena.id)}
    unchosen = browser.post(edit, data={**typed, "words_supports": "Her sister."})
    assert "There are words for a part that is not chosen: Supports." in unchosen.text
    assert browser.post(edit, data=typed).headers["location"] == path
    clash = browser.post(edit, data=typed)
    assert clash.status_code == 412
    shown = browser.get(path).text
    assert "<script>alert" not in shown
    assert "the other job" in shown
    assert "the other job" not in browser.get(f"{path}/sheet").text
    gone = browser.post(f"{path}/hand-over", data={"version": version(shown)})
    assert gone.headers["location"] == "/caseload"
    assert browser.get(path).status_code == 404
    theirs = browser_of(shared_house, elena)
    assert path in theirs.get("/tasks").text
    told = theirs.get(path).text
    assert "I have read this" in told
    assert "the other job" not in told
    assert theirs.post(f"{path}/receive").status_code == 303
    assert theirs.post(f"{path}/first-meeting", data={"outcome": "held"}).status_code == 303
    assert "They have met" in theirs.get(path).text


def test_what_goes_elsewhere_leads_to_the_note(shared_house: House, browser: TestClient, case: Case) -> None:
    refused = browser.post(f"/episodes/{case.episode_id}/transfers/new", data={"outside_contact": "+34"})
    assert refused.status_code == 422
    assert "Fill this in." in refused.text
    one = ours.begin(shared_house, case, shared_house.clinician, **ours.ELSEWHERE)
    path = f"/transfers/{one.id}"
    assert browser.post(f"{path}/hand-over", data={"version": "1"}).headers["location"] == path
    shown = browser.get(path).text
    assert f"/episodes/{case.episode_id}/notes/new" in shown
    assert "They have it" in shown
    later = browser.post(f"{path}/first-meeting", data={"follow_up_on": "2020-01-01"})
    assert later.status_code == 422
    assert browser.post(f"{path}/withdraw").status_code == 303
    assert browser.get(f"{path}/sheet").status_code == 409
    assert browser.get(f"{path}/edit").headers["location"] == path
