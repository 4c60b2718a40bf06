"""A cover is told that work which was passed on waits for whoever is away, and nothing of what was handed over."""

from datetime import timedelta

from tests.services.covering import SECRET, away
from tests.services.test_cover_referrals import waiting
from tests.support import transfers as ours
from tests.support.house import House
from tests.support.transfers import ELSEWHERE
from tests.web.test_transfer_pages import browser_of


def test_what_they_were_to_read_or_to_ask_is_shown_when_it_is_due_and_no_word_of_it(shared_house: House) -> None:
    house = shared_house
    scene = away(house)
    unread = house.client("Ana", house.founder)
    parts = [{"part": "summary", "words": SECRET}]
    ours.hand_over(house, ours.begin(house, unread, house.founder, to_id=scene.absent.id, parts=parts), house.founder)
    elsewhere, on = house.client("Bea", scene.absent), house.now.date() + timedelta(days=1)
    goes = {**ELSEWHERE, "parts": parts, "first_meeting_on": on.isoformat()}
    ours.hand_over(house, ours.begin(house, elsewhere, scene.absent, **goes), scene.absent)
    assert [(one.client.name, one.unread) for one in waiting(scene).transfers] == [("Ana", True)]
    page = browser_of(house, scene.covering).get(f"/covers/{scene.cover_id}").text
    assert "Work that was passed on" in page
    assert "Not read yet" in page
    assert SECRET not in page
    house.wait(days=1)
    found = waiting(scene)
    assert [(one.client.name, one.unread) for one in found.transfers] == [("Ana", True), ("Bea", False)]
    assert SECRET not in found.model_dump_json()
