"""An ending in the real browser: written, kept through a lost connection, signed, printed, cosigned; and the letter is in the client's mail."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from api.jobs.deliveries import Courier
from api.outbound.mail import Server, Smtp, Tls
from api.services import consents
from schemas.vocabulary import Channel, ConsentState, NoteState
from schemas.wire.clients import ConsentIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import Case, House, Person
from tests.support.mail import Received, real_server
from tests.web.test_pages_in_browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_ADDRESS = "ana@example.com"


@pytest.fixture
def people(house: House) -> tuple[Person, Person]:
    return post.trained(house)


@pytest.fixture
def case(house: House, people: tuple[Person, Person]) -> Case:
    """Somebody who may be written to about the work."""
    made = house.client("Ana Moreno", people[0])
    allowed = {"channel": Channel.EMAIL, "address": _ADDRESS, "state": ConsentState.GRANTED}
    with house.work(people[0]) as work:
        consents.add(work, made.client_id, ConsentIn.model_validate({**allowed, "may_mention_therapy": True}))
    return made


def test_an_ending_from_the_first_word_to_the_clients_letter(
    house: House, site: str, page: Page, people: tuple[Person, Person], case: Case
) -> None:
    trainee, supervisor = people
    enter(page.context, site, trainee)
    path = _write(page, site, case)
    _write_the_letter(page, site + path)
    page.goto(site + path)
    page.get_by_role("button", name="Sign this note").click()
    expect(page.get_by_text("waiting for a cosignature").first).to_be_visible()
    assert carried(house) == [], "a trainee's signature lets nothing go"
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("note.*PDF", re.IGNORECASE)).first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    _cosign(page, site + path, supervisor)
    (letter,) = carried(house)
    assert letter.to == [_ADDRESS]
    assert "Travel alone." in letter.words
    assert house.now > notes.read(house, trainee, _note_id(path)).created_at
    assert notes.read(house, trainee, _note_id(path)).state is NoteState.SIGNED


def _write(page: Page, site: str, case: Case) -> str:
    """With a connection that goes and comes back while it is written."""
    page.goto(f"{site}/episodes/{case.episode_id}/notes/new")
    page.get_by_role("button", name="Yes, we talked about it").click()
    page.get_by_label("How it ended").select_option("agreed")
    page.get_by_label("Closing session").select_option("held")
    kept = page.locator("[data-keep-shown]")
    page.wait_for_load_state()  # a page whose script the lost connection kept back would say nothing
    page.context.set_offline(True)
    page.get_by_label("Work reviewed").fill("What we did about the panic, step by step.")
    expect(kept).to_contain_text("the connection is gone", timeout=10_000)
    page.get_by_label("Where they come from").select_option("at_closing")
    page.locator("#field-goal_1").fill("Travel alone.")
    page.locator("#field-goal_1_why").fill("To see her sister.")
    page.locator("#field-goal_1_next_step").fill("Two stops on Saturday.")
    page.context.set_offline(False)
    expect(kept).to_contain_text("Saved by itself at", timeout=15_000)
    page.get_by_label("Safety at closing").fill("No thoughts of harm; knows whom to call.")
    page.get_by_role("button", name="Save and look it over").click()
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()
    expect(page.get_by_label("To read, or to copy")).to_have_value(re.compile("Two stops on Saturday"))
    return page.url.removeprefix(site)


def _write_the_letter(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_label("Your words")).to_have_value(re.compile(r"\{growth_goals\}"))
    page.goto(address)
    expect(page.get_by_role("region", name="The closing letter")).to_contain_text("Travel alone.")


def _cosign(page: Page, address: str, supervisor: Person) -> None:
    page.context.clear_cookies()
    enter(page.context, address.partition("/notes")[0], supervisor)
    page.goto(address)
    page.get_by_role("button", name=re.compile("Cosign")).click()
    expect(page.get_by_text("Signed").first).to_be_visible()


def _note_id(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[1])


def carried(house: House) -> list[Received]:
    """By a real mail server, once the time to undo is over."""
    house.wait(minutes=6)
    with real_server() as (mailbox, port):
        house.runtime.carrier = Smtp(Server("127.0.0.1", port, "notes@practice.example", tls=Tls.NONE))
        while Courier(house.runtime).step():
            pass
        return list(mailbox.received)
