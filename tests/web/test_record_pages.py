"""The whole record of a client on pages: what will happen is said before it does, and a word has to be written."""

import io
import zipfile

from playwright.sync_api import Browser

from api.services import practices
from schemas.wire.practices import PracticePatch
from tests.services.erasing import ended
from tests.services.test_retention import gone, set_periods
from tests.support.browser import faults_on_a_small_phone
from tests.support.house import House
from tests.web.conftest import Visitor
from tests.web.test_pages_in_browser import enter


def test_a_record_is_erased_by_writing_the_word(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, about = visitor(house.lead), f"/clients/{case.client_id}"
    assert f"{about}/record" in browser.get(about).text
    assert f"{about}/record" not in visitor(house.clinician).get(about).text
    running = browser.get(f"{about}/record").text
    assert "nobody's care ends by being erased" in running
    assert 'name="confirm"' not in running
    assert browser.post(f"{about}/erase", data={"confirm": "erase", "reason": "client_asked"}).status_code == 409
    ended(house, case.episode_id)
    page = browser.get(f"{about}/record").text
    assert "Nothing brings it back." in page
    for confirm, reason in (("", "client_asked"), ("yes", "client_asked"), ("erase", "")):
        refused = browser.post(f"{about}/erase", data={"confirm": confirm, "reason": reason})
        assert refused.status_code == 422, (confirm, reason)
    done = browser.post(f"{about}/erase", data={"confirm": "Erase", "reason": "client_asked"})
    assert (done.status_code, done.headers["location"]) == (303, "/clients")
    for path in (about, f"{about}/record"):
        left = browser.get(path)
        assert left.status_code == 200
        assert "This client was erased" in left.text
        assert "Moreno" not in left.text
        assert "<form" not in left.text.split("<main", 1)[1]
    assert browser.get(f"{about}/edit").headers["location"] == about
    assert browser.post(f"{about}/erase", data={"confirm": "erase", "reason": "other"}).status_code == 409


def test_a_hold_is_set_with_its_reason_and_ended(house: House, visitor: Visitor) -> None:
    case = house.client("Ana", house.clinician)
    ended(house, case.episode_id)
    browser, path = visitor(house.lead), f"/clients/{case.client_id}"
    assert browser.post(f"{path}/legal-hold", data={"reason": " "}).status_code == 422
    assert browser.post(f"{path}/legal-hold", data={"reason": "Before <the> board."}).status_code == 303
    assert browser.post(f"{path}/legal-hold", data={"reason": "Again"}).status_code == 409
    page = browser.get(f"{path}/record").text
    assert "Before &lt;the&gt; board." in page
    assert 'name="confirm"' not in page
    assert browser.post(f"{path}/legal-hold/end").status_code == 303
    assert 'name="confirm"' in browser.get(f"{path}/record").text


def test_what_is_due_is_listed_and_kept_for_longer(house: House, visitor: Visitor) -> None:
    old = gone(house, "Old Friend", years_ago=8)
    browser = visitor(house.lead)
    assert "has set no time" in browser.get("/practice/retention").text
    admin = visitor(house.admin)
    form = {"name": "P", "time_zone": "Europe/Madrid", "locale": "en", "version": "1"}
    assert admin.post("/practice/edit", data={**form, "retention_years": "x"}).status_code == 422
    assert admin.post("/practice/edit", data={**form, "retention_years": "7"}).status_code == 303
    assert "7 years after the last episode ended" in browser.get("/practice").text
    listed = browser.get("/practice/retention").text
    assert "Old Friend" in listed
    assert f"/clients/{old}/record" in listed
    kept = browser.post(f"/clients/{old}/keep", data={"until": "2026-12-31", "reason": "The insurer asked."})
    assert kept.status_code == 303
    assert browser.post(f"/clients/{old}/keep", data={"until": "2020-01-01", "reason": "x"}).status_code == 422
    assert "Old Friend" not in browser.get("/practice/retention").text
    assert "The insurer asked." in browser.get(f"/clients/{old}/record").text
    emptied = {**form, "version": "2", "retention_years": "", "retention_years_of_minors": ""}
    assert admin.post("/practice/edit", data=emptied).status_code == 303
    with house.work(house.admin) as work:
        assert practices.read(work).retention_years is None


def test_the_export_is_a_file_to_save(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    answer = visitor(house.lead).get(f"/clients/{case.client_id}/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Ana Moreno" in zipfile.ZipFile(io.BytesIO(answer.content)).read("record.html").decode()


def test_these_pages_are_accessible_and_fit_a_small_phone(house: House, site: str, browser: Browser) -> None:
    old, erased = gone(house, "Old Friend", years_ago=8), gone(house, "Gone", years_ago=8)
    running = house.client("Running", house.clinician).client_id
    set_periods(house, 7)
    with house.work(house.admin) as work:
        practices.change(work, PracticePatch(retention_years_of_minors=10), version=2)
    api = house.api(house.lead)
    assert api.post(f"/v1/clients/{erased}/erase", json={"confirm": "erase", "reason": "other"}).status_code == 200
    paths = [f"/clients/{one}/record" for one in (old, running, erased)]
    paths += [f"/clients/{erased}", "/practice/retention", "/practice", "/practice/edit"]
    context = browser.new_context()
    enter(context, site, house.founder)
    assert faults_on_a_small_phone(context, [site + path for path in paths]) == {}
    context.close()
