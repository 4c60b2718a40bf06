"""Hints while a message is typed, in the real browser: they come by themselves, show words as words and leave the page as it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.house import House
from tests.web.conftest import Scene
from tests.web.test_pages_in_browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Long enough to be told as a whole.
HOSTILE = "<img src=x onerror=alert(1)> <b>me</b> " + "word " * 60


def test_a_hint_comes_while_one_types_and_is_text_alone(house: House, scene: Scene, site: str, page: Page) -> None:
    enter(page.context, site, house.clinician)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    case = scene.people["Jonas Weber"]
    page.goto(f"{site}/episodes/{case.episode_id}/check-ins/new")
    words, shown, said = page.get_by_label("Your words"), page.locator("[data-hints-shown]"), page.get_by_role("status")
    expect(shown).to_be_hidden()
    words.press_sequentially("Hello Jonas. You never answer.")
    expect(shown).to_contain_text("It says whose fault the silence is")
    expect(shown).to_contain_text("It does not say yet that no answer is fine too.")
    expect(said).to_have_text("One hint on the wording, below your words.")
    expect(words).to_be_focused()
    assert accessibility_faults(page) == []
    words.fill(HOSTILE)
    expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("[data-hints-shown] img, [data-hints-shown] b").count() == 0
    words.fill("Tuesday or Thursday is free. No answer is fine too.")
    expect(shown).to_be_hidden()
    expect(said).to_have_text("Nothing is found in the wording any more.")
    page.route("**/tone-hints", lambda route: route.abort())
    words.fill("Hello Jonas. You never answer.")
    page.wait_for_timeout(3000)
    expect(shown).to_be_hidden()
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", name="The wording")).to_be_visible()
    expect(page.get_by_text("It says whose fault the silence is")).to_be_visible()
