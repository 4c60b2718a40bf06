"""Statistics in the browser: no figure before a release, the release with its promise, its files; usable by everybody."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.services.test_releases import settle
from tests.support.browser import accessibility_faults
from tests.support.house import House
from tests.web.conftest import Visitor


def main_of(html: str) -> str:
    return html.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.fixture
def settled(house: House) -> House:
    settle(house)
    return house


def test_a_period_is_looked_at_and_released_and_its_files_are_there(settled: House, visitor: Visitor) -> None:
    browser = visitor(settled.admin)
    listed = browser.get("/statistics").text
    assert "Nothing has been released yet." in listed
    assert "/statistics/period?first_year=2025" in listed
    before = browser.get("/statistics/period", params={"first_year": "2025"}).text
    assert "This period can be released." in before
    assert "What it does not promise" in before
    assert not {"35", "20", "15"} & set(re.findall(r"\d+", main_of(before)))
    answer = browser.post("/statistics/releases", data={"first_year": "2025", "last_year": "2025"})
    assert answer.status_code == 303
    path = answer.headers["location"]
    page = browser.get(path).text
    assert "Released. It will not change any more." in page
    assert "D1 <code>missed_last</code>, version 1" in page
    assert "C3 <code>closing_held</code>, version 1" in page
    assert "withheld" in page
    document = browser.get(f"{path}/release.json")
    assert document.headers["content-disposition"] == "attachment"
    told = json.loads(document.text)
    assert [one["count"] for one in told["definitions"]] == [None, 15, 15, *[None] * 6]
    sheet = browser.get(f"{path}/release.csv")
    assert "missed_last,D1,1," in sheet.text
    assert browser.get("/statistics").text.count(path) == 4
    again = browser.get("/statistics/period", params={"first_year": "2024", "last_year": "2025"}).text
    assert "a year is published once" in again
    assert '<form method="post" action="/statistics/releases">' not in again


def test_too_few_clients_are_said_kindly_and_without_a_number(house: House, visitor: Visitor) -> None:
    settle(house, kept=8, quiet=9)
    page = visitor(house.admin).get("/statistics/period", params={"first_year": "2025"}).text
    assert "Not enough clients to publish." in page
    assert not {"17", "8", "9", "16"} & set(re.findall(r"\d+", main_of(page)))
    assert (
        visitor(house.admin).post("/statistics/releases", data={"first_year": "2025", "last_year": "2025"}).status_code
        == 409
    )


@pytest.mark.parametrize(
    "typed", [{}, {"first_year": "soon"}, {"first_year": "2025", "last_year": "2020"}, {"first_year": "-"}]
)
def test_a_period_that_is_none_comes_back_with_what_to_put_right(
    settled: House, visitor: Visitor, typed: dict[str, str]
) -> None:
    answer = visitor(settled.admin).get("/statistics/period", params=typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert visitor(settled.admin).post("/statistics/releases", data=typed).status_code == 422


def test_a_member_without_the_right_sees_no_room_of_statistics(settled: House, visitor: Visitor) -> None:
    assert 'href="/statistics"' not in visitor(settled.clinician).get("/me").text
    assert 'href="/statistics"' in visitor(settled.admin).get("/me").text


@pytest.fixture(params=["light", "dark"])
def watched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(color_scheme=request.param, viewport={"width": 320, "height": 640})
    yield context
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_of_it_is_accessible_and_fits_a_narrow_screen(
    settled: House, site: str, watched: BrowserContext
) -> None:
    watched.add_cookies([{"name": "leavetaking", "value": settled.admin.token, "url": site}])
    page = watched.new_page()
    paths = ["/statistics", "/statistics/period?first_year=2025", "/statistics/period?first_year=x"]
    faults = {}
    for path in paths:
        page.goto(site + path)
        faults[path] = accessibility_faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(site + paths[1])
    page.get_by_role("button", name="Release 2025 for good").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2025"
    faults["release"] = accessibility_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert {path: found for path, found in faults.items() if found} == {}
