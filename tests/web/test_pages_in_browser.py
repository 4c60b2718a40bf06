"""The pages in the real browser: accessible, usable by keyboard alone, without a script, on a narrow screen, in the dark."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.jobs.worker import Worker
from api.services import checkins, contacts, covers, flags, leave, snoozes
from schemas.tables.base import new_id
from schemas.vocabulary import CaseloadFilter, ContactOutcome, FlagKind, SnoozeReason
from schemas.wire.checkins import CheckInIn
from schemas.wire.covers import CoverIn
from schemas.wire.flags import FlagIn
from schemas.wire.leave import LeaveIn
from schemas.wire.snoozes import SnoozeIn
from tests.support import links
from tests.support.browser import accessibility_faults, faults_in_the_light_and_in_the_dark
from tests.support.house import PASSWORD, Case, House, Person
from tests.support.messages import address, approved, uncertain
from tests.web.conftest import HOSTILE, Scene
from tests.web.helping_on import helped_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAPPING = (
    '{"source": "calendar", "client": "client", "starts_at": {"column": "when", "format": "%Y-%m-%d %H:%M"},'
    ' "status": {"column": "status", "values": {"yes": "attended"}}}'
)
FILE = b"client,when,status\n1,2026-02-03 10:00,yes\n1,2026-02-10 10:00,hm\n"


def enter(context: BrowserContext, site: str, who: Person) -> None:
    context.add_cookies([{"name": "leavetaking", "value": who.token, "url": site}])


def messages(house: House, scene: Scene) -> list[str]:
    """A draft with much to say about it, one that waits to go, and one of which nobody knows whether it went."""
    case = scene.people["Jonas Weber"]
    consent_id = address(house, case, house.clinician, f"{new_id().hex}@example.com")
    with house.work(house.clinician) as work:
        given = CheckInIn(episode_id=case.episode_id, subject="Your depression", body="You must answer by Friday!")
        made = checkins.draft(work, given)
    waits = approved(house, case, house.clinician, consent_id)
    open_end = uncertain(house, house.practice, approved(house, case, house.clinician, consent_id))
    return [f"/check-ins/{one}" for one in (made.id, waits, open_end)]


def paths(house: House, scene: Scene) -> list[str]:
    """Every kind of page that the founder, who may open all of them, can see."""
    case = scene.people["Jonas Weber"]
    time = scene.appointments_of(case)[0]
    episode, client, member = (
        f"/episodes/{case.episode_id}",
        f"/clients/{case.client_id}",
        f"/members/{house.clinician.id}",
    )
    return [
        "/sign-in", "/me", "/me/password", "/caseload", "/clients", "/clients/new", client, f"{client}/edit",
        f"/clients/{scene.people['Mateo Ruiz'].client_id}", f"/clients/{scene.people['Priya Nair'].client_id}",
        f"{client}/consents/new", f"{client}/episodes/new", f"{episode}/edit", f"{episode}/contacts",
        f"{episode}/snoozes", f"{episode}/corrections", f"/caseload?only={put_off(house, scene)}",
        f"{episode}/absences", f"{episode}/agreements", f"{episode}/appointments", f"/appointments/{time.id}/outcome",
        "/replies", "/tasks", "/concerns", f"/concerns/{told(house, scene)}",
        f"{client}/check-ins", f"{episode}/check-ins/new", *messages(house, scene),
        "/imports", "/imports/new", "/members", "/members/new", member, f"{member}/edit", f"{member}/leave",
        f"{member}/leaving", "/practice", "/practice/edit", "/practice/noticing", "/practice/keys",
        "/practice/keys/new", "/practice/audit", "/practice/templates", "/practice/templates/new?begin=hello&locale=es",
        *covered(house, scene), "/me/covers", f"{member}/covers",
        "/notes", f"{episode}/notes/new", f"{episode}/end", "/nothing-here",
        "/directory", "/directory/match", "/directory/import", *onward(house, case),
        "/help/noticing", *[f"/episodes/{one.episode_id}/why" for one in scene.people.values()],
    ]  # fmt: skip


def onward(house: House, case: Case) -> list[str]:
    """Somebody is helped on: the page of it, its form, its sheet, and an entry of the directory."""
    with house.work(house.clinician) as work:
        ids = helped_on(work, case, house.clinician)
    referral = f"/referrals/{ids['referral_id']}"
    return [referral, f"{referral}/edit", f"{referral}/sheet", f"/directory/{ids['provider_id']}/edit"]


def covered(house: House, scene: Scene) -> list[str]:
    """The clinician is away from today on, and the founder covers: with an answer, a risk and an address that is not safe."""
    case, days = scene.people["Ana Moreno"], {"from_on": house.now.date(), "to_on": house.now.date()}
    with house.work(house.founder) as work:
        leave.record(work, house.clinician.id, LeaveIn.model_validate(days))
        given = CoverIn.model_validate({"covering_id": house.founder.id, **days})
        cover_id = covers.name(work, house.clinician.id, given).id
    consent_id = links.permit(house, case, house.clinician, f"{new_id().hex}@example.org")
    sent = links.send(house, case, house.clinician, consent_id=consent_id)
    reply_id = links.reply(house, case, house.clinician, sent)
    with house.work(house.clinician) as work:
        unsafe = FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=consent_id)
        flags.raise_flag(work, case.client_id, unsafe)
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM, owner_id=house.clinician.id))
    return [f"/covers/{cover_id}", f"/covers/{cover_id}/replies/{reply_id}"]


def put_off(house: House, scene: Scene) -> CaseloadFilter:
    """How a card that waits is found, with one that does."""
    given = SnoozeIn(reason=SnoozeReason.OTHER, words="Until the exams are over, as Jonas said at the door.")
    with house.work(house.clinician) as work:
        snoozes.put_off(work, scene.people["Jonas Weber"].episode_id, given)
    return CaseloadFilter.PUT_OFF


def told(house: House, scene: Scene) -> UUID:
    """Something in each of the rooms of what clients answered."""
    case = scene.people["Mateo Ruiz"]
    consent_id = links.permit(house, case, house.clinician, f"{new_id().hex}@example.org")
    sent = links.send(house, case, house.clinician, consent_id=consent_id)
    links.reply(house, case, house.clinician, sent)
    links.task(house, case, house.founder)
    return links.concern(house, case, house.founder, sent)


def test_no_page_has_an_accessibility_fault(house: House, scene: Scene, site: str, browser: Browser) -> None:
    """By axe, contrast included, in the light and in the dark; `/sign-in` before and after there is a cookie."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    faults = {"at the door": faults_in_the_light_and_in_the_dark(page)}
    enter(context, site, house.founder)
    for path in paths(house, scene):
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        faults[path] = faults_in_the_light_and_in_the_dark(page)
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert len(faults) >= 30


