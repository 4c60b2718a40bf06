"""The page on how the practice notices: what each level would mean here, and the days on which nobody is expected."""

import re

from starlette.testclient import TestClient

from api.domain import weights
from schemas.vocabulary import Sensitivity
from tests.services import records
from tests.services.imports import files
from tests.support.house import House
from tests.web.conftest import Visitor

PATH = "/practice/noticing"


def version(browser: TestClient) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(PATH).text)
    assert found is not None
    return found[1]


def chosen(browser: TestClient) -> list[str]:
    return re.findall(r'value="(\w+)" required checked', browser.get(PATH).text)


def test_each_level_stands_there_with_its_flags_per_hundred_clients(house: House, visitor: Visitor) -> None:
    admin = visitor(house.admin)
    page = admin.get(PATH).text
    assert page.count('type="radio"') == len(Sensitivity)
    for level in Sensitivity:
        flags = weights.load(level).expected_flags
        assert f"Per 100 clients a month: about {flags.drifting:g} drifting, {flags.quiet:g} quiet." in page
    assert "running episode" not in page.split("<form")[2].split("</fieldset>")[0]
    for number in range(3):
        house.client(f"Client {number}", house.clinician)
    page = admin.get(PATH).text
    assert page.count("For your 3 running episodes:") == len(Sensitivity)
    assert "in most months 0 to " in page


def test_a_chosen_level_is_kept_shown_and_works_its_way_through(house: House, visitor: Visitor) -> None:
    records.weekly(house, house.clinician, last=2)
    files.assess(house)
    admin, clinician = visitor(house.admin), visitor(house.clinician)
    assert chosen(admin) == ["balanced"]
    form = {"sensitivity": "earlier", "default_cadence_days": "14", "version": version(admin)}
    assert admin.post(PATH, data={**form, "sensitivity": "paranoid"}).status_code == 422
    assert admin.post(PATH, data=form).headers["location"] == PATH
    assert chosen(admin) == ["earlier"]
    for browser, path in ((admin, PATH), (clinician, "/practice")):
        assert "Episodes are being looked at again: 0 of 1 are done." in browser.get(path).text
    files.assess(house)
    shown = clinician.get("/practice").text
    assert "being looked at again" not in shown
    assert "<strong>Earlier.</strong>" in shown
    assert "every 2 weeks" in shown
    stale = admin.post(PATH, data=form)
    assert stale.status_code == 412
    assert "Somebody changed this since you read it." in stale.text
    assert f'name="version" value="{version(admin)}"' in stale.text


def test_whoever_may_not_set_it_reads_it_and_gets_no_form(house: House, visitor: Visitor) -> None:
    for person in (house.clinician, house.lead, house.supervisor):
        browser = visitor(person)
        assert "<strong>Balanced.</strong>" in browser.get("/practice").text
        assert f'href="{PATH}"' not in browser.get("/practice").text
        assert browser.get(PATH).status_code == 403
        assert browser.post(PATH, data={"sensitivity": "fewer", "version": "1"}).status_code == 403


def test_closed_days_are_recorded_beside_it_and_taken_back(house: House, visitor: Visitor) -> None:
    admin = visitor(house.admin)
    backwards = admin.post("/practice/closures", data={"from_on": "2026-12-31", "to_on": "2026-12-24"})
    assert backwards.status_code == 422
    assert 'id="fault-to_on">The last day comes before the first.' in backwards.text
    assert 'value="2026-12-31"' in backwards.text
    assert chosen(admin) == ["balanced"]
    assert admin.post("/practice/closures", data={"from_on": "2026-12-24", "to_on": "2026-12-31"}).status_code == 303
    page = admin.get(PATH).text
    assert "Thu 24 December to Thu 31 December" in page
    assert "Thu 24 December to Thu 31 December" in admin.get("/practice").text
    path = re.search(r"/practice/closures/[0-9a-f-]+/withdraw", page)
    assert path is not None
    assert admin.post(path[0]).headers["location"] == PATH
    assert "Thu 24 December" not in admin.get(PATH).text
