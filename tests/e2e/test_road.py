"""The whole road, through HTTP and the pages, against running server and worker processes and a real mail server, on both databases.

A file goes in; somebody is drifting, with reasons; a check-in is refused while there is no permission, then approved and
received; its link is opened, which changes nothing, and answered; what still waited is cancelled; the ending is written
down and signed; the figures of a past year are released.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from tests.e2e.outside import EMAIL, PASSWORD, Integrator, found_practice, wait_until
from tests.support import server
from tests.support.browser import accessibility_faults
from tests.support.mail import Mailbox, real_server

_MAPPING = {
    "source": "survey",
    "client": ["client_no"],
    "clinician": ["therapist"],
    "appointment": ["client_no", "session_number"],
    "starts_at": {"column": "session_date", "format": "iso", "hour": "12:00"},
    "status": {"column": "attended", "values": {"1": "attended", "0": "no_show"}},
    "when_known": "session_end",
}
_DRIFTING, _STAYED, _LEFT = "c-0", 26, 16
_ADDRESS = "ana@example.com"
_WORDS = "Hello, this is Inés. I am around if you would like to find another time. No answer is fine too."
_LINK = re.compile(r"http://127\.0\.0\.1:\d+(/r/[A-Za-z0-9_-]+)")


def _last_year(today: date) -> int:
    """The latest whose facts are all in: ninety days after its end."""
    return today.year - 1 if today > date(today.year, 4, 3) else today.year - 2


def _sessions(today: date) -> str:
    """One client who came every week until two weeks ago; many in a past year, of whom some missed a time and did not come back."""
    rows: list[tuple[str, date, int]] = []
    rows += [(_DRIFTING, today - timedelta(days=16 + 7 * back), 1) for back in range(30)]
    year = _last_year(today)
    for client in range(1, 1 + _STAYED + _LEFT):
        stays = client <= _STAYED
        begin = date(year, 1, 8) + timedelta(days=client % 5)
        weeks = 50 if stays else 20
        rows += [(f"c-{client}", begin + timedelta(weeks=week), 1) for week in range(weeks)]
        if not stays:
            rows.append((f"c-{client}", begin + timedelta(weeks=weeks), 0))
    told = [f"K001,{client},{number},{day.isoformat()},{came}" for number, (client, day, came) in enumerate(rows)]
    return "\n".join(("therapist,client_no,session_number,session_date,attended", *told))


@dataclass
class Road:
    """What stands at the wayside: a clinician's browser, a client's without scripts, a program, the mail that was received."""

    page: Page
    clients_page: Page
    program: Integrator
    url: str
    database_url: str
    mailbox: Mailbox

    def item(self) -> dict[str, Any]:
        """The client's line of the caseload; fails where they are not on it."""
        (found,) = [item for item in self.program.every("/v1/caseload") if item["client"]["name"] == _DRIFTING]
        return found

    @property
    def client(self) -> str:
        return f"/clients/{self.item()['client']['id']}"

    def state_of(self, check_in_id: str) -> tuple[str, str | None]:
        found = self.program.get(f"/v1/check-ins/{check_in_id}")
        return found["state"], found["stopped_by"]

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table, but what the worker and the sign-ins of the others here keep for themselves."""
        engine, found = sa.create_engine(self.database_url), sa.MetaData()
        with engine.connect() as connection:
            found.reflect(connection)
            rows = {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                for table in found.sorted_tables
                if table.name not in {"request_windows", "audit_seals", "audit_unsealed"}
            }
        engine.dispose()
        return rows


@contextmanager
def _on_the_road(database_url: str, folder: Path, page: Page, clients_page: Page) -> Iterator[Road]:
    found_practice(database_url)
    with real_server() as (mailbox, port):
        settings = {
            "worker_in_process": "false",
            "undo_minutes": "0",
            "check_in_spacing_days": "1",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(port),
            "smtp_tls": "none",
        }
        with (
            server.running(database_url, folder, **settings) as running,
            server.working(database_url, folder, public_url=running.url, **settings),
        ):
            program = Integrator.signed_in(running.url)
            yield Road(page, clients_page, program, running.url, database_url, mailbox)


@pytest.mark.browser
@pytest.mark.slow
def test_the_whole_road(engine_url: str, tmp_path: Path, page: Page, page_without_scripts: Page) -> None:
    with _on_the_road(engine_url, tmp_path, page, page_without_scripts) as road:
        _facts_in(road)
        _notice(road)
        first = _refused_without_permission(road)
        _permit(road)
        _approve(road, first)
        wait_until(lambda: len(road.mailbox.received) == 1)
        wait_until(lambda: road.state_of(first) == ("sent", None))
        second = _write(road, "Hello again, this is Inés. Next week has room, and no answer is fine too.")
        _approve(road, second)
        assert road.state_of(second) == ("approved", None), "it waits a day after the first"
        _answer(road, _LINK.findall(road.mailbox.received[0].words)[0])
        assert road.state_of(second) == ("cancelled", "replied")
        _handle(road)
        _close(road)
        _learn(road)
        assert len(road.mailbox.received) == 1
        assert road.mailbox.received[0].to == [_ADDRESS]


def _go(road: Road, path: str) -> None:
    road.page.goto(f"{road.url}{path}")


def _facts_in(road: Road) -> None:
    page = road.page
    _go(road, "/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    _go(road, "/imports/new")
    content = _sessions(datetime.now(UTC).date())  # noqa: TID251  # a running server has the real clock
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "sessions.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_text("The file comes from another system").click()
    page.get_by_role("textbox", name="Mapping").fill(json.dumps(_MAPPING))
    page.get_by_role("button", name="Send the file").click()
    take_in = page.get_by_role("button", name="Take it in")
    take_in.wait_for(timeout=60_000)
    take_in.click()
    page.get_by_role("button", name="Undo this import").wait_for(timeout=60_000)


def _card(road: Road, stage: str) -> Locator:
    _go(road, f"/caseload?stage={stage}")
    named = road.page.get_by_role("link", name=_DRIFTING, exact=True)
    return road.page.get_by_role("listitem").filter(has=named).first


def _notice(road: Road) -> None:
    item = road.item()
    assert item["stage"] == "drifting"
    assert item["next_step"]["kind"] == "check_in"
    assert any("booked" in reason["text"] for reason in item["reasons"])
    card = _card(road, "drifting")
    expect(card.get_by_text("Drifting")).to_be_visible()
    expect(card.get_by_text(item["reasons"][0]["text"]).first).to_be_visible()


def _refused_without_permission(road: Road) -> str:
    card = _card(road, "drifting")
    card.get_by_role("link", name="Write it").click()
    road.page.get_by_label("Your words").fill(_WORDS)
    road.page.get_by_role("button", name="Look it over").click()
    expect(road.page.get_by_text("There is no address on record to write to.").first).to_be_visible()
    check_in_id = road.page.url.rsplit("/", 1)[1]
    road.page.get_by_role("button", name="Approve").click()
    expect(road.page.get_by_role("alert")).to_be_visible()
    found = road.program.get(f"/v1/check-ins/{check_in_id}")
    assert found["state"] == "draft"
    assert [decision["allowed"] for decision in found["decisions"]] == [False], "what was refused is on record"
    assert accessibility_faults(road.page) == []
    return check_in_id


def _permit(road: Road) -> None:
    page = road.page
    _go(road, f"{road.client}/consents/new")
    page.get_by_label("Way", exact=True).select_option("email")
    page.get_by_label("Number or address").fill(_ADDRESS)
    page.get_by_label("What the client said").select_option("granted")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(_ADDRESS).first).to_be_visible()


def _write(road: Road, words: str) -> str:
    _go(road, f"/episodes/{road.item()['episode']['id']}/check-ins/new")
    road.page.get_by_label("Your words").fill(words)
    road.page.get_by_role("button", name="Look it over").click()
    expect(road.page.get_by_role("heading", name="The wording")).to_be_visible()
    return road.page.url.rsplit("/", 1)[1]


def _approve(road: Road, check_in_id: str) -> None:
    _go(road, f"/check-ins/{check_in_id}")
    road.page.get_by_role("button", name="Approve").click()
    expect(road.page.get_by_role("heading", name="May it go?")).to_have_count(0)


def _answer(road: Road, path: str) -> None:
    """Mail scanners open links: nothing may come of that."""
    client = road.clients_page
    wait_until(lambda: road.everything() == road.everything())
    before = road.everything()
    for method in ("GET", "HEAD"):
        opened = httpx.request(method, road.url + path, timeout=30, trust_env=False)
        assert opened.status_code in (httpx.codes.OK, httpx.codes.METHOD_NOT_ALLOWED)
    client.goto(road.url + path)
    expect(client.get_by_role("button", name="Please call me")).to_be_visible()
    assert road.everything() == before
    client.get_by_role("button", name="Please call me").click()
    expect(client.get_by_role("heading", level=1)).to_be_visible()
    item = road.item()
    assert item["next_step"]["kind"] == "answer_reply"
    assert item["stage"] == "engaged", "an answer is a sign of life"
    expect(_card(road, "engaged").get_by_role("link", name="Read the reply")).to_be_visible()


def _handle(road: Road) -> None:
    (reply,) = road.program.every("/v1/replies")
    assert reply["answer"] == "call_me"
    handled = road.program.call("POST", f"/v1/replies/{reply['id']}/handled", json={"how": "spoke"})
    assert handled.status_code == httpx.codes.OK, handled.text
    assert road.item()["next_step"]["kind"] != "answer_reply"


def _close(road: Road) -> None:
    page, client, episode_id = road.page, road.client, road.item()["episode"]["id"]
    _go(road, f"/episodes/{episode_id}/notes/new")
    page.get_by_role("button", name="Yes, we talked about it").click()
    page.get_by_label("How it ended").select_option("client_told_us")
    page.get_by_label("Closing session").select_option("declined")
    page.get_by_label("Work reviewed").fill("Sleeping again; saying no at work.")
    page.get_by_label("Where they come from").select_option("at_closing")
    page.locator("#field-goal_1").fill("Keep Sunday free.")
    page.locator("#field-goal_1_why").fill("It is the day that is theirs.")
    page.locator("#field-goal_1_next_step").fill("Tell the team on Monday.")
    page.get_by_label("Safety at closing").fill("No concerns; knows whom to call.")
    page.get_by_role("button", name="Save and look it over").click()
    page.get_by_role("button", name="Sign this note").click()
    expect(page.get_by_text("Signed").first).to_be_visible()
    assert accessibility_faults(page) == []
    ended = road.program.get(f"/v1/episodes/{episode_id}")
    assert ended["ended_at"] is not None
    (note,) = road.program.every(f"/v1/termination-notes?episode_id={episode_id}")
    assert note["state"] == "signed"
    text = road.program.call("GET", f"/v1/termination-notes/{note['id']}/text").text
    assert "Keep Sunday free." in text
    assert client not in {f"/clients/{item['client']['id']}" for item in road.program.every("/v1/caseload")}


def _learn(road: Road) -> None:
    page, year = road.page, _last_year(datetime.now(UTC).date())  # noqa: TID251  # a running server has the real clock
    _go(road, "/statistics")
    page.get_by_role("link", name=f"See whether {year} can be released").click()
    page.get_by_role("button", name=f"Release {year} for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(year))
    assert accessibility_faults(page) == []
    (release,) = road.program.every("/v1/statistics/releases")
    document = road.program.get(f"/v1/statistics/releases/{release['id']}.json")
    shown = {one["figure"]: one for one in document["definitions"]}
    assert (shown["missed_last"]["count"], shown["missed_last"]["of_count"]) == (_LEFT, _LEFT + _STAYED)
    assert shown["agreed_ending"]["count"] is None, "nobody ended in agreement: that is withheld like a small number"
    assert shown["unilateral"]["count"] is None, "beside the other it would tell who is in one and not in both"
    csv = road.program.call("GET", f"/v1/statistics/releases/{release['id']}.csv").text
    assert "promise" in csv.lower()
