"""The page Replies: what may be danger first, then whoever has waited longest, with what each answer took the place of."""

from starlette.testclient import TestClient

from api.domain.replies import Told
from api.services import concerns, replies
from api.services.work import unit
from schemas.vocabulary import GivenReason, ReplyAnswer
from tests.support import links as messages
from tests.support.house import House
from tests.support.links import Sent
from tests.web.conftest import Visitor


def answer(house: House, sent: Sent, told: Told) -> None:
    with unit(house.runtime) as work:
        replies.answer(work, replies.open_link(work, sent.token, "192.0.2.7").link, told)


def shown(browser: TestClient) -> str:
    page = browser.get("/replies")
    assert page.status_code == 200
    return page.text


def test_the_inbox_is_in_order_and_tells_what_was_changed(house: House, visitor: Visitor) -> None:
    who = house.practice.elena
    ana, jonas, priya = (
        messages.send(house, house.client(name, who), who) for name in ("Ana Moreno", "Jonas Weber", "Priya Nair")
    )
    answer(house, ana, Told(ReplyAnswer.CALL_ME))
    answer(house, jonas, Told(ReplyAnswer.CALL_ME))
    house.wait(minutes=20)
    answer(house, jonas, Told(ReplyAnswer.FINISHED_FOR_NOW, (GivenReason.GOALS_REACHED,), "I changed my mind."))
    answer(house, priya, Told(words="I do not want to be here anymore."))
    page = shown(visitor(who))
    assert page.index("Priya Nair") < page.index("Ana Moreno") < page.index("Jonas Weber")
    assert "I changed my mind." in page


def test_the_reader_sees_what_a_concern_took_the_place_of(house: House, visitor: Visitor) -> None:
    sent = messages.send(house, house.client("Ana Moreno", house.practice.elena), house.practice.elena)
    for words in ("First words.", "In other words."):
        with unit(house.runtime) as work:
            link = replies.open_link(work, sent.token, "192.0.2.7").link
            concerns.confide(work, link, Told(reasons=(GivenReason.SPOKEN_TO_HARSHLY,), words=words))
    with house.work(house.founder) as work:
        (told,) = concerns.page(work, handled=False, cursor=None, limit=9).items
    page = visitor(house.founder).get(f"/concerns/{told.id}")
    assert page.status_code == 200
    assert "In other words." in page.text
    assert "First words." in page.text
