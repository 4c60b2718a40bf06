"""A form in which a time is tapped beside what is for the practice lead alone: each part reaches whom it is for, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.services import concerns, replies
from schemas.tables import OfferedTime
from schemas.tables.base import new_id
from schemas.vocabulary import GivenReason, ReplyAnswer
from schemas.wire.concerns import ConcernOut
from schemas.wire.replies import ReplyOut
from tests.support import links as messages
from tests.support.house import Case, House, Person
from tests.support.links import Sent

WORDS = "What happened in March."


@pytest.fixture
def anybody(house: House) -> TestClient:
    return TestClient(house.app, follow_redirects=False)


def offered(house: House, case: Case, who: Person, message: Sent, *, released: bool = False) -> UUID:
    row = OfferedTime(
        id=new_id(),
        check_in_id=message.check_in_id,
        episode_id=case.episode_id,
        client_id=case.client_id,
        clinician_id=who.id,
        starts_at=house.now + timedelta(days=7),
        held_until=house.now + timedelta(days=7),
        released_at=house.now if released else None,
        created_at=house.now,
    )
    with house.work(who) as work:
        work.session.add(row)
    return row.id


def inbox(house: House, who: Person) -> list[ReplyOut]:
    with house.work(who) as work:
        return replies.page(work, handled=False, cursor=None, limit=9).items


def told(house: House) -> list[ConcernOut]:
    with house.work(house.founder) as work:
        return concerns.page(work, handled=False, cursor=None, limit=9).items


@pytest.mark.parametrize("apart", [{}, {"in_confidence": "yes"}, {"answer": "another_person"}])
def test_a_tapped_time_is_not_lost_and_the_rest_is_not_shown(
    house: House, anybody: TestClient, apart: dict[str, str]
) -> None:
    """Sent twice by a hurried finger, the reasons in another order: it is one answer and one concern."""
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    time_id = offered(house, case, house.clinician, sent)
    reasons = ["spoken_to_harshly", "moved"]
    for some in (reasons, reasons[::-1]):
        answer = anybody.post(sent.path, data={"time": str(time_id), "reasons": some, "words": WORDS, **apart})
        assert answer.headers["location"] == f"{sent.path}/thanks?lang=en"
    (reply,) = inbox(house, house.clinician)
    assert (reply.answer, reply.chosen_time) == (ReplyAnswer.COME_BACK, house.now + timedelta(days=7))
    assert (reply.reasons, reply.words, reply.replaced) == ([], None, [])
    (concern,) = told(house)
    assert (concern.words, set(concern.reasons), concern.replaced) == (
        WORDS,
        {GivenReason.SPOKEN_TO_HARSHLY, GivenReason.MOVED},
        [],
    )
    assert concern.answer == apart.get("answer")


def test_where_the_time_has_gone_nothing_is_taken_and_the_words_come_back_where_they_stood(
    house: House, anybody: TestClient
) -> None:
    """Put back among the words that the clinician reads, the next tap would send them there."""
    case, other = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    sent = messages.send(house, case, house.clinician)
    gone = offered(house, case, house.clinician, sent, released=True)
    offered(house, other, house.clinician, messages.send(house, other, house.clinician))
    answer = anybody.post(sent.path, data={"time": str(gone), "reasons": ["spoken_to_harshly"], "words": WORDS})
    assert (answer.status_code, inbox(house, house.clinician), told(house)) == (409, [], [])
    openly, _, apart = answer.text.partition('id="apart-words"')
    assert (WORDS in openly, WORDS in apart) == (False, True)


def test_where_nobody_is_independent_the_time_is_kept_and_the_page_says_what_is_not(
    house: House, anybody: TestClient
) -> None:
    case = house.client("Ana", house.founder)
    sent = messages.send(house, case, house.founder)
    time_id = offered(house, case, house.founder, sent)
    answer = anybody.post(sent.path, data={"time": str(time_id), "reasons": ["spoken_to_harshly"], "words": WORDS})
    assert answer.headers["location"] == f"{sent.path}/thanks-elsewhere?lang=en"
    page = anybody.get(answer.headers["location"]).text
    assert "It has arrived" in page
    assert "licenses therapists" in page
    (reply,) = inbox(house, house.founder)
    assert (reply.chosen_time, reply.reasons, reply.words) == (house.now + timedelta(days=7), [], None)
