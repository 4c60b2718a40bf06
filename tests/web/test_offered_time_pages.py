"""Offered times by hand: typed on the client's clock, tapped behind the link in both languages, booked from the inbox."""

import re
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.services import appointments, checkins, replies
from schemas.tables import OfferedTime
from schemas.vocabulary import Locale, ReplyAnswer
from schemas.wire.checkins import CheckInIn
from tests.support import links
from tests.support.house import Case, House
from tests.support.links import Sent
from tests.support.messages import address
from tests.web.conftest import Visitor

WORDS = "Hello, these times are free: {offered_times}. None of them is fine too."


@pytest.fixture
def case(house: House) -> Case:
    return house.client("Ana Moreno", house.practice.elena)


@pytest.fixture
def browser(house: House, visitor: Visitor) -> TestClient:
    return visitor(house.practice.elena)


@pytest.fixture
def anybody(house: House) -> TestClient:
    return TestClient(house.app, headers={"Accept": "text/html"}, follow_redirects=False)


def offering(house: House, case: Case, locale: Locale = Locale.EN) -> tuple[Sent, list[str]]:
    """A message that was sent, and the ids of its times."""
    sent = links.send(house, case, house.practice.elena, locale=locale)
    with house.work(house.practice.elena) as work:
        at = [house.now + timedelta(days=days, hours=5) for days in (6, 8)]
        given = CheckInIn(episode_id=case.episode_id, body=WORDS, offered_times=at)
        made = checkins.draft(work, given)
    with house.rows() as work:
        for one in made.offered_times:
            row = work.session.get_one(OfferedTime, (work.practice_id, one.id))
            row.check_in_id = sent.check_in_id
    return sent, [str(one.id) for one in made.offered_times]


def test_times_are_typed_on_the_clients_clock_and_shown_again(house: House, browser: TestClient, case: Case) -> None:
    address(house, case, house.practice.elena)
    form = f"/episodes/{case.episode_id}/check-ins/new"
    assert "On the clock of Europe/Madrid" in browser.get(form).text
    data = {"kind": "check_in", "body": WORDS, "time_1": "2026-03-10T16:00", "time_2": "2026-03-12T10:15"}
    answer = browser.post(form, data=data)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    assert "Tuesday 10 March at 4:00 pm or Thursday 12 March at 10:15 am" in page
    assert 'value="2026-03-10T16:00"' in page
    words = {"version": "1", "act": "approve", "kind": "check_in", "locale": "en", "subject": "A note", "body": WORDS}
    changed = {"time_1": "2026-03-10T16:00", "time_3": "2026-03-11T09:00"}
    assert browser.post(f"{answer.headers['location']}/words", data={**words, **changed}).status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "Approved, waiting to go" in page
    assert "Wed 11 March, 09:00, held for them" in page
    assert "Thu 12 March" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"time_1": "2026-03-10T16:00"}, "Offer two or three times, or none."),
        ({"time_1": "2026-03-01T16:00", "time_2": "2026-03-10T16:00"}, "Offer times that are still to come."),
        ({"time_1": "soon", "time_2": "2026-03-10T16:00"}, "Give a day and a time"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_the_field(
    browser: TestClient, case: Case, typed: dict[str, str], said: str
) -> None:
    form = f"/episodes/{case.episode_id}/check-ins/new"
    answer = browser.post(form, data={"kind": "check_in", "body": WORDS, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert WORDS in answer.text


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (Locale.EN, ("Tuesday 10 March at 3:30 pm", "All in Madrid time.")),
        (Locale.ES, ("Martes 10 de marzo a las 15:30", "Todas en hora de Madrid.")),
    ],
)
def test_behind_the_link_each_time_is_a_button(
    house: House, anybody: TestClient, case: Case, locale: Locale, said: tuple[str, str]
) -> None:
    read, zone = said
    sent, (first, second) = offering(house, case, locale)
    page = anybody.get(sent.path).text
    assert re.search(rf'<button class="tap" type="submit" name="time" value="{first}">{read}</button>', page)
    assert zone in page
    answer = anybody.post(sent.path, data={"time": second, "words": "Thank you."})
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, f"{sent.path}/thanks")
    assert anybody.get(sent.path).text == page  # nothing of what was answered
    with house.work(house.practice.elena) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=5).items
    assert (reply.answer, reply.words) == (ReplyAnswer.COME_BACK, "Thank you.")
    assert reply.chosen_time == house.now + timedelta(days=8, hours=5)


def test_a_time_that_has_gone_is_said_and_nothing_is_recorded(house: House, anybody: TestClient, case: Case) -> None:
    sent, _ = offering(house, case)
    answer = anybody.post(sent.path, data={"time": str(case.client_id)})
    assert answer.status_code == 409
    assert "This time has gone meanwhile" in answer.text
    assert anybody.post(sent.path, data={"time": "tomorrow"}).status_code == 422
    with house.work(house.practice.elena) as work:
        assert replies.page(work, handled=False, cursor=None, limit=5).items == []


def test_the_inbox_shows_the_time_and_one_tap_books_it(
    house: House, browser: TestClient, anybody: TestClient, case: Case
) -> None:
    sent, (first, _) = offering(house, case)
    anybody.post(sent.path, data={"time": first})
    page = browser.get("/replies").text
    assert "Tue 10 March, 15:30" in page
    (action,) = re.findall(r'action="(/replies/[^"]+/book)"', page)
    assert browser.post(action).status_code == 303
    assert action not in browser.get("/replies").text
    assert "booked ahead" in browser.get(f"/clients/{case.client_id}").text
    assert browser.post(action).status_code == 303  # a hurried finger


def test_a_time_that_is_over_is_not_booked_and_the_card_says_so(
    house: House, browser: TestClient, anybody: TestClient, case: Case
) -> None:
    sent, (first, _) = offering(house, case)
    anybody.post(sent.path, data={"time": first})
    with house.rows() as work:
        row = work.session.get_one(OfferedTime, (work.practice_id, UUID(first)))
        row.starts_at = work.now - timedelta(minutes=1)
    (action,) = re.findall(r'action="(/replies/[^"]+/book)"', browser.get("/replies").text)
    answer = browser.post(action)
    assert answer.status_code == 409
    assert "find another together" in answer.text


def test_what_is_offered_to_somebody_else_is_booked_by_hand_once_that_is_said(
    house: House, browser: TestClient, case: Case
) -> None:
    offering(house, case)
    other = house.client("Bea Gil", house.practice.elena)
    form = f"/episodes/{other.episode_id}/appointments"
    at = (house.now + timedelta(days=6, hours=5)).astimezone(ZoneInfo("Europe/Madrid"))
    data = {"starts_at": f"{at:%Y-%m-%dT%H:%M}"}
    assert "Book it all the same" not in browser.get(form).text
    answer = browser.post(form, data=data)
    assert answer.status_code == 409
    assert "This is offered to somebody else and held until" in answer.text
    assert "Ana" not in answer.text
    assert 'name="although_offered"' in answer.text
    assert browser.post(form, data={**data, "although_offered": "on"}).status_code == 303
    with house.work(house.practice.elena) as work:
        (booked,) = appointments.page(
            work, episode_id=other.episode_id, since=None, until=None, cursor=None, limit=5
        ).items
    form, later = f"/appointments/{booked.id}/outcome", at + timedelta(days=2)
    data = {"tap": "rescheduled", "new_starts_at": f"{later:%Y-%m-%dT%H:%M}"}
    answer = browser.post(form, data=data)
    assert answer.status_code == 409
    assert 'name="although_offered"' in answer.text
    assert browser.post(form, data={**data, "although_offered": "on"}).status_code == 303
