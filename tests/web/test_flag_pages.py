"""What keeps messages back, on pages: raised with a choice, looked at again in one tap, and never mixed with drifting."""

import re
from uuid import UUID

from playwright.sync_api import Browser

from api.services import clients, consents, flags
from schemas.vocabulary import Channel, FlagKind, Role
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.flags import FlagClearIn, FlagIn
from tests.services.test_flags import raised, seen, tasks
from tests.support.browser import faults_on_a_small_phone
from tests.support.house import House
from tests.web.conftest import Scene, Visitor
from tests.web.test_pages_in_browser import enter

RISK, UNSAFE, HOLD = FlagKind.RISK_OF_HARM, FlagKind.UNSAFE_TO_CONTACT, FlagKind.PRACTICE_HOLD


def test_a_risk_is_raised_looked_at_in_one_tap_and_cleared(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, client_id = visitor(house.clinician), drifting.people["Jonas Weber"].client_id
    form = browser.get(f"/clients/{client_id}/flags/new").text
    assert all(f'value="{kind}"' in form for kind in FlagKind)
    none = browser.post(f"/clients/{client_id}/flags/new", data={"note": "Typed <b>already</b>"})
    assert none.status_code == 422
    assert "Typed &lt;b&gt;already" in none.text
    sent = {"kind": "risk_of_harm", "note": "Said <i>goodbye</i>.", "consent_id": "", "owner_id": "", "review_on": ""}
    assert browser.post(f"/clients/{client_id}/flags/new", data=sent).headers["location"] == f"/clients/{client_id}"
    assert browser.post(f"/clients/{client_id}/flags/new", data=sent).status_code == 303
    page = browser.get(f"/clients/{client_id}").text
    assert "Risk of harm." in page
    assert "Said &lt;i&gt;goodbye" in page
    (flag,) = seen(house, house.clinician, client_id)
    path = f"/clients/{client_id}/flags/{flag.id}"
    assert path in page
    assert browser.post(f"{path}/review", data={"note": " "}).status_code == 422
    assert browser.post(f"{path}/review", data={"in_session": "on"}).status_code == 303
    assert "Assessed in session." in browser.get(path).text
    assert browser.post(f"{path}/clear", data={}).status_code == 422
    assert browser.post(f"{path}/clear", data={"note": "Safe."}).status_code == 303
    assert browser.post(f"{path}/clear", data={"note": "Safe."}).status_code == 409
    assert "Risk of harm." not in browser.get(f"/clients/{client_id}").text


def test_what_is_left_standing_in_the_form_beside_another_kind_says_nothing(house: House, visitor: Visitor) -> None:
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        way = consents.add(work, case.client_id, ConsentIn(channel=Channel.EMAIL, address="ana@example.org"))
    sent = {"consent_id": str(way.id), "owner_id": str(house.clinician.id)}
    for kind, consent_id in ((UNSAFE, way.id), (HOLD, None)):
        answer = visitor(house.clinician).post(f"/clients/{case.client_id}/flags/new", data={**sent, "kind": kind})
        assert answer.status_code == 303
        (flag,) = [one for one in seen(house, house.clinician, case.client_id) if one.kind is kind]
        assert flag.consent_id == consent_id
    assert "Not safe to write to: e-mail" in visitor(house.clinician).get(f"/clients/{case.client_id}").text


def test_a_colleagues_hold_is_paused_by_the_practice_and_has_no_form(house: House, visitor: Visitor) -> None:
    client_id = house.client("Ana", house.clinician).client_id
    flag = raised(house, house.lead, client_id, HOLD, note="Because of what was told.")
    browser = visitor(house.clinician)
    for path in (f"/clients/{client_id}", f"/clients/{client_id}/flags/{flag.id}"):
        html = browser.get(path).text
        assert "Paused by the practice" in html
        assert "Because of" not in html
        assert house.lead.name not in html
    assert f"/flags/{flag.id}/clear" not in browser.get(f"/clients/{client_id}/flags/{flag.id}").text
    assert browser.post(f"/clients/{client_id}/flags/{flag.id}/clear", data={}).status_code == 403
    assert f"/flags/{flag.id}/clear" in visitor(house.lead).get(f"/clients/{client_id}/flags/{flag.id}").text


def test_whoever_has_the_task_reads_what_is_needed(house: House, visitor: Visitor) -> None:
    client_id = house.client("Ana", house.clinician).client_id
    cover = house.practice.member(Role.CLINICIAN)
    with house.work(house.clinician) as work:
        clients.change(work, client_id, ClientPatch(emergency_contact="Rosa <sister>"), version=1)
        flags.raise_flag(work, client_id, FlagIn(kind=RISK, note="What is known.", owner_id=cover.id))
    (task,) = tasks(house, client_id)
    for page in ("/tasks", "/caseload"):
        assert f'href="/tasks/{task.id}/risk"' in visitor(cover).get(page).text
    html = visitor(cover).get(f"/tasks/{task.id}/risk").text
    assert all(said in html for said in ("Reach <bdi>Ana</bdi> today", "What is known.", "Rosa &lt;sister&gt;"))
    assert visitor(house.practice.member(Role.CLINICIAN)).get(f"/tasks/{task.id}/risk").status_code == 404


def test_a_client_s_new_facts_are_kept_and_taken_back_by_the_form(house: House, visitor: Visitor) -> None:
    client_id = house.client("Ana", house.clinician).client_id
    browser, path = visitor(house.clinician), f"/clients/{client_id}/edit"
    facts = {"locale": "es", "adult_on": "2030-01-31", "emergency_contact": "Rosa, +34 600 1", "died_on": ""}
    sent = {"name": "Ana", "time_zone": "Europe/Madrid", "version": "1", **facts}
    assert browser.post(path, data=sent).status_code == 303
    form = browser.get(path).text
    assert 'value="Rosa, +34 600 1"' in form
    assert 'value="2030-01-31"' in form
    assert re.search(r'<option[^>]* value="es" selected>', form)
    page = browser.get(f"/clients/{client_id}").text
    assert "In need call" in page
    assert "Spanish" in page
    way = {"channel": "email", "address": "ana@example.org", "state": "granted"}
    refused = browser.post(f"/clients/{client_id}/consents/new", data=way)
    assert refused.status_code == 422
    assert "say who reads" in refused.text
    accepted = browser.post(
        f"/clients/{client_id}/consents/new", data={**way, "recipient": "guardian", "authority": "both_parents"}
    )
    assert accepted.status_code == 303
    bare = {**sent, "version": "2", **dict.fromkeys(facts, "")}
    assert browser.post(path, data=bare).status_code == 303
    assert "In need call" not in browser.get(f"/clients/{client_id}").text
    assert browser.post(path, data={**bare, "version": "3", "died_on": "2999-01-01"}).status_code == 422
    died = browser.post(path, data={**bare, "version": "3", "died_on": str(house.now.date())})
    assert died.status_code == 303
    assert "Nothing is sent any more." in browser.get(f"/clients/{client_id}").text


def addresses(house: House, client_id: UUID) -> list[str]:
    with house.work(house.founder) as work:
        clients.change(work, client_id, ClientPatch(emergency_contact="Rosa, +34 600 1"), version=1)
    stood = [raised(house, house.founder, client_id, kind, note="A note.") for kind in FlagKind]
    (task,) = tasks(house, client_id)
    about = f"/clients/{client_id}"
    return [about, f"{about}/edit", f"{about}/flags/new", f"/tasks/{task.id}/risk", f"{about}/consents/new"] + [
        f"{about}/flags/{one.id}" for one in stood
    ]


def test_these_pages_are_accessible_and_fit_a_small_phone(
    house: House, drifting: Scene, site: str, browser: Browser
) -> None:
    paths = addresses(house, drifting.people["Jonas Weber"].client_id)
    context = browser.new_context()
    enter(context, site, house.founder)
    assert faults_on_a_small_phone(context, [site + path for path in paths]) == {}
    context.close()


def test_today_shows_a_risk_apart_from_drifting_and_a_pause_without_its_cause(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    client_id = drifting.people["Jonas Weber"].client_id
    raised(house, house.clinician, client_id, RISK)
    card = _card(visitor(house.clinician).get("/caseload").text, "Jonas Weber")
    assert "case-reach" in card
    assert "Reach them today" in card
    assert "case-drifting" not in card
    assert "check-ins/new" not in card
    (flag,) = seen(house, house.clinician, client_id)
    with house.work(house.clinician) as work:
        flags.clear(work, client_id, flag.id, FlagClearIn(note="Safe."))
    raised(house, house.lead, client_id, HOLD, note="Because of what was told.")
    card = _card(visitor(house.clinician).get("/caseload").text, "Jonas Weber")
    assert "Paused by the practice." in card
    assert "case-reach" not in card
    assert "Because of" not in card


def _card(page: str, name: str) -> str:
    (found,) = [one for one in re.split(r'(?=<li[^>]*id="episode-)', page)[1:] if name in one]
    return found
