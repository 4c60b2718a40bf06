"""The first half of the road, against a running server, through HTTP and the pages, on both databases.

A file shaped like real ones goes in; the caseload shows who is drifting, with reasons and the next act; a call, a
booking and an absence each change that.
"""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.outside import EMAIL, PASSWORD, Integrator, found_practice, wait_until
from tests.support import server

_MAPPING = {
    "source": "survey",
    "client": ["therapist", "client_no"],
    "clinician": ["therapist"],
    "appointment": ["therapist", "client_no", "session_number", "session_date"],
    "starts_at": {"column": "session_date", "format": "iso", "hour": "12:00"},
    "status": {"column": "attended", "values": {"1": "attended", "0": "no_show"}},
    "when_known": "session_end",
}
# Weeks since the last session, by client: the first is still coming, the others have not been seen for a while.
_WEEKS_AWAY = {"1": 0, "2": 6, "3": 6, "4": 6}


def _sessions(today: date) -> str:
    """A weekly year for each client, up to some weeks ago; a repeated row and a day with two rows, as in real files."""
    lines = ["therapist,client_no,session_number,session_date,attended"]
    for client, away in _WEEKS_AWAY.items():
        for number in range(1, 31):
            day = today - timedelta(days=1 + 7 * (30 - number + away))
            lines.append(f"K001,{client},{number},{day.isoformat()},1")
    lines.append(lines[5])
    lines.append(lines[9].replace(",9,", ",10,"))
    return "\n".join(lines)


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def _import_by_page(page: Page, url: str, content: str) -> None:
    page.goto(f"{url}/imports/new")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "sessions.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_text("The file comes from another system").click()
    page.get_by_role("textbox", name="Mapping").fill(json.dumps(_MAPPING))
    page.get_by_role("button", name="Send the file").click()
    take_in = page.get_by_role("button", name="Take it in")
    take_in.wait_for(timeout=60_000)
    expect(page.get_by_text("Every row is accounted for.")).to_be_visible()
    take_in.click()
    page.get_by_role("button", name="Undo this import").wait_for(timeout=60_000)


def _stages(program: Integrator) -> dict[str, str]:
    """Stage by client's name; the file has no names, so a client is called by their key."""
    return {item["client"]["name"]: item["stage"] for item in program.every("/v1/caseload")}


@pytest.mark.browser
@pytest.mark.slow
def test_from_a_file_to_the_next_kind_act(engine_url: str, tmp_path: Path, page: Page) -> None:
    found_practice(engine_url)
    with server.running(engine_url, tmp_path, worker_in_process="true") as running:
        program = Integrator.signed_in(running.url)
        _sign_in(page, running.url)
        content = _sessions(datetime.now(UTC).date())  # noqa: TID251  # a running server has the real clock
        _import_by_page(page, running.url, content)

        report = program.every("/v1/imports")[0]
        assert report["rows_read"] == 30 * len(_WEEKS_AWAY) + 2
        assert report["counts"] == {"created": 30 * len(_WEEKS_AWAY) + 1, "duplicate": 1}
        names = sorted(_stages(program))
        assert [_stages(program)[name] for name in names] == ["engaged", "quiet", "quiet", "quiet"]
        called, booked, away = names[1:]

        page.goto(f"{running.url}/caseload?stage=quiet")
        card = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=called))
        expect(card.get_by_text("Nothing is booked.").first).to_be_visible()
        expect(card.get_by_text("Next", exact=True)).to_be_visible()
        card.get_by_role("button", name="Called, spoke").click()
        expect(page.get_by_text("Recorded.")).to_be_visible()
        assert _stages(program)[called] == "engaged"

        _book(program, booked)
        assert _stages(program)[booked] != "quiet"

        _record_absence(page, running.url, away)
        assert _stages(program)[away] == "paused"
        page.goto(f"{running.url}/caseload")
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")

        undone = program.call("POST", f"/v1/imports/{report['id']}/undo")
        assert undone.status_code == httpx.codes.OK
        wait_until(lambda: program.get(f"/v1/imports/{report['id']}")["state"] == "undone")
        left = program.every("/v1/appointments")
        assert [row["status"] for row in left] == ["booked"], "what was recorded here stays"


def _episode(program: Integrator, name: str) -> str:
    found = [item for item in program.every("/v1/caseload") if item["client"]["name"] == name]
    episode_id: str = found[0]["episode"]["id"]
    return episode_id


def _book(program: Integrator, name: str) -> None:
    soon = datetime.now(UTC) + timedelta(days=2)  # noqa: TID251  # a running server has the real clock
    booking = {"episode_id": _episode(program, name), "starts_at": soon.isoformat(), "initiator": "client"}
    assert program.call("POST", "/v1/appointments", json=booking).status_code == httpx.codes.CREATED


def _record_absence(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/caseload")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="A pause, or the client away").click()
    today = datetime.now(UTC).date()  # noqa: TID251  # a running server has the real clock
    page.get_by_label("First day").fill(today.isoformat())
    page.get_by_label("Last day").fill((today + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Paused").first).to_be_visible()
