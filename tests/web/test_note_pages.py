"""The pages of termination notes: both guided forms, a clash that loses nothing, signing, cosigning, adding."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, expect
from starlette.testclient import TestClient

from api.domain.errors import Invalid
from api.services import absences
from api.web import note_forms
from api.web.forms import Form
from schemas.vocabulary import AgreementKind, NoteState
from schemas.wire.contacts import AgreementIn
from schemas.wire.terminations import GrowthGoal, MeasureScores, NoteContent
from tests.support import notes
from tests.support.browser import accessibility_faults
from tests.support.house import Case, House
from tests.web.conftest import HOSTILE, Scene, Visitor

FILLED: dict[str, Any] = {
    "form": "with_conversation",
    "how_it_ended": "agreed",
    "closing_session": "held",
    "work_reviewed": "What we did about the panic.",
    "goals_basis": "at_closing",
    "goal_1": "Travel alone.",
    "goal_1_why": "To see her sister.",
    "goal_1_next_step": "Two stops on Saturday.",
    "safety": "No thoughts of harm.",
    "score_1": "GAD-7",
    "score_1_first": "15",
    "score_1_last": "5.5",
}


def begin(browser: TestClient, case: Case, form: str = "with_conversation") -> str:
    told = {"form": form, "client_id": str(case.client_id)}
    answer = browser.post(f"/episodes/{case.episode_id}/notes/new", data=told)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removesuffix("/edit")


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def save(browser: TestClient, path: str, **more: str) -> Any:  # noqa: ANN401  # an answer
    version = more.pop("version", None) or version_in(browser.get(f"{path}/edit").text)
    return browser.post(f"{path}/edit", data={**FILLED, "version": version, **more})


def test_a_note_is_written_looked_over_signed_and_added_to(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    client_page = browser.get(f"/clients/{case.client_id}").text
    assert f'href="/episodes/{case.episode_id}/notes/new"' in client_page
    path = begin(browser, case)
    form = browser.get(f"{path}/edit").text
    assert "45 CFR 164.501" in form
    assert "(needed to sign)" in form
    saved = save(browser, path, look="yes")
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    shown = browser.get(path).text
    assert "Work reviewed: What we did about the panic." in shown
    assert "Scores: GAD-7, first 15, last 5.5" in shown
    signed = browser.post(f"{path}/sign", data={"version": version_in(shown)})
    assert signed.status_code == 303
    after = browser.get(path).text
    assert "Signed by" in after
    assert "Sign this note" not in after
    assert browser.get(f"{path}/edit").headers["location"] == path
    assert browser.post(f"{path}/addenda", data={"words": "She wrote from Lisbon."}).status_code == 303
    assert browser.get(path).text.count("She wrote from Lisbon.") == 2
    record = browser.get(f"/clients/{case.client_id}").text
    assert f'href="{path}"' in record
    assert "ended" in record
    assert f'href="{path}"' in browser.get("/notes").text


def test_what_is_missing_is_said_beside_each_field_with_its_reason(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    save(browser, path, work_reviewed="", goal_1_why="", safety="")
    answer = browser.post(f"{path}/sign", data={"version": "2"})
    assert answer.status_code == 422
    for name in ("work_reviewed", "goal_1_why", "safety"):
        assert f'href="#field-{name}"' in answer.text
        assert f'id="fault-{name}"' in answer.text
    assert "Travel alone." in answer.text


def test_of_two_who_write_at_once_neither_loses_a_word(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    save(browser, path, progress="From the telephone.", version="1")
    clash = save(browser, path, progress="From the desk.", version="1")
    assert clash.status_code == 412
    assert "What is stored now" in clash.text
    assert "Progress: From the telephone." in clash.text
    assert ">From the desk.</textarea>" in clash.text
    again = save(browser, path, progress="From the desk.", version=version_in(clash.text))
    assert again.status_code == 303


def test_without_a_conversation_the_form_asks_otherwise(house: House, visitor: Visitor, scene: Scene) -> None:
    browser, case = visitor(house.clinician), scene.people["Jonas Weber"]
    browser.post(f"/episodes/{case.episode_id}/contacts", data={"tap": "voicemail"})
    path = begin(browser, case, "without_conversation")
    form = browser.get(f"{path}/edit").text
    assert "There was no conversation about the ending." in form
    assert "None is made up afterwards." in form
    assert "telephone, voicemail" in form
    told = {"how_it_ended": "without_conversation", "closing_session": "not_answered", "goals_basis": "not_discussed"}
    none = dict.fromkeys(("goal_1", "goal_1_why", "goal_1_next_step"), "")
    save(browser, path, form="without_conversation", **told, **none)
    assert browser.post(f"{path}/sign", data={"version": "2"}).status_code == 303
    assert "Attempt to reach the client" in browser.get(path).text


def test_a_second_tap_begins_no_second_note(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    assert begin(browser, case) == begin(browser, case)


def test_a_draft_begun_by_mistake_is_thrown_away(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    page = browser.get(path).text
    gone = browser.post(f"{path}/discard", data={"version": version_in(page)})
    assert gone.headers["location"] == f"/clients/{case.client_id}"
    assert browser.get(path).status_code == 404


def test_each_of_a_couple_has_a_note_of_their_own(house: House, visitor: Visitor, scene: Scene) -> None:
    browser, lena = visitor(house.clinician), scene.people["Lena Brandt"]
    page = browser.get(f"/episodes/{lena.episode_id}/notes/new").text
    (tom,) = set(re.findall(r'value="([0-9a-f-]{36})"', page)) - {str(lena.client_id)}
    hers, his = begin(browser, lena), begin(browser, Case(UUID(tom), lena.episode_id))
    assert hers != his
    assert hers in browser.get(f"/clients/{lena.client_id}").text
    assert his not in browser.get(f"/clients/{lena.client_id}").text
    assert his in browser.get(f"/clients/{tom}").text


def test_a_supervisor_finds_what_waits_cosigns_or_returns_it(house: House, visitor: Visitor, drifting: Scene) -> None:
    assert house.supervisor is not house.clinician
    author, supervisor, case = visitor(house.clinician), visitor(house.supervisor), drifting.people["Jonas Weber"]
    path = begin(author, case)
    save(author, path)
    assert "Waiting for your cosignature" not in supervisor.get("/notes").text
    author.post(f"{path}/sign", data={"version": "2"})
    assert "Nothing has ended yet" in author.get(path).text
    assert ">Cosign<" not in author.get(path).text
    assert "Waiting for your cosignature" in supervisor.get("/notes").text
    page = supervisor.get(path).text
    assert ">Cosign<" in page
    empty = supervisor.post(f"{path}/return", data={"version": version_in(page)})
    assert (empty.status_code, "fault-reason" in empty.text) == (422, True)
    back = supervisor.post(f"{path}/return", data={"version": version_in(page), "reason": "More on safety."})
    assert back.status_code == 303
    assert "More on safety." in author.get(f"{path}/edit").text
    assert author.get(path).text.count("More on safety.") == 1
    author.post(f"{path}/sign", data={"version": "4"})
    for reader in (author, supervisor):
        assert 'id="returns">Returned for changes' in reader.get(path).text
        assert "More on safety." in reader.get(path).text
    assert supervisor.post(f"{path}/cosign", data={"version": "5"}).status_code == 303
    assert notes.read(house, house.clinician, UUID(path.rpartition("/")[2])).state is NoteState.SIGNED


def test_under_an_open_flag_of_harm_the_form_asks_first(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    notes.flag(house, case.client_id)
    assert "A flag of harm stands" in browser.get(f"{path}/edit").text
    save(browser, path)
    refused = browser.post(f"{path}/sign", data={"version": "2"})
    assert (refused.status_code, "record how risk was looked at" in refused.text) == (409, True)
    house.wait(minutes=1)
    save(browser, path, risk_review="in_session")
    assert browser.post(f"{path}/sign", data={"version": "3"}).status_code == 303


def test_assessed_in_session_is_one_tap(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    notes.flag(house, case.client_id)
    house.wait(minutes=1)
    save(browser, path)
    page = browser.get(path).text
    assert ">Assessed in session<" in page
    assert browser.post(f"{path}/risk", data={"version": version_in(page)}).status_code == 303
    page = browser.get(path).text
    assert "Risk: assessed in session, recorded" in page
    assert ">Assessed in session<" not in page
    assert "Work reviewed: What we did about the panic." in page
    assert browser.post(f"{path}/sign", data={"version": version_in(page)}).status_code == 303


def test_the_next_act_leads_to_the_note_where_the_end_is_agreed(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    today = AgreementIn(kind=AgreementKind.PLANNED_END, from_on=house.now.date())
    with house.work(house.clinician) as work:
        absences.agree(work, case.episode_id, today)
    link = f'<a class="button" href="/episodes/{case.episode_id}/notes/new">'
    for page in ("/caseload", f"/clients/{case.client_id}"):
        assert link in browser.get(page).text
    assert house.supervisor is not house.clinician
    assert link not in visitor(house.supervisor).get("/caseload").text


def test_an_ending_without_a_note_leads_to_the_note(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    where = f"/episodes/{case.episode_id}/end"
    assert "End it now" in browser.get(where).text
    lacking = browser.post(where, data={"how_it_ended": "clinician_decided"})
    assert (lacking.status_code, "fault-reason" in lacking.text) == (422, True)
    ended = browser.post(where, data={"how_it_ended": "client_told_us"})
    assert ended.status_code == 303
    assert ended.headers["location"].startswith("/notes/")
    assert "The client told us" in browser.get(ended.headers["location"]).text
    assert browser.post(where, data={"how_it_ended": "client_told_us"}).status_code == 409
    assert "Write the note about this ending" not in browser.get(f"/clients/{case.client_id}").text


def test_markup_in_a_note_stays_text(house: House, visitor: Visitor, drifting: Scene) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    path = begin(browser, case)
    save(browser, path, work_reviewed=HOSTILE, goal_1=HOSTILE)
    for page in (browser.get(path).text, browser.get(f"{path}/edit").text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_form_reads_back_what_it_shows() -> None:
    typed = {name: [value] for name, value in FILLED.items()} | {"goal_3": ["Sleep."], "score_2_first": ["x"]}
    content = note_forms.read(Form({name: value for name, value in typed.items() if name != "score_2_first"}))
    assert [goal.goal for goal in content.growth_goals] == ["Travel alone.", "Sleep."]
    assert content.scores == [MeasureScores(measure="GAD-7", first=15.0, last=5.5)]
    assert note_forms.rows_of(Form(typed)) == note_forms.Rows(4, 3)
    assert note_forms.rows_of(Form()) == note_forms.Rows(1, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"goal_2_why": "Because."}, "goal_2"),
        ({"goal_2": "x" * 10_001}, "goal_2"),
        ({"score_3": "PHQ-9", "score_3_first": "many"}, "score_3_first"),
        ({"score_1": "PHQ-9", "score_1_last_on": "soon"}, "score_1_last_on"),
        ({"ended_on": "soon"}, "ended_on"),
        ({"how_it_ended": "bailed"}, "how_it_ended"),
    ],
)
def test_what_does_not_fit_is_said_of_the_field_in_which_it_was_typed(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        note_forms.read(Form({name: [value] for name, value in typed.items()}))
    assert [problem.pointer for problem in refusal.value.problems] == [f"/{field}"]


def test_the_form_has_a_field_for_every_part_of_a_note() -> None:
    assert set(note_forms._GOAL) == set(GrowthGoal.model_fields)
    assert set(note_forms._SCORE) == set(MeasureScores.model_fields)
    assert {*note_forms._LINES, "growth_goals", "scores"} == set(NoteContent.model_fields)


@pytest.mark.browser
@pytest.mark.slow
def test_a_note_in_the_browser_without_a_script_and_on_a_narrow_screen(
    house: House, scene: Scene, site: str, browsing: BrowserContext
) -> None:
    browsing.add_cookies([{"name": "leavetaking", "value": house.clinician.token, "url": site}])
    page = browsing.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    case = scene.people["Jonas Weber"]
    page.goto(f"{site}/clients/{case.client_id}")
    page.get_by_role("link", name="Write the ending down").click()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Yes, we talked about it").click()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("How it ended").select_option("agreed")
    page.get_by_role("button", name="Save and look it over").click()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Sign this note").click()
    expect(page.locator(".faults")).to_be_visible()
    assert accessibility_faults(page) == []
    page.goto(f"{site}/notes")
    assert accessibility_faults(page) == []
    page.goto(f"{site}/episodes/{case.episode_id}/end")
    assert accessibility_faults(page) == []
