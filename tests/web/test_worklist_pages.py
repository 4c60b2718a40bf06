"""The caseload as a worklist: putting off, saying what is so, giving somebody what nobody has, and showing only some."""

import re
from datetime import timedelta

import pytest

from api.services import caseload, contacts, engagement, episodes, snoozes
from schemas.vocabulary import CaseloadFilter, Channel, SnoozeEnd, SnoozeReason, Stage
from schemas.wire.snoozes import SnoozeOut
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House
from tests.web.conftest import Scene, Visitor


def waiting(house: House, case: Case) -> list[SnoozeOut]:
    with house.work(house.clinician) as work:
        return snoozes.page(work, case.episode_id)


def stage(house: House, case: Case) -> Stage:
    with house.work(house.clinician) as work:
        return engagement.read(work, case.episode_id).stage


def test_one_tap_puts_the_next_act_off_for_a_week_and_one_brings_it_back(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/snoozes"
    assert f'action="{path}"' in browser.get("/caseload").text
    for _ in range(2):
        answer = browser.post(path, data={"reason": "awaiting_answer", "back": "/caseload"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/caseload")
    assert "This was recorded already." in browser.get("/caseload").text
    [row] = waiting(house, case)
    assert (row.reason, row.until_on) == (SnoozeReason.AWAITING_ANSWER, house.now.date() + timedelta(days=7))
    html = browser.get("/caseload").text
    put_off = html[html.index('id="waiting"') :]
    assert "Jonas Weber" in put_off
    assert "put off until Wed 11 March" in put_off
    assert "An answer is awaited." in put_off
    assert "Put off until" not in put_off.split("</section>")[1]
    client = browser.get(f"/clients/{case.client_id}").text
    assert "put off until Wed 11 March" in client
    browser.post(f"{path}/{row.id}/end", data={"back": "/caseload"})
    assert waiting(house, case)[0].ended_because is SnoozeEnd.BROUGHT_BACK
    assert 'id="waiting"' not in browser.get("/caseload").text


def test_on_its_own_page_one_says_the_day_and_a_few_words(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/snoozes"
    assert "There again on" in browser.get(path).text
    too_late = (house.now.date() + timedelta(days=61)).isoformat()
    refused = browser.post(path, data={"reason": "other", "until_on": too_late, "words": "<b>Exams</b>"})
    assert refused.status_code == 422
    assert "within 60 days" in refused.text
    assert "&lt;b&gt;Exams&lt;/b&gt;" in refused.text
    day = (house.now.date() + timedelta(days=20)).isoformat()
    assert browser.post(path, data={"reason": "other", "until_on": day, "words": "<b>Exams</b>"}).status_code == 303
    assert waiting(house, case)[0].words == "<b>Exams</b>"
    shown = browser.get(f"/caseload?only={CaseloadFilter.PUT_OFF}").text
    assert "&lt;b&gt;Exams&lt;/b&gt;" in shown


def test_what_cannot_wait_offers_no_button_and_says_why(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    browser.post(f"/clients/{case.client_id}/flags/new", data={"kind": "risk_of_harm"})
    assert f"/episodes/{case.episode_id}/snoozes" not in browser.get("/caseload").text
    assert "This cannot be put off." in browser.get(f"/episodes/{case.episode_id}/snoozes").text
    assert browser.post(f"/episodes/{case.episode_id}/snoozes", data={"reason": "other"}).status_code == 409


@pytest.mark.parametrize(
    ("form", "stands"),
    [
        ({"kind": "pause_agreed", "pause_agreed_until_on": "2026-04-01"}, Stage.PAUSED),
        ({"kind": "pause_agreed", "told_until_on": "not read"}, Stage.PAUSED),
        ({"kind": "client_away"}, Stage.PAUSED),
        ({"kind": "cadence_agreed", "cadence_agreed_cadence_days": "30"}, Stage.DRIFTING),  # the missed time stands
        ({"kind": "end_agreed"}, Stage.ENGAGED),
        ({"kind": "as_needed"}, Stage.ENGAGED),
        ({"kind": "taking_a_break", "told_channel": "phone", "told_until_on": "2026-04-01"}, Stage.PAUSED),
        ({"kind": "has_ended", "told_channel": "portal", "told_at": "2026-03-03T18:00"}, Stage.ENGAGED),
    ],
)
def test_what_is_so_is_said_in_one_tap_and_the_stage_follows(
    house: House, visitor: Visitor, drifting: Scene, form: dict[str, str], stands: Stage
) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/corrections"
    assert f'href="{path}"' in browser.get("/caseload").text
    assert f'href="{path}"' in browser.get(f"/clients/{case.client_id}").text
    answer = browser.post(path, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/clients/{case.client_id}")
    assert stage(house, case) is stands


def test_what_the_client_said_is_kept_with_way_and_time(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    form = {"kind": "in_touch", "told_channel": "portal", "told_at": "2026-03-03T18:00", "told_until_on": "2026-04-01"}
    browser.post(f"/episodes/{case.episode_id}/corrections", data=form)
    with house.work(house.clinician) as work:
        [row] = contacts.page(work, case.episode_id, before=None, limit=5).items
    assert (row.channel, row.at.isoformat()) == (Channel.PORTAL, "2026-03-03T17:00:00+00:00")


def test_a_time_that_was_excused_or_moved_is_said_beside_it(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = f"/episodes/{case.episode_id}/corrections"
    html = browser.get(path).text
    found = re.search(r'name="appointment_id" value="([0-9a-f-]+)"', html)
    assert found is not None
    nowhere = browser.post(path, data={"kind": "moved", "appointment_id": found[1]})
    assert nowhere.status_code == 422
    assert f'id="fault-starts_at_{found[1]}"' in nowhere.text
    assert browser.post(path, data={"kind": "excused", "appointment_id": found[1]}).status_code == 303
    assert "did not take place, excused" in browser.get(path).text
    moved = {"kind": "moved", "appointment_id": found[1], f"starts_at_{found[1]}": "2026-03-09T10:00"}
    assert browser.post(path, data=moved).status_code == 303
    ahead = [one.starts_at for one in drifting.appointments_of(case) if one.starts_at > house.now]
    assert [one.isoformat() for one in ahead] == ["2026-03-09T09:00:00+00:00"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "nonsense"},
        {"kind": "cadence_agreed"},
        {"kind": "cadence_agreed", "cadence_agreed_cadence_days": "often"},
        {"kind": "pause_agreed", "pause_agreed_until_on": "2026-02-01"},
        {"kind": "in_touch", "told_channel": "smoke"},
        {"kind": "in_touch", "told_at": "2027-01-01T10:00"},
        {"kind": "excused"},
        {"kind": "excused", "appointment_id": "nonsense"},
    ],
)
def test_what_cannot_be_read_comes_back_as_it_was_with_what_to_put_right(
    house: House, visitor: Visitor, drifting: Scene, form: dict[str, str]
) -> None:
    case = drifting.people["Jonas Weber"]
    answer = visitor(house.clinician).post(f"/episodes/{case.episode_id}/corrections", data=form)
    assert answer.status_code == 422
    assert "Please have another look:" in answer.text
    [(link, said)] = re.findall(r'<a href="#(field-[\w-]+)">([^<]+)</a>', answer.text)
    assert said
    assert f'id="{link}"' in answer.text
    for name, value in form.items():
        if name not in ("kind", "appointment_id") and "channel" not in name:
            assert f'name="{name}"' in answer.text
            assert f'value="{value}"' in answer.text


def test_a_supervisor_gets_no_button_for_it(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.supervisor)
    for path in ("/caseload", f"/clients/{case.client_id}"):
        html = browser.get(path).text
        assert "Jonas Weber" in html
        assert "/corrections" not in html
        assert "/snoozes" not in html


def test_what_nobody_has_stands_on_top_for_a_lead_who_gives_it_to_somebody(house: House, visitor: Visitor) -> None:
    files.take_in(house, files.appointments([files.event("a", "ana", at(-30), clinician_external_id="")]))
    browser = visitor(house.lead)
    html = browser.get("/caseload").text
    assert html.index("Nobody is responsible for these") < html.index("A kind act is next")
    assert re.search(r"nobody yet: .* names somebody", html)
    assert "Nobody is responsible for these" not in visitor(house.clinician).get("/caseload").text
    with house.work(house.lead) as work:
        [item] = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=5).items
    path, version = f"/episodes/{item.episode.id}/owner", str(item.episode.version)
    assert browser.post(path, data={"responsible_id": "", "version": version}).status_code == 422
    named = {"responsible_id": str(house.clinician.id), "version": version}
    assert browser.post(path, data=named).headers["location"] == "/caseload"
    assert browser.post(path, data=named).status_code == 412
    with house.work(house.clinician) as work:
        assert episodes.read(work, item.episode.id).responsible is not None
    assert "Nobody is responsible for these" not in browser.get("/caseload").text


@pytest.mark.usefixtures("scene")
def test_the_list_shows_only_what_is_asked_for(house: House, visitor: Visitor) -> None:
    browser = visitor(house.clinician)
    everything = browser.get("/caseload").text
    for one in (CaseloadFilter.DUE_TODAY, CaseloadFilter.DUE_THIS_WEEK, CaseloadFilter.PUT_OFF):
        html = browser.get(f"/caseload?only={one}").text
        assert f'<option value="{one}" selected>' in html
        assert set(re.findall(r'id="episode-([^"]+)"', html)) < set(re.findall(r'id="episode-([^"]+)"', everything))
    assert "without_owner" not in everything
    assert "without_owner" in visitor(house.lead).get("/caseload").text
