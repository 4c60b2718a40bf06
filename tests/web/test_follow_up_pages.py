"""A note that a client asked for, on pages: recorded, written, wanted no more."""

import re
from datetime import timedelta

from api.services import clients
from schemas.wire.clients import ClientPatch
from tests.support.house import House
from tests.web.conftest import HOSTILE, Visitor


def test_a_wish_is_recorded_and_leads_to_the_message(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser, path = visitor(house.founder), f"/episodes/{case.episode_id}/follow-ups"
    assert path in browser.get(f"/clients/{case.client_id}").text
    wish = {"words": f"A line in summer. {HOSTILE}", "due_on": (house.now.date() + timedelta(days=30)).isoformat()}
    for _ in range(2):
        assert browser.post(path, data=wish).status_code == 303
    page = browser.get(path).text
    assert page.count("A line in summer.") == 2  # the line, and the words read out with its link
    assert "<script>alert" not in page
    (compose,) = re.findall(r'href="([^"]+check-ins/new\?asked_for_on=[^"]+)"', page)
    written = browser.get(compose).text
    assert f'value="{house.now.date().isoformat()}"' in written
    assert re.search(r'value="follow_up" selected', written)
    (end,) = re.findall(r'action="([^"]+/end)"', page)
    assert browser.post(end, data={"because": "written", "version": "1"}).status_code == 303
    assert browser.post(end, data={"because": "written", "version": "1"}).status_code == 409
    assert "Written, " in browser.get(path).text


def test_what_is_no_wish_is_asked_for_again(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser, path = visitor(house.founder), f"/episodes/{case.episode_id}/follow-ups"
    good = {"words": "A line in summer.", "due_on": (house.now.date() + timedelta(days=30)).isoformat()}
    for field, value in (
        ("words", ""),
        ("words", "x" * 100_000),
        ("words", "A bell \x07"),
        ("due_on", "2099-01-01"),
        ("due_on", "soon"),
        ("asked_on", "2099-01-01"),
    ):
        refused = browser.post(path, data={**good, field: value})
        assert refused.status_code == 422, (field, value)
        assert f'id="fault-{field}"' in refused.text


def test_for_somebody_who_has_died_there_is_no_form_and_the_page_says_why(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser, path = visitor(house.founder), f"/episodes/{case.episode_id}/follow-ups"
    wish = {"words": "A line in summer.", "due_on": (house.now.date() + timedelta(days=30)).isoformat()}
    browser.post(path, data=wish)
    with house.work(house.founder) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=version)
    page = browser.get(path).text
    assert "has died. Nobody is asked to write to them" in page
    assert "A line in summer." in page
    assert "Record a wish" not in page
    assert "Write it" not in page