def test_a_form_that_came_back_is_accessible_and_reading_starts_at_its_faults(
    house: House, site: str, browsing: BrowserContext
) -> None:
    enter(browsing, site, house.founder)
    page = browsing.new_page()
    page.goto(f"{site}/practice/keys/new")
    page.get_by_label("Name").fill("Calendar")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator(".faults")).to_be_focused()
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Choose at least one.").click()
    expect(page.locator("#field-scopes")).to_be_focused()


def test_nothing_is_wider_than_a_small_phone(house: House, scene: Scene, site: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    enter(context, site, house.founder)
    page = context.new_page()
    checked = 0
    for path in paths(house, scene):
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        checked += 1
    assert checked >= 30
    context.close()


def test_what_is_tapped_is_large_enough(house: House, scene: Scene, site: str, page: Page) -> None:
    enter(page.context, site, house.clinician)
    for path in ("/caseload", f"/clients/{scene.people['Priya Nair'].client_id}", "/clients/new"):
        page.goto(site + path)
        boxes = [one.bounding_box() for one in page.locator("button, nav a, summary, select").all() if one.is_visible()]
        assert len(boxes) >= 5
        assert min(box["height"] for box in boxes if box) >= 44, path


def test_a_call_is_recorded_by_keyboard_alone(house: House, drifting: Scene, site: str, page: Page) -> None:
    page.goto(f"{site}/sign-in")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    keys.type(house.clinician.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(f"{site}/caseload")
    button = page.get_by_role("button", name="Called, spoke")
    for _ in range(40):
        keys.press("Tab")
        if button.evaluate("(one) => one === document.activeElement"):
            break
    expect(button).to_be_focused()
    assert button.evaluate("(one) => getComputedStyle(one).outlineWidth") == "3px"
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Recorded.")
    with house.work(house.clinician) as work:
        (call,) = contacts.page(work, drifting.people["Jonas Weber"].episode_id, before=None, limit=5).items
    assert call.outcome is ContactOutcome.SPOKE


def test_without_a_script_everything_works(house: House, scene: Scene, site: str, page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto(f"{site}/caseload")
    page.get_by_label("E-mail address").fill(house.clinician.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    card = page.locator(f"#episode-{scene.people['Priya Nair'].episode_id}")
    card.get_by_role("button", name="Came", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Recorded.")
    page.get_by_role("link", name="Jonas Weber", exact=True).click()
    page.get_by_role("link", name="A pause, or the client away").click()
    page.get_by_label("First day").fill("2026-02-28")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Take back")).click()
    expect(page.get_by_role("status")).to_have_text("Withdrawn.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_a_file_is_tried_and_taken_in_without_a_script(house: House, site: str, page_without_scripts: Page) -> None:
    page = page_without_scripts
    enter(page.context, site, house.lead)
    page.goto(f"{site}/imports/new")
    page.get_by_text("The file comes from another system").click()
    page.set_input_files("#field-file", {"name": "times.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_label("Mapping (optional)").fill(MAPPING)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("Waiting its turn")).to_be_visible()
    Worker(house.runtime).until_idle()
    page.wait_for_selector("text=Nothing has changed yet")
    expect(page.get_by_role("row", name="All rows read 2")).to_be_visible()
    page.get_by_role("button", name="Take it in").click()
    Worker(house.runtime).until_idle()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()


def test_a_page_that_waits_for_the_worker_looks_again_by_itself(house: House, site: str, page: Page) -> None:
    enter(page.context, site, house.lead)
    page.goto(f"{site}/imports/new")
    page.get_by_text("The file comes from another system").click()
    page.set_input_files("#field-file", {"name": "times.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_label("Mapping (optional)").fill(MAPPING)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("Waiting its turn")).to_be_visible()
    assert accessibility_faults(page) == []
    Worker(house.runtime).until_idle()
    page.wait_for_selector("text=Nothing has changed yet")
    assert accessibility_faults(page) == []


def test_a_hostile_name_runs_nothing_and_stays_in_its_place(house: House, scene: Scene, site: str, page: Page) -> None:
    enter(page.context, site, house.clinician)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{site}/caseload")
    page.get_by_role("link", name=HOSTILE, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("<script>alert('x')</script> O'Hara & Söhne")
    page.goto(f"{site}/clients/{scene.people['שרה כהן'].client_id}")
    assert page.locator("h1 bdi").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_a_hurried_finger_records_once(house: House, drifting: Scene, site: str, page: Page) -> None:
    enter(page.context, site, house.clinician)
    page.goto(f"{site}/caseload")
    page.get_by_role("button", name="Called, voicemail").dblclick()
    expect(page.get_by_role("status")).to_be_visible()
    with house.work(house.clinician) as work:
        found = contacts.page(work, drifting.people["Jonas Weber"].episode_id, before=None, limit=5).items
    assert len(found) == 1


def test_a_page_prints_without_its_buttons(house: House, drifting: Scene, site: str, page: Page) -> None:
    enter(page.context, site, house.clinician)
    page.goto(f"{site}/clients/{drifting.people['Jonas Weber'].client_id}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Jonas Weber")).to_be_visible()
    assert not [one for one in page.locator("button, nav").all() if one.is_visible()]
