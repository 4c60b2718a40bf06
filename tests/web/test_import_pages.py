"""Imports: a try first, a report that adds up, taking in, taking back; faults beside their field."""

import json
import re
from collections.abc import Callable

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.jobs.worker import Worker
from api.services import clients
from tests.support.house import House
from tests.web.conftest import Visitor

MAPPING = {
    "source": "calendar",
    "client": "client",
    "starts_at": {"column": "when", "format": "%Y-%m-%d %H:%M"},
    "status": {"column": "status", "values": {"yes": "attended"}},
}
ROWS = [f"{number % 4},2026-01-{number + 1:02} 10:00,{'yes' if number else 'hm'}" for number in range(20)]
FILE = "\n".join(["client,when,status", *ROWS]).encode()
Send = Callable[..., Response]


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.lead)


@pytest.fixture
def send(browser: TestClient) -> Send:
    def post(content: bytes = FILE, name: str = "times.csv", **form: str) -> Response:
        return browser.post("/imports", data={"mapping": json.dumps(MAPPING), **form}, files={"file": (name, content)})

    return post


def counts(html: str) -> dict[str, int]:
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="number">([\d,]+)</td>', html)
    return {words: int(count.replace(",", "")) for words, count in rows}


def every_client(house: House) -> int:
    with house.work(house.lead) as work:
        return len(clients.page(work, name=None, after=None, limit=50).items)


def test_a_file_is_tried_taken_in_and_taken_back(house: House, browser: TestClient, send: Send) -> None:
    page = send(dry_run="on").headers["location"]
    waiting = browser.get(page).text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    assert "The file has arrived." in waiting
    Worker(house.runtime).until_idle()
    tried = browser.get(page).text
    assert "http-equiv" not in tried
    assert "Nothing has changed yet" in tried
    assert counts(tried) == {"New": 19, "Could not be read": 1, "All rows read": 20}
    assert every_client(house) == 0

    assert browser.post(f"{page}/apply").headers["location"] == page
    Worker(house.runtime).until_idle()
    taken = browser.get(page).text
    assert counts(taken) == counts(tried)
    assert every_client(house) == 4
    assert "Undo this import" in taken
    assert browser.post(f"{page}/apply").status_code == 409

    assert browser.post(f"{page}/undo").headers["location"] == page
    Worker(house.runtime).until_idle()
    assert ">Undone<" in browser.get(page).text
    assert every_client(house) == 0


def test_the_report_names_lines_and_never_repeats_them(house: House, browser: TestClient, send: Send) -> None:
    page = send(dry_run="on").headers["location"]
    Worker(house.runtime).until_idle()
    html = browser.get(page).text
    assert re.search(r'data-label="Line">2</th>', html)
    assert "<bdi>status</bdi>" in html
    assert ">hm<" not in html


def test_a_mapping_can_be_sent_as_a_file(browser: TestClient) -> None:
    files = {"file": ("times.csv", FILE), "mapping_file": ("mapping.json", json.dumps(MAPPING).encode())}
    assert browser.post("/imports", files=files).status_code == 303


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"mapping": "{"}, "mapping", "Invalid JSON"),
        ({"mapping": '{"source": "x"}'}, "mapping", "client: Field required"),
        ({"mapping": "", "source": "Not Allowed"}, "source", "Small letters"),
        ({"mapping": "", "kind": "nonsense"}, "kind", "Choose one of these."),
        ({"mapping": ""}, "file", "none of the native files"),
        ({"mapping": json.dumps({**MAPPING, "client": "no such column"})}, "file", "no column"),
    ],
)
def test_what_cannot_be_understood_is_said_beside_its_field(
    send: Send, form: dict[str, str], field: str, said: str
) -> None:
    answer = send(**form)
    assert answer.status_code == 422
    fault = re.search(rf'id="fault-{field}">([^<]*)<', answer.text)
    assert fault is not None
    assert said in fault[1]


def test_no_file_and_a_file_that_is_none_are_refused_kindly(browser: TestClient, send: Send) -> None:
    assert "Choose the file to send." in browser.post("/imports", data={"mapping": ""}).text
    assert send(b"\x89PNG\r\n\x1a\n\x00\x00", mapping="").status_code == 422
    assert send(b"", mapping="").status_code == 422


def test_a_misspelt_part_of_the_form_and_a_second_file_are_refused_and_nothing_is_imported(
    browser: TestClient, send: Send
) -> None:
    assert send(dryrun="on").status_code == 422
    file = ("file", ("times.csv", FILE))
    twice = browser.post("/imports", data={"mapping": json.dumps(MAPPING)}, files=[file, file])
    assert twice.status_code == 422
    assert "Send this once." in twice.text
    assert "times.csv" not in browser.get("/imports").text


def test_a_hostile_file_name_is_only_a_name(browser: TestClient, send: Send) -> None:
    page = send(name="<img src=x onerror=alert(1)>.csv").headers["location"]
    for html in (browser.get(page).text, browser.get("/imports").text):
        assert "<img" not in html
        assert "&lt;img" in html


def test_without_imports_the_page_says_what_they_are_for(browser: TestClient) -> None:
    assert "No file has been imported yet." in browser.get("/imports").text
