"""Goals on pages: written down, changed, settled, in the note; and a client who comes back to them."""

import re

from schemas.tables import Reply
from schemas.vocabulary import ReplyAnswer
from tests.support import links, notes
from tests.support.house import House
from tests.web.conftest import HOSTILE, Visitor

ARABIC = "\u202e\u0645\u0631\u062d\u0628\u0627 \U0001f331"
GOAL = {"goal": f"{HOSTILE} {ARABIC}", "why": "To see her sister.", "next_step": "Two stops.", "how_known": "No map."}


def escaped(text: str) -> bool:
    return "<script>alert" not in text and "&lt;script&gt;" in text


def test_a_goal_is_written_down_changed_and_settled_by_plain_forms(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/goals"
    assert path in browser.get(f"/clients/{case.client_id}").text
    for _ in range(2):
        assert browser.post(path, data=GOAL).headers["location"] == path
    shown = browser.get(path).text
    assert shown.count("To see her sister.") == 1  # the second tap was the same
    assert escaped(shown)
    assert ARABIC in shown
    assert escaped(browser.get(f"/clients/{case.client_id}").text)
    (at,) = re.findall(r'href="(/goals/[^"]+)"', shown)
    assert escaped(browser.get(at).text)
    assert browser.post(at, data={**GOAL, "goal": "Rest.", "version": "1"}).headers["location"] == path
    stale = browser.post(at, data={**GOAL, "goal": "Mine.", "version": "1"})
    assert stale.status_code == 412
    assert "Rest." in stale.text
    assert "Mine." in stale.text
    assert 'name="version" value="2"' in stale.text
    assert browser.post(f"{at}/state", data={"state": "let_go", "version": "2"}).status_code == 303
    assert "Let go on" in browser.get(path).text
    assert browser.post(f"{at}/discard", data={"version": "3"}).status_code == 303
    assert "None is written down yet." in browser.get(path).text


def test_what_cannot_be_kept_is_asked_for_again_and_stays_in_the_form(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.clinician)
    browser, path = visitor(house.clinician), f"/episodes/{case.episode_id}/goals"
    for field, value in (
        ("goal", ""),
        ("why", "x" * 100_000),
        ("next_step", "A bell \x07"),
        ("agreed_on", "2099-01-01"),
    ):
        refused = browser.post(path, data={**GOAL, field: value})
        assert refused.status_code == 422, field
        assert f'id="fault-{field}"' in refused.text
        assert "No map." in refused.text


def test_a_note_is_begun_with_the_goals_and_keeps_them_through_a_save(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser = visitor(house.founder)
    browser.post(f"/episodes/{case.episode_id}/goals", data={**GOAL, "goal": "Travel alone."})
    edit = browser.post(f"/episodes/{case.episode_id}/notes/new", data={"form": "with_conversation"}).headers[
        "location"
    ]
    page = browser.get(edit).text
    assert "Travel alone." in page
    assert "No map." in page
    carried = dict(re.findall(r'name="(goal_1_(?:id|version))" value="([^"]+)"', page))
    assert carried["goal_1_version"] == "1"
    said = {
        **{name: value for name, value in notes.TALKED.items() if isinstance(value, str)},
        "goal_1": "Travel far.",
        "goal_1_why": "To see her sister.",
        "goal_1_next_step": "Two stops.",
        **carried,
        "version": "1",
    }
    assert browser.post(edit, data=said).status_code == 303
    note = edit.removesuffix("/edit")
    assert browser.post(f"{note}/sign", data={"version": "2"}).status_code == 303
    goals = browser.get(f"/episodes/{case.episode_id}/goals").text
    assert "Travel far." in goals
    assert "Travel alone." not in goals
    assert f'href="{note}"' in goals


def test_a_goal_that_is_emptied_in_the_note_is_not_in_it(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser = visitor(house.founder)
    browser.post(f"/episodes/{case.episode_id}/goals", data={"goal": "Travel alone."})
    edit = browser.post(f"/episodes/{case.episode_id}/notes/new", data={"form": "with_conversation"}).headers[
        "location"
    ]
    carried = dict(re.findall(r'name="(goal_1_(?:id|version))" value="([^"]+)"', browser.get(edit).text))
    sent = browser.post(
        edit, data={"form": "with_conversation", "goals_basis": "not_discussed", "version": "1", **carried}
    )
    assert sent.status_code == 303
    assert "Travel alone." not in browser.get(edit).text


def test_a_client_who_came_back_has_nothing_to_explain(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    notes.sign(house, house.founder, notes.draft(house, house.founder, case))
    browser, at = visitor(house.founder), f"/episodes/{case.episode_id}/return"
    assert at in browser.get(f"/clients/{case.client_id}").text
    assert "They came back" in browser.get(at).text
    done = browser.post(at, data={"kind": "ongoing"})
    assert done.headers["location"] == f"/clients/{case.client_id}"
    assert browser.post(at, data={"kind": "ongoing"}).status_code == 303  # the second tap
    page = browser.get(f"/clients/{case.client_id}").text
    assert page.count("nothing to explain") == 1
    assert page.index("Travel alone.") < page.index("What the record shows")
    assert at not in page
    assert 'href="/notes/' in page
    (path, goal) = re.findall(r'action="(/episodes/[^"]+/goals/take-up)">\s*<button[^>]+value="([^"]+)"', page)[0]
    for _ in range(2):
        assert browser.post(path, data={"goal_id": goal}).status_code == 303
    again = browser.get(f"/clients/{case.client_id}").text
    assert "Goes on" in again
    assert "take-up" not in again
    assert browser.post(path, data={"goal_id": str(case.client_id)}).status_code == 404


def test_work_that_runs_is_not_begun_again(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser, at = visitor(house.founder), f"/episodes/{case.episode_id}/return"
    assert browser.get(at).headers["location"] == f"/clients/{case.client_id}"
    assert browser.post(at).headers["location"] == f"/clients/{case.client_id}"
    assert browser.get(f"/clients/{case.client_id}").text.count("<article") == 1


def test_who_answers_that_they_would_come_back_is_led_there(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    sent = links.send(house, case, house.founder)
    browser, at = visitor(house.founder), f"/episodes/{case.episode_id}/return"
    notes.sign(house, house.founder, notes.draft(house, house.founder, case))
    reply_id = links.reply(house, case, house.founder, sent)
    assert at not in browser.get("/replies").text
    with house.rows() as work:
        work.session.get_one(Reply, (work.practice_id, reply_id)).answer = ReplyAnswer.COME_BACK
    assert at in browser.get("/replies").text
