"""The page of a closing session: one tap for each step, the answer in the inbox that leads there, and what it shows."""

from schemas.tables import Reply
from schemas.vocabulary import ReplyAnswer
from tests.support import links
from tests.support.house import Case, House
from tests.web.conftest import Scene, Visitor


def test_each_step_is_one_tap(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.clinician)
    path = f"/episodes/{case.episode_id}/closing-session"
    first = browser.get(path).text
    assert "Nothing is on record" in first
    assert "They said yes" not in first
    for step, shown in (("offered", "Offered"), ("declined", "Offered, and declined")):
        answer = browser.post(
            f"{path}/steps", data={"step": step, "client_id": str(case.client_id)}, follow_redirects=True
        )
        assert f'<span class="stage">{shown}</span>' in answer.text
    again = browser.post(
        f"{path}/steps", data={"step": "declined", "client_id": str(case.client_id)}, follow_redirects=True
    )
    assert "recorded already" in again.text
    wrong = browser.post(f"{path}/steps", data={"step": "not_answered", "client_id": str(case.client_id)})
    assert wrong.status_code == 409
    assert "does not follow" in wrong.text


def test_a_time_is_tied_and_untied(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.clinician)
    path, time = (
        f"/episodes/{case.episode_id}/closing-session",
        next(one for one in drifting.appointments_of(case) if one.status == "attended"),
    )
    told = {"step": "booked", "client_id": str(case.client_id), "appointment_id": str(time.id)}
    assert "It is for something else" in browser.post(f"{path}/steps", data=told, follow_redirects=True).text
    untied = browser.post(
        f"{path}/steps", data={"step": "untied", "client_id": str(case.client_id)}, follow_redirects=True
    ).text
    assert "Offered and accepted, not held" in untied


def _asked(house: House, case: Case) -> str:
    reply_id = links.reply(house, case, house.clinician, links.send(house, case, house.clinician))
    with house.work(house.clinician) as work:
        work.session.get_one(Reply, (work.practice_id, reply_id)).answer = ReplyAnswer.CLOSING_SESSION
    return str(reply_id)


def test_the_answer_in_the_inbox_leads_to_the_yes(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.clinician)
    reply_id = _asked(house, case)
    path = f"/episodes/{case.episode_id}/closing-session"
    link = f"{path}?reply={reply_id}&amp;client={case.client_id}"
    assert link in browser.get("/replies").text
    assert "Record their yes" in browser.get(link.replace("&amp;", "&")).text
    told = {"step": "accepted", "client_id": str(case.client_id), "reply_id": reply_id}
    answer = browser.post(f"{path}/steps", data=told, follow_redirects=True).text
    assert "Accepted, by an answer of theirs" in answer


def test_words_that_offer_one_come_with_the_box_ticked(house: House, visitor: Visitor, drifting: Scene) -> None:
    case, browser = drifting.people["Jonas Weber"], visitor(house.clinician)
    path = f"/episodes/{case.episode_id}/check-ins/new"
    box = 'name="offers_closing_session" type="checkbox"'
    assert f"{box} checked" in browser.get(f"{path}?template=closing_offer").text
    assert f"{box} checked" not in browser.get(path).text
    draft = browser.post(path, data={"body": "Hello. No answer is fine.", "offers_closing_session": "on"})
    assert f"{box} checked" in browser.get(draft.headers["location"]).text
    assert "An offer is written" in browser.get(f"/episodes/{case.episode_id}/closing-session").text
