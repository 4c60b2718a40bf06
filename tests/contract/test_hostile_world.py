"""One practice with hostile text in every free text: all that the API, the pages and the files then show of it."""

import csv
import io
import re
from uuid import UUID
from zipfile import ZipFile

import pytest
from structlog.testing import capture_logs

from tests.contract.crawl import Page, Walk, walk
from tests.contract.hostile import NOT_KEPT, NOT_TOLD, Told, write_everywhere
from tests.contract.routes import ROUTES
from tests.contract.world import World
from tests.support.counts import Say
from tests.support.hostile import MARK, SAMPLES
from tests.support.house import House
from tests.support.messages import approved
from tests.support.pdfs import Opened


@pytest.fixture(scope="module")
def world(street: House) -> World:
    return World(street)


@pytest.fixture(scope="module")
def told(world: World) -> Told:
    """No line of the log has any of it."""
    with capture_logs() as lines:
        written = write_everywhere(world)
    assert not [line for line in lines if MARK in str(line)]
    return written


def test_what_people_write_comes_back_as_they_wrote_it(world: World, told: Told, say: Say) -> None:
    """By the answer itself, or by whatever of it is read afterwards."""
    for route in [route for route in ROUTES if route.method == "GET" and not route.path.endswith(".pdf")]:
        told.hear(world.house.api(world.founder).get(world.address(route)))
    lost = {name for name, text in told.texts.items() if not told.holds(text)}
    assert {name for name in lost if name.partition(" ")[0] not in NOT_KEPT} == NOT_TOLD
    assert len(told.texts) >= 150
    say(f"hostile texts: {len(told.texts)} written and read back")


@pytest.fixture(scope="module")
def seen(world: World, told: Told) -> Walk:
    assert told.texts
    found = walk(world)
    found.pages["/check-ins/{check_in_id}"].append(Page(found.client.get(f"/check-ins/{gone(world)}").text))
    return found


def gone(world: World) -> UUID:
    """A message whose words nobody changes any more."""
    return approved(world.house, world.case, world.founder, body="\n".join(SAMPLES))


# They go on elsewhere, or need more than this world has: a question, a printed letter, an answered text message.
NOT_OPENED = {
    "/",
    "/check-ins/{check_in_id}/file",
    "/check-ins/{check_in_id}/letter.pdf",
    "/clients/search",
    "/episodes/{episode_id}/return",
    "/statistics/period",
    "/tasks/{task_id}/risk",
    "/texts/{text_id}",
}


def test_every_page_is_seen(seen: Walk, say: Say) -> None:
    assert seen.unopened <= NOT_OPENED
    count = sum(map(len, seen.pages.values()))
    marked = [one for pages in seen.pages.values() for one in pages if any(MARK in text.text for text in one.texts)]
    assert len(marked) >= 80
    say(f"hostile texts: {count} pages seen, {len(marked)} of them with some, {len(seen.forms)} forms")


def test_no_page_makes_markup_of_what_people_wrote(seen: Walk) -> None:
    strange = {path: one.strange for path, pages in seen.pages.items() for one in pages if one.strange}
    assert not strange


def test_what_people_wrote_stands_in_its_own_direction(seen: Walk) -> None:
    """Arabic and Hebrew read from the right, and turn nothing of what stands around them. The title of a page has no part."""
    loose = {
        f"{path}: {'>'.join(text.around[-3:])}"
        for path, pages in seen.pages.items()
        for one in pages
        for text in one.texts
        if MARK in text.text and not text.aligned and "title" not in text.around
    }
    assert not loose


def test_whoever_writes_does_so_in_their_own_direction(seen: Walk) -> None:
    """Also where nothing stands yet."""
    loose = {f"{path} {name}" for path, pages in seen.pages.items() for one in pages for name in one.loose_fields}
    assert not loose


# Another part is asked for first: a file; and whoever began a moment ago does not begin twice.
NOT_SPOILT = {"/imports", "/clients/{}/episodes/new"}
TICKED = {"/practice/help": {"checked": "on"}}


def test_a_form_with_a_control_character_comes_back_as_it_was_typed(seen: Walk, say: Say) -> None:
    asked = {action: form for action, form in seen.forms.items() if form.typed and action not in NOT_SPOILT}
    wrong = {}
    for action, form in asked.items():
        spoilt = dict.fromkeys(form.typed, "a\x07b")
        answer = seen.client.post(form.action, data={**form.other, **spoilt, **TICKED.get(action, {})})
        back = Page(answer.text)
        kept = {name for one in back.forms for name, value in one.typed.items() if value == "a\x07b"}
        left = (spoilt.keys() - kept) | (spoilt.keys() - back.faulty)
        if answer.status_code != 422 or left:
            wrong[action] = (answer.status_code, left)
    assert wrong == {}
    assert len(asked) >= 32
    say(f"hostile texts: {len(asked)} forms with {sum(len(one.typed) for one in asked.values())} texts")


def test_a_form_that_is_no_text_is_refused_or_shown_as_what_can_be_read(seen: Walk) -> None:
    """NUL and its like are refused; half a character and what is no UTF-8 are read with a sign for what is lost, as browsers do."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for spoilt, taken in ((b"%00", 422), (b"%1B", 422), (b"%C2%9B", 422), (b"%ED%A0%80", 200), (b"%FF", 200)):
        answer = seen.client.post("/clients/search", content=b"name=a" + spoilt + b"b", headers=form)
        assert answer.status_code == taken, spoilt
        assert ("name" in Page(answer.text).faulty) is (taken == 422), spoilt


def test_no_cell_of_a_file_begins_a_formula(seen: Walk) -> None:
    sheets = [one.text for files in seen.files.values() for one in files if "csv" in one.headers["content-type"]]
    cells = [cell for text in sheets for row in csv.reader(io.StringIO(text)) for cell in row]
    assert cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_a_record_that_is_handed_out_has_the_texts_as_text(seen: Walk) -> None:
    saved = [ZipFile(io.BytesIO(one.content)) for one in seen.files["/clients/{client_id}/export"]]
    parts = {name: one.read(name).decode() for one in saved for name in one.namelist() if not name.endswith(".pdf")}
    assert any(MARK in text for text in parts.values())
    pages = [Page(text) for name, text in parts.items() if name.endswith(".html")]
    assert pages
    assert not [page.strange for page in pages if page.strange != ["style"]]  # that of the page itself


def test_a_note_on_paper_has_the_texts_as_text_and_does_nothing(seen: Walk) -> None:
    """No text is read as what makes pages: nothing that runs, no link but our own, and every sign stands there."""
    longest = max((one.content for one in seen.files["/notes/{note_id}/note.pdf"]), key=len)
    for does in (b"/JavaScript", b"/JS", b"/Launch", b"/SubmitForm", b"/EmbeddedFile"):
        assert does not in longest
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in Opened(longest).reader.pages))
    for said in (f"<script>{MARK}()</script>", "#setpage()#import", "{{7*7}}${7*7}", "@ref<label>", "';DROPTABLE"):
        assert said in text, said


def test_a_file_is_named_by_us_alone(seen: Walk) -> None:
    """And no other program keeps it."""
    checked = 0
    for one in [one for files in seen.files.values() for one in files]:
        named = one.headers.get("content-disposition", "")
        assert re.fullmatch(r'attachment(; filename="[a-z0-9.-]+")?', named), named
        assert "no-store" in one.headers["cache-control"]
        assert one.headers["x-content-type-options"] == "nosniff"
        checked += 1
    assert checked >= 8
