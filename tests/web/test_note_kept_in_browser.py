"""A note saves itself while it is typed, in the real browser: through a lost connection, beside a second window, and to the signature."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from schemas.vocabulary import NoteState
from tests.support import notes
from tests.support.browser import accessibility_faults
from tests.support.house import House
from tests.web.conftest import Scene
from tests.web.test_pages_in_browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def note_id(house: House, scene: Scene) -> UUID:
    return notes.draft(house, house.clinician, scene.people["Jonas Weber"], work_reviewed="So far.").id


@pytest.fixture
def writing(house: House, site: str, page: Page, note_id: UUID) -> Page:
    enter(page.context, site, house.clinician)
    page.goto(f"{site}/notes/{note_id}/edit")
    return page


def stored(house: House, note_id: UUID) -> str | None:
    return notes.read(house, house.clinician, note_id).content.progress


def test_a_note_is_kept_through_a_lost_connection_and_signed(house: House, writing: Page, note_id: UUID) -> None:
    progress, shown = writing.get_by_label("Progress"), writing.locator("[data-keep-shown]")
    progress.fill("She travels two stops alone.")
    expect(shown).to_contain_text("Saved by itself at", timeout=8000)
    assert stored(house, note_id) == "She travels two stops alone."
    expect(writing.get_by_role("status")).to_have_text("")  # no reader is told each time

    writing.route("**/kept", _carried_out_and_never_answered)
    progress.fill("She travels three stops alone. She failed to call once.")
    expect(shown).to_contain_text("Not saved: the connection is gone.", timeout=8000)
    expect(writing.get_by_role("status")).to_contain_text("the connection is gone")
    progress.fill("She travels four stops alone. She failed to call once.")
    writing.unroute("**/kept")
    expect(writing.locator("form[data-keep] [name=version]")).to_have_value("4", timeout=15000)
    expect(shown).to_contain_text("Saved by itself at")
    assert stored(house, note_id) == "She travels four stops alone. She failed to call once."
    expect(shown).to_contain_text("failed to")
    expect(shown).to_contain_text("Perhaps: did not")
    assert accessibility_faults(writing) == []

    writing.get_by_role("button", name="Save and look it over").click()
    expect(writing).to_have_url(re.compile(rf"/notes/{note_id}$"))
    expect(writing.get_by_role("heading", name="Before you sign")).to_be_visible()
    assert accessibility_faults(writing) == []


def test_of_two_windows_neither_writes_over_the_other(house: House, writing: Page, site: str, note_id: UUID) -> None:
    other = writing.context.new_page()
    other.goto(f"{site}/notes/{note_id}/edit")
    other.get_by_label("Progress").fill("From the other window.")
    expect(other.locator("[data-keep-shown]")).to_contain_text("Saved by itself at", timeout=8000)
    mine = writing.get_by_label("Progress")
    mine.fill("From this window.")
    expect(writing.locator("[data-keep-shown]")).to_contain_text("Not saved.", timeout=8000)
    assert stored(house, note_id) == "From the other window."
    expect(mine).to_have_value("From this window.")
    writing.get_by_role("button", name="Save and go on writing").click()
    expect(writing.get_by_role("heading", name="What is stored now")).to_be_visible()
    expect(writing.get_by_label("The note as it is stored")).to_have_value(re.compile("From the other window"))
    expect(writing.get_by_label("Progress")).to_have_value("From this window.")


def test_signed_out_meanwhile_what_was_typed_stays(house: House, writing: Page, note_id: UUID) -> None:
    writing.context.clear_cookies()
    writing.get_by_label("Progress").fill("Typed after an hour.")
    expect(writing.locator("[data-keep-shown]")).to_contain_text("you were signed out", timeout=8000)
    expect(writing.get_by_label("Progress")).to_have_value("Typed after an hour.")
    assert stored(house, note_id) is None
    assert notes.read(house, house.clinician, note_id).state is NoteState.DRAFT
    assert house.now - notes.read(house, house.clinician, note_id).updated_at < timedelta(days=1)


def _carried_out_and_never_answered(route: Route) -> None:
    """What is worst: it was saved, and nobody heard of it."""
    route.fetch()
    route.abort()
