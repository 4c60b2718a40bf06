"""The page for a last meeting as a page: to print, in two languages, in one's own words, hostile ones shown as words."""

import re

from tests.support.house import House
from tests.web.conftest import HOSTILE, Scene, Visitor


def test_it_is_read_put_in_own_words_and_given_up(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.clinician)
    path = f"/episodes/{case.episode_id}/closing-session/agenda"
    assert path in browser.get(f"/episodes/{case.episode_id}/closing-session").text
    page = browser.get(path).text
    assert "Early signs" in page
    assert "Primeras señales" in browser.get(f"{path}?locale=es").text
    assert "<h2>Early signs</h2>" not in browser.get(f"{path}?form=short").text
    told = dict(re.findall(r'name="(version|client_id|locale|form)" value="([^"]+)"', page))
    assert browser.post(f"{path}/words", data={**told, "words_review": HOSTILE}).status_code == 303
    kept = browser.get(path).text
    assert HOSTILE not in kept
    assert "In your own words." in kept
    assert browser.post(f"{path}/words", data={**told, "words_review": "Late."}).status_code == 412
    assert browser.post(f"{path}/words", data={**told, "version": "1"}).status_code == 422
    assert browser.post(f"{path}/discard", data={"client_id": str(case.client_id)}).status_code == 303
    assert "A proposal" in browser.get(path).text
