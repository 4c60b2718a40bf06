"""Today: what a card says, what one tap records, and that a second tap records nothing twice."""

import re

import pytest

from api.services import contacts
from schemas.vocabulary import AppointmentStatus, Stage
from schemas.wire.contacts import ContactOut
from tests.support.house import Case, House
from tests.web.conftest import Scene, Visitor


def recorded(house: House, case: Case) -> list[ContactOut]:
    with house.work(house.clinician) as work:
        return contacts.page(work, case.episode_id, before=None, limit=50).items


def card(html: str, case: Case) -> str:
    found = re.search(rf'<li class="card case[^>]*id="episode-{case.episode_id}">.*?</details>', html, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_card_says_who_where_since_when_why_and_what_next(house: House, visitor: Visitor, scene: Scene) -> None:
    shown = card(visitor(house.clinician).get("/caseload").text, scene.people["Jonas Weber"])
    assert "<bdi>Jonas Weber</bdi>" in shown
    assert '<span class="stage stage-drifting">Drifting</span>' in shown
    assert re.search(r"since (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ (February|March)", shown)
    assert "The time on 27 February did not take place." in shown
    assert re.search(r"by .*?, you", shown)


@pytest.mark.usefixtures("scene")
def test_nothing_on_the_page_counts_or_scores_anybody(house: House, visitor: Visitor) -> None:
    html = visitor(house.clinician).get("/caseload").text
    assert not re.search(r"probab|score|risk|\d+ (?:clients|missed|no-shows)|%", html, re.IGNORECASE)
    assert "!" not in re.sub(r"<!doctype html>|<[^>]+>", "", html)


@pytest.mark.parametrize("tap", ["voicemail", "spoke", "desk"])
def test_one_tap_records_a_contact_and_leads_back(house: House, visitor: Visitor, drifting: Scene, tap: str) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    back = f"/caseload?stage=drifting#episode-{case.episode_id}"
    answer = browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": tap, "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert len(recorded(house, case)) == 1
    assert '<p class="said" role="status">Recorded.</p>' in browser.get("/caseload").text
    assert 'class="said"' not in browser.get("/caseload").text


def test_a_second_tap_records_nothing_twice(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    for _ in range(3):
        browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": "voicemail"})
    assert "This was recorded already." in browser.get("/caseload").text
    assert len(recorded(house, case)) == 1
    browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": "spoke"})
    house.wait(minutes=2)
    browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": "spoke"})
    assert len(recorded(house, case)) == 3


def test_a_call_that_reached_the_client_takes_the_card_away(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    assert str(case.episode_id) in browser.get(f"/caseload?stage={Stage.DRIFTING}").text
    browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": "spoke"})
    assert str(case.episode_id) not in browser.get(f"/caseload?stage={Stage.DRIFTING}").text


def test_a_made_up_tap_comes_back_as_a_form(house: House, visitor: Visitor, drifting: Scene) -> None:
    case = drifting.people["Jonas Weber"]
    answer = visitor(house.clinician).post(f"/episodes/{case.episode_id}/contacts", data={"tap": "hack"})
    assert answer.status_code == 422
    assert recorded(house, case) == []


def test_a_form_cannot_lead_away_from_here(house: House, visitor: Visitor, drifting: Scene) -> None:
    case = drifting.people["Jonas Weber"]
    form = {"tap": "spoke", "back": "https://evil.example/"}
    answer = visitor(house.clinician).post(f"/episodes/{case.episode_id}/contacts", data=form)
    assert answer.headers["location"] == f"/clients/{case.client_id}"


@pytest.mark.parametrize(
    ("tap", "outcome"),
    [
        ("came", (AppointmentStatus.ATTENDED, False)),
        ("not_come", (AppointmentStatus.NO_SHOW, False)),
        ("excused", (AppointmentStatus.NO_SHOW, True)),
    ],
)
def test_what_became_of_a_time_is_asked_and_recorded_in_one_tap(
    house: House, visitor: Visitor, scene: Scene, tap: str, outcome: tuple[AppointmentStatus, bool]
) -> None:
    browser, case = visitor(house.clinician), scene.people["Priya Nair"]
    shown = card(browser.get("/caseload").text, case)
    assert "What became of Tue 3 March, 11:30?" in shown
    path = re.search(r"/appointments/[0-9a-f-]+/outcome", shown)
    assert path is not None
    for _ in range(2):
        assert browser.post(path[0], data={"tap": tap, "back": "/caseload"}).status_code == 303
    times = {one.starts_at: one for one in scene.appointments_of(case)}
    latest = max(at for at in times if at < house.now)
    assert (times[latest].status, times[latest].excused) == outcome
    assert "What became of" not in browser.get("/caseload").text


@pytest.mark.usefixtures("scene")
def test_the_list_narrows_by_stage_and_clinician(house: House, visitor: Visitor) -> None:
    lead = visitor(house.lead)
    drifting = lead.get("/caseload?stage=drifting&clinician=").text
    assert "Jonas Weber" in drifting
    assert "Ana Moreno" not in drifting
    assert "Jonas Weber" in lead.get(f"/caseload?stage=&clinician={house.clinician.id}").text
    assert "Nobody here needs an act from you now." in lead.get(f"/caseload?clinician={house.founder.id}").text


@pytest.mark.usefixtures("drifting")
@pytest.mark.parametrize("query", ["stage=nonsense", "clinician=nonsense", "stage=&clinician="])
def test_a_choice_that_is_none_shows_everybody(house: House, visitor: Visitor, query: str) -> None:
    answer = visitor(house.clinician).get(f"/caseload?{query}")
    assert answer.status_code == 200
    assert "Jonas Weber" in answer.text


def test_a_made_up_cursor_is_refused_kindly(house: House, visitor: Visitor) -> None:
    answer = visitor(house.clinician).get("/caseload?cursor=nonsense")
    assert answer.status_code == 422
    assert "Something needs another look" in answer.text


def test_an_empty_caseload_speaks_kindly(house: House, visitor: Visitor) -> None:
    html = visitor(house.clinician).get("/caseload").text
    assert "Nobody here needs an act from you now." in html
    assert "Import a file" not in html
    assert "Import a file" in visitor(house.lead).get("/caseload").text


@pytest.mark.usefixtures("scene")
def test_a_supervisor_sees_supervisees_cards_without_buttons(house: House, visitor: Visitor) -> None:
    html = visitor(house.supervisor).get("/caseload").text
    assert "Jonas Weber" in html
    assert "/contacts" not in html
    assert f'value="{house.clinician.id}">' in html


def test_a_long_list_goes_on_page_by_page(house: House, visitor: Visitor) -> None:
    made = Scene(house, house.clinician)
    for number in range(27):
        made.add(f"Client {number}", (-1, AppointmentStatus.ATTENDED))
    browser = visitor(house.clinician)
    first = browser.get("/caseload").text
    path = re.search(r'href="(/caseload\?cursor=[^"]+)"', first)
    assert path is not None
    second = browser.get(path[1].replace("&amp;", "&")).text
    seen = [re.findall(r"<bdi>(Client \d+)</bdi>", html) for html in (first, second)]
    assert len(set(seen[0]) | set(seen[1])) == 27
    assert not set(seen[0]) & set(seen[1])
