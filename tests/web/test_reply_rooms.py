"""The rooms in which people see what clients answered: replies, what was told in confidence, tasks."""

import pytest

from schemas.vocabulary import TaskKind
from tests.support import links as messages
from tests.support.house import House
from tests.support.links import Sent
from tests.web.conftest import OWN_PAGE, Scene, Visitor


@pytest.fixture
def sent(house: House, drifting: Scene) -> Sent:
    return messages.send(house, drifting.people["Jonas Weber"], house.clinician)


def answer(visitor: Visitor, sent: Sent, **form: object) -> None:
    assert visitor().post(sent.path, data=form).status_code == 303


def test_a_reply_is_next_on_today_until_it_is_handled(house: House, visitor: Visitor, sent: Sent) -> None:
    browser = visitor(house.clinician)
    assert "No reply is waiting." in browser.get("/replies").text
    answer(visitor, sent, answer="call_me", words="After <six>.", reasons=["not_heard"])
    today = browser.get("/caseload").text
    assert "Answer a reply" in today
    assert 'href="/replies">Read the reply' in today
    page = browser.get("/replies").text
    for words in ("Jonas Weber", "Asks for a call", "After &lt;six&gt;.", "They did not feel heard", "We spoke"):
        assert words in page
    (path,) = {part.split('"')[0] for part in page.split('action="')[1:] if part.startswith("/replies/")}
    assert browser.post(path, data={"how": "nonsense"}).headers["location"].startswith("/replies#reply-")
    assert "Jonas Weber" in browser.get("/replies").text
    assert browser.post(path, data={"how": "spoke"}).headers["location"] == "/replies"
    assert "No reply is waiting." in browser.get("/replies").text
    assert "Answer a reply" not in browser.get("/caseload").text


def test_a_reply_is_written_back_to_from_its_room(house: House, visitor: Visitor, sent: Sent) -> None:
    browser = visitor(house.clinician)
    answer(visitor, sent, answer="call_me", words="After six, please.")
    page = browser.get("/replies").text
    assert "Write back" in page
    path = next(part.split('"')[0] for part in page.split('href="')[1:] if "in_reply_to=" in part)
    form = browser.get(path).text
    assert "This answers what the client wrote." in form
    assert "After six, please." in form
    assert "<summary>In which language" in form
    assert 'lang="en" name="body"' in form
    assert 'name="kind" value="answer"' in form
    reply_id = path.split("in_reply_to=")[1]
    given = {"kind": "answer", "in_reply_to": reply_id, "subject": "Hello", "body": "Hello Jonas, I will call you."}
    made = browser.post(path.split("?")[0], data=given)
    assert made.status_code == 303
    assert "An answer to a reply" in browser.get(made.headers["location"]).text
    refused = browser.post(path.split("?")[0], data={**given, "in_reply_to": ""})
    assert refused.status_code == 422


def test_a_supervisor_reads_replies_and_gets_no_button(house: House, visitor: Visitor, sent: Sent) -> None:
    answer(visitor, sent, answer="call_me")
    page = visitor(house.supervisor).get("/replies").text
    assert "Asks for a call" in page
    assert 'action="/replies/' not in page


def test_its_reader_sees_what_was_told_in_confidence_and_acts_on_it(house: House, visitor: Visitor, sent: Sent) -> None:
    browser = visitor(house.founder)
    assert "Nothing is waiting here." in browser.get("/concerns").text
    answer(visitor, sent, in_confidence="yes", reasons=["spoken_to_harshly"], words="Please stop writing to me.")
    listed = browser.get("/concerns").text
    path = "/concerns/" + listed.split('href="/concerns/')[1].split('"')[0]
    page = browser.get(path).text
    for words in ("Jonas Weber", "They were spoken to harshly", "Please stop writing to me.", "ask us not to write"):
        assert words in page
    assert browser.post(f"{path}/hold").status_code == 303
    assert "messages are held" in browser.get("/concerns").text
    assert browser.post(f"{path}/lift").status_code == 303
    assert "Hold messages" in browser.get(path).text
    assert browser.post(f"{path}/release", data={}).status_code == 422
    refused = browser.post(f"{path}/release", data={"client_agreed_on": "2031-01-01"})
    assert refused.status_code == 422
    assert "A day between the one on which it came and today." in refused.text
    assert browser.post(f"{path}/release", data={"client_agreed_on": house.now.date().isoformat()}).status_code == 303
    assert "The client agreed on" in browser.get(path).text
    assert "Please stop writing to me." in visitor(house.clinician).get("/replies").text
    assert browser.post(f"{path}/handled").status_code == 303
    assert "Jonas Weber" not in browser.get("/concerns").text
    assert "Jonas Weber" in browser.get("/concerns?handled=yes").text
    other = visitor(house.lead)
    assert "Jonas Weber" not in other.get("/concerns").text + other.get("/concerns?handled=yes").text
    assert other.get(path).status_code == 404


def test_today_tells_its_reader_alone_that_a_confidence_waits(house: House, visitor: Visitor, sent: Sent) -> None:
    said = "told to you in confidence"
    others = [visitor(who) for who in (house.clinician, house.lead, house.supervisor)]
    browser = visitor(house.founder)
    assert said not in browser.get("/caseload").text
    answer(visitor, sent, in_confidence="yes", words="Please listen.")
    assert f'{said}. <a href="/concerns">' in browser.get("/caseload").text
    assert not [one for one in others if said in one.get("/caseload").text]
    path = "/concerns/" + browser.get("/concerns").text.split('href="/concerns/')[1].split('"')[0]
    browser.post(f"{path}/handled")
    assert said not in browser.get("/caseload").text


def test_who_is_no_lead_has_no_such_room(house: House, visitor: Visitor) -> None:
    assert "/concerns" not in visitor(house.clinician).get("/caseload").text
    assert visitor(house.clinician).get("/concerns").status_code == 403
    assert 'href="/concerns"' in visitor(house.lead).get("/caseload").text


def test_todays_page_shows_the_first_tasks_and_the_room_all_of_them(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    browser, case = visitor(house.clinician), drifting.people["Jonas Weber"]
    assert "Yours to do" not in browser.get("/caseload").text
    for due in (3, 2, 1):
        messages.task(house, case, house.clinician, TaskKind.UNDERSTAND_OPT_OUT, due=due)
    risk = messages.task(house, case, house.clinician, TaskKind.RISK_TODAY)
    today, room = browser.get("/caseload").text, browser.get("/tasks").text
    assert (today.count('action="/tasks/'), room.count('action="/tasks/')) == (2, 3)
    assert "All tasks" in today
    assert room.index(f'href="/tasks/{risk}/risk"') < room.index('action="/tasks/')
    refused = browser.post(f"/tasks/{risk}/done", headers=OWN_PAGE)
    assert refused.status_code == 409
    assert "Reach them today" in browser.get("/tasks").text


def test_a_form_of_another_site_handles_nothing(house: House, visitor: Visitor, sent: Sent) -> None:
    answer(visitor, sent, answer="call_me")
    browser = visitor(house.clinician)
    page = browser.get("/replies").text
    path = "/replies/" + page.split('action="/replies/')[1].split('"')[0]
    foreign = browser.post(path, data={"how": "spoke"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "Asks for a call" in browser.get("/replies").text
