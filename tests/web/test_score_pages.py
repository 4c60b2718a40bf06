"""Results of measures on pages: written down with a day, said once, taken back."""

import re

from playwright.sync_api import Browser

from api.services import episodes
from schemas.vocabulary import EpisodeFormat
from schemas.wire.episodes import EpisodeIn
from tests.support.browser import faults_on_a_small_phone
from tests.support.house import House
from tests.web.conftest import Visitor
from tests.web.test_pages_in_browser import enter

GIVEN = {"measure": "PHQ-9", "value": "14", "higher_is_better": "lower"}


def test_a_result_is_written_down_shown_and_taken_back(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    assert path in browser.get(f"/clients/{case.client_id}").text
    for day, said in (("2026-02-27", "recorded"), ("2026-02-27", "already_recorded"), ("2026-03-02", "recorded")):
        done = browser.post(path, data={**GIVEN, "at": day})
        assert (done.status_code, done.headers["location"]) == (303, f"/clients/{case.client_id}"), said
    shown = browser.get(f"/clients/{case.client_id}").text
    assert shown.count("PHQ-9: 14.") == 2
    page = browser.get(path).text
    assert page.count("Take back") == 2
    actions = re.findall(r'action="([^"]+/withdraw)"', page)
    assert len(actions) == 2
    assert browser.post(actions[0]).status_code == 303
    assert browser.get(path).text.count("Take back") == 1
    assert browser.get(f"/clients/{case.client_id}").text.count("PHQ-9: 14.") == 1


def test_what_is_no_result_is_asked_for_again_and_what_was_typed_stays(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    for wrong in (
        {"value": "many"},
        {"measure": "How are you?"},
        {"higher_is_better": ""},
        {"at": "2099-01-01"},
        {"at": "soon"},
    ):
        refused = browser.post(path, data={**GIVEN, **wrong})
        assert refused.status_code == 422, wrong
        assert "Please have another look" in refused.text
        assert 'value="PHQ-9"' in refused.text or "measure" in wrong


def test_today_is_just_now_and_a_supervisor_is_offered_no_form(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    assert browser.post(path, data={**GIVEN, "at": house.now.date().isoformat()}).status_code == 303
    assert path not in visitor(house.supervisor).get(f"/clients/{case.client_id}").text
    assert visitor(house.supervisor).get(path).status_code == 403


def test_the_page_is_accessible_and_fits_a_small_phone(
    house: House, visitor: Visitor, site: str, browser: Browser
) -> None:
    case = house.client("Ana Moreno", house.clinician)
    path = f"/episodes/{case.episode_id}/scores"
    visitor(house.clinician).post(path, data=GIVEN)
    context = browser.new_context()
    enter(context, site, house.clinician)
    assert faults_on_a_small_phone(context, [site + path]) == {}
    context.close()


def test_an_answer_to_look_at_is_one_tap_from_the_tasks_or_the_result(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    refused = browser.post(path, data={**GIVEN, "value": "31"})
    assert refused.status_code == 422
    assert "The total of PHQ-9 is from 0 to 27." in refused.text
    unsaid = browser.post(path, data={**GIVEN, "assessed": "in_session"})
    assert "Say first what the answer was." in unsaid.text
    browser.post(path, data={**GIVEN, "item_nine": "2"})
    page = browser.get("/tasks").text
    assert "Ask them today" in page
    (task,) = re.findall(r'action="(/tasks/[^"]+/assessed)"', page)
    opened = browser.get(task.replace("assessed", "risk")).text
    assert "there is something to ask, and not what" in opened
    assert browser.post(task, data={"how": ""}).status_code == 422
    assert browser.post(task, data={"how": "in_session"}).status_code == 303
    assert "Ask them today" not in browser.get("/tasks").text
    shown = browser.get(path).text
    assert "Ninth answer 2. Assessed in session" in shown
    browser.post(path, data={**GIVEN, "value": "15", "item_nine": "1"})
    (at,) = re.findall(r'action="([^"]+/scores/[^"]+/assessed)"', browser.get(path).text)
    for _ in range(2):
        assert browser.post(at, data={"how": "in_session"}).status_code == 303
    browser.post(path, data={**GIVEN, "value": "16", "item_nine": "1", "assessed": "by_phone"})
    assert "Ask them today" not in browser.get("/tasks").text


def test_an_answer_written_down_after_its_total_is_kept_and_asks(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    browser.post(path, data=GIVEN)
    for _ in range(2):
        browser.post(path, data={**GIVEN, "item_nine": "2"})
    assert "Ask them today" in browser.get("/tasks").text
    assert browser.get(path).text.count("Ninth answer 2") == 1
    browser.post(path, data=GIVEN)  # the total again, without a word of the answer, is no news
    assert browser.get(path).text.count("Take back") == 1


def test_where_it_is_not_plain_to_which_total_an_answer_belongs_it_is_asked(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/scores"
    browser.post(path, data=GIVEN)
    asked = browser.post(path, data={**GIVEN, "value": "11", "item_nine": "1"})
    assert asked.status_code == 422
    assert "To which result the answer belongs" in asked.text
    assert "Ninth answer" not in browser.get(path).text
    assert (
        browser.post(path, data={**GIVEN, "value": "11", "item_nine": "1", "completes": "separate"}).status_code == 303
    )
    assert browser.get(path).text.count("Take back") == 2


def test_an_answer_is_offered_the_totals_that_it_may_complete_and_no_others(house: House, visitor: Visitor) -> None:
    """Of its measure, its day and its person, whatever was recorded since."""
    ana, bea = house.client("Ana Moreno", house.clinician), house.client("Bea Roca", house.clinician)
    with house.work(house.clinician) as work:
        given = EpisodeIn(client_ids=[ana.client_id, bea.client_id], format=EpisodeFormat.COUPLE)
        both = episodes.add(work, given).id
    browser, path = visitor(house.clinician), f"/episodes/{both}/scores"
    hers = {**GIVEN, "client_id": str(ana.client_id)}
    browser.post(path, data={**hers, "value": "14"})
    others = [{"client_id": str(bea.client_id)}, {"measure": "GAD-7"}, {"at": "2026-03-01"}]
    others += [{"client_id": str(bea.client_id), "value": str(number)} for number in range(1, 21)]
    for other in others:
        assert browser.post(path, data={**hers, **other}).status_code == 303
    asked = browser.post(path, data={**hers, "value": "11", "item_nine": "1"}).text
    offered = asked.partition('name="completes"')[2].partition("</select>")[0]
    assert re.findall(r">([^<]+)</option>", offered) == [
        "Please choose",
        "Wed 4 March: PHQ-9, 14, Ana Moreno",
        "To a result of its own, which is not there yet",
    ]
