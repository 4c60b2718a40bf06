"""The page of a plan: sketched without a script, a note looked over on its day, what stands in the way said, stopped in one tap."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.support.house import Case, House
from tests.support.messages import address
from tests.web.conftest import Visitor


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


def sketched(house: House, browser: TestClient, case: Case, *days: int) -> str:
    data = {}
    for place, day in enumerate(days, start=1):
        data[f"day_{place}"] = (house.now.date() + timedelta(days=day)).isoformat()
        data[f"words_{place}"] = "hello-en"
    answer = browser.post(f"/episodes/{case.episode_id}/outreach-plan/new", data=data)
    return answer.text if answer.status_code != 303 else browser.get(answer.headers["location"]).text


def test_a_note_is_sketched_looked_over_and_becomes_a_draft(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    page = sketched(house, browser, case, 0, 10)
    assert "The first note, from Wed 4 March" in page
    assert "The second note, from Sat 14 March" in page
    assert "Nothing on record speaks against it now." in page
    today = browser.get("/caseload").text
    assert "Look over the next note" in today
    assert f"/episodes/{case.episode_id}/outreach-plan" in today
    (link,) = re.findall(r'href="([^"]*step=[^"]*)"', page)
    form = browser.get(link.replace("&amp;", "&")).text
    assert "This is a note of your plan" in form
    (step,) = re.findall(r'name="plan_step_id" value="([^"]*)"', form)
    data = {"plan_step_id": step, "kind": "check_in", "body": "Hello, this is a hello. No answer is fine too."}
    made = browser.post(f"/episodes/{case.episode_id}/check-ins/new", data=data)
    assert made.status_code == 303, made.text
    page = browser.get(f"/episodes/{case.episode_id}/outreach-plan").text
    assert f'href="{made.headers["location"]}"' in page
    assert "step=" not in page  # the second is for a later day


def test_what_stands_in_the_way_is_said_in_words(house: House, browser: TestClient, case: Case) -> None:
    page = sketched(house, browser, case, 0)
    assert "There is no address on record to write to." in page
    assert "no day is in sight" in page


@pytest.mark.parametrize(
    ("days", "said"), [((), "Choose at least one."), ((0, 3), "Leave at least 7 days between two notes.")]
)
def test_a_sketch_that_cannot_be_is_said_and_kept_as_typed(
    house: House, browser: TestClient, case: Case, days: tuple[int, ...], said: str
) -> None:
    page = sketched(house, browser, case, *days)
    assert said in page
    assert not days or 'value="2026-03-07"' in page


def test_it_is_stopped_in_one_tap_and_stays_in_sight(house: House, browser: TestClient, case: Case) -> None:
    page = sketched(house, browser, case, 0)
    (action,) = re.findall(r'action="(/outreach-plans/[^"]*/stop)"', page)
    for _ in range(2):  # a hurried finger
        assert browser.post(action, data={"because": "spoke"}).status_code == 303
    page = browser.get(f"/episodes/{case.episode_id}/outreach-plan").text
    assert "You spoke." in page
    assert "Sketch one" in page


def test_a_supervisor_sees_the_plan_and_no_form(house: House, visitor: Visitor) -> None:
    case = house.client("Ana", house.clinician)
    sketched(house, visitor(house.clinician), case, 0)
    page = visitor(house.supervisor).get(f"/episodes/{case.episode_id}/outreach-plan")
    assert page.status_code == 200
    assert page.text.count("<form") == 1  # signing out
