"""A cover is told that work which was passed on waits for whoever is away, and nothing of what was handed over."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.domain.errors import Invalid, NotFound
from api.services import clients
from schemas.vocabulary import Role
from schemas.wire.clients import ClientPatch
from tests.services.covering import SECRET, Absence, away
from tests.services.test_cover_referrals import couple, leave, told, waiting
from tests.support import transfers as ours
from tests.support.house import Case, House
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


def goes_elsewhere(scene: Absence, case: Case) -> None:
    """From tomorrow on the absent clinician was to ask whether the first meeting took place."""
    house, on = scene.house, scene.house.now.date() + timedelta(days=1)
    goes = {**ELSEWHERE, "first_meeting_on": on.isoformat(), "client_id": str(case.client_id)}
    ours.hand_over(house, ours.begin(house, case, scene.absent, **goes), scene.absent)


def signed_in_again(scene: Absence) -> TestClient:
    """On another day the former sign-in has run out."""
    who = scene.covering
    person = scene.house.practice.signed_in(who.id, who.name, who.email, frozenset({Role.CLINICIAN}))
    return browser_of(scene.house, person)


def test_whom_to_ask_whether_they_met_is_called_when_it_is_due_and_the_call_is_recorded(both_houses: House) -> None:
    scene = away(both_houses)
    bea = both_houses.client("Bea", scene.absent)
    goes_elsewhere(scene, bea)
    leave(scene, bea)
    with pytest.raises(NotFound):
        told(scene, bea)
    both_houses.wait(days=1)
    assert told(scene, bea).client_id == bea.client_id
    path, browser = f"/covers/{scene.cover_id}", signed_in_again(scene)
    assert f'action="{path}/episodes/{bea.episode_id}/contacts"' in browser.get(path).text


def test_of_a_couple_nobody_but_whom_the_work_goes_elsewhere_with_is_called(shared_house: House) -> None:
    scene = away(shared_house)
    bea, cy = couple(scene)
    goes_elsewhere(scene, bea)
    leave(scene, bea)
    leave(scene, cy)
    shared_house.wait(days=1)
    assert told(scene, bea, of=False).client_id == bea.client_id
    with pytest.raises(Invalid):
        told(scene, cy)


def test_today_says_that_somebody_waits_to_be_asked(shared_house: House) -> None:
    scene = away(shared_house)
    bea = shared_house.client("Bea", scene.absent)
    goes_elsewhere(scene, bea)
    leave(scene, bea)
    assert "Nobody there needs an act now." in signed_in_again(scene).get("/caseload").text
    shared_house.wait(days=1)
    today = signed_in_again(scene).get("/caseload").text
    assert "Nobody there needs an act now." not in today
    assert f'href="/covers/{scene.cover_id}#passed-on"' in today
    assert "Bea" in today


def handed_to(scene: Absence, **more: str) -> Case:
    """Work that a colleague passed on to whoever is away, and that nobody has read yet."""
    house = scene.house
    ana = house.client("Ana", house.founder)
    ours.hand_over(house, ours.begin(house, ana, house.founder, to_id=scene.absent.id, **more), house.founder)
    return ana


def test_somebody_handed_to_whoever_is_away_may_be_called_and_stands_there_once(both_houses: House) -> None:
    scene = away(both_houses)
    ana = handed_to(scene, first_meeting_on=(both_houses.now.date() + timedelta(days=1)).isoformat())
    assert told(scene, ana).client_id == ana.client_id
    both_houses.wait(days=1)
    assert [(one.client.name, one.unread) for one in waiting(scene).transfers] == [("Ana", True)]


def test_nobody_who_has_died_is_called_for_a_transfer(shared_house: House) -> None:
    scene = away(shared_house)
    bea = shared_house.client("Bea", scene.absent)
    goes_elsewhere(scene, bea)
    leave(scene, bea)
    shared_house.wait(days=1)
    with shared_house.work(scene.absent) as work:
        version = clients.read(work, bea.client_id).version
        clients.change(work, bea.client_id, ClientPatch(died_on=shared_house.now.date()), version=version)
    assert waiting(scene).transfers == []
    with pytest.raises(NotFound):
        told(scene, bea)
