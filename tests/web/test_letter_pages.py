"""The closing letter on the pages: beside its note, signed with it, printed; hostile words shown as words."""

import re
from uuid import UUID

from starlette.testclient import TestClient

from api.services import consents, terminations
from schemas.vocabulary import Channel, ConsentState, Role
from schemas.wire.clients import ConsentIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import Case, House, Person
from tests.web.conftest import HOSTILE, Visitor

ADVISED = "You have not replied to my last three messages."


def scene(house: House, who: Person) -> tuple[Case, str]:
    """A client who may be written to about the work, and the path of a finished note."""
    case = house.client("Ana Moreno", who)
    given = ConsentIn(
        channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.GRANTED, may_mention_therapy=True
    )
    with house.work(who) as work:
        consents.add(work, case.client_id, given)
    return case, f"/notes/{notes.draft(house, who, case).id}"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, name
    return found[1]


def signature(browser: TestClient, path: str, act: str, **more: str) -> int:
    page = browser.get(path).text
    told = {name: hidden(page, name) for name in ("version", "letter_id", "letter_version")}
    return browser.post(f"{path}/{act}", data={**told, "with_letter": "on", **more}).status_code


def test_written_beside_the_note_signed_with_it_and_gone(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    _, path = scene(house, elena)
    browser = visitor(elena)
    assert "The closing letter goes with it" not in browser.get(path).text
    begun = browser.post(f"{path}/letter")
    message = begun.headers["location"]
    assert browser.post(f"{path}/letter").headers["location"] == message
    page = browser.get(message).text
    assert "It is approved with the signature of" in page
    assert 'value="approve"' not in page
    assert "Why you write" not in page
    assert 'data-kind="closing_letter"' in page
    for told in ("{way_back}", "{return_path}", "A short message or a call", "Travel alone."):
        assert told in page.partition("what it says now")[2]
    saved = browser.post(
        f"{message}/words",
        data={"version": hidden(page, "version"), "subject": "A note", "body": post.PLAIN, "act": "look"},
    )
    assert saved.status_code == 303, saved.text
    assert "The closing letter goes with it" in browser.get(path).text
    assert signature(browser, path, "sign") == 303
    assert "Approved, on its way" in browser.get(path).text
    assert [one.to for one in post.carry(house).letters] == ["ana@example.com"]
    assert "Gone" in browser.get(path).text


def test_unticked_the_note_is_signed_alone(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    _, path = scene(house, elena)
    browser = visitor(elena)
    message = browser.post(f"{path}/letter").headers["location"]
    page = browser.get(path).text
    assert browser.post(f"{path}/sign", data={"version": hidden(page, "version")}).status_code == 303
    assert post.carry(house).letters == []
    assert 'value="approve"' in browser.get(message).text


def test_a_letter_that_may_not_go_says_why_and_the_note_stays_a_draft(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    case = house.client("Ana", elena)
    path = f"/notes/{notes.draft(house, elena, case).id}"
    browser = visitor(elena)
    browser.post(f"{path}/letter")
    page = browser.get(path).text
    told = {name: hidden(page, name) for name in ("version", "letter_id", "letter_version")}
    answer = browser.post(f"{path}/sign", data={**told, "with_letter": "on"})
    assert answer.status_code == 409
    assert "address" in answer.text
    assert "Sign this note" in answer.text


def test_who_cosigns_reads_the_letter_and_lets_it_go(house: House, visitor: Visitor) -> None:
    trainee, supervisor = post.trained(house)
    _, path = scene(house, trainee)
    browser, above = visitor(trainee), visitor(supervisor)
    message = browser.post(f"{path}/letter").headers["location"]
    assert signature(browser, path, "sign") == 303
    assert "stands as it is until the cosignature" in browser.get(message).text
    assert 'action="' + message + '/words"' not in browser.get(message).text
    assert "As its author approved it" in above.get(path).text
    assert signature(above, path, "cosign") == 303
    assert len(post.carry(house).letters) == 1


def test_printed_and_given_to_them(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    _, path = scene(house, elena)
    browser = visitor(elena)
    browser.post(f"{path}/letter")
    letter = f"/letters/{hidden(browser.get(path).text, 'letter_id')}"
    early = browser.post(f"{letter}/hand-over", data={"version": "1"})
    assert early.status_code == 409
    browser.post(f"{path}/sign", data={"version": "1"})
    page = browser.get(letter).text
    assert "thank you for the time" in page
    told = {"version": hidden(page, "version"), "override_reason": "They know these words."}
    assert browser.post(f"{letter}/hand-over", data=told).status_code == 303
    assert "Gone" in browser.get(path).text


def test_before_the_cosignature_it_is_a_draft_on_paper_and_nobody_is_invited_to_print_it(
    house: House, visitor: Visitor
) -> None:
    trainee, supervisor = post.trained(house)
    _, path = scene(house, trainee)
    browser, above = visitor(trainee), visitor(supervisor)
    browser.post(f"{path}/letter")
    letter = f"/letters/{hidden(browser.get(path).text, 'letter_id')}"
    told: dict[str, str] = {}
    for who, act in ((browser, "sign"), (above, "cosign")):
        assert "Print it" not in browser.get(path).text
        page = browser.get(letter).text
        assert "DRAFT. This is not a letter yet" in page
        assert "Print this page" not in page
        assert "I gave it to them" not in page
        told["version"] = str(notes.read(house, supervisor, UUID(path.removeprefix("/notes/"))).version)
        assert who.post(f"{path}/{act}", data=told).status_code == 303
    assert "Print it" in browser.get(path).text
    page = browser.get(letter).text
    assert "DRAFT" not in page
    assert "Print this page" in page


def test_what_the_review_advises_on_goes_with_the_signature_and_a_reason(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    _, path = scene(house, elena)
    browser = visitor(elena)
    message = browser.post(f"{path}/letter").headers["location"]
    assert 'name="override_reason"' not in browser.get(path).text
    words = {"version": hidden(browser.get(message).text, "version"), "subject": "A note", "act": "look"}
    browser.post(f"{message}/words", data={**words, "body": f"{post.PLAIN} {ADVISED}"})
    page = browser.get(message).text
    assert "The review found nothing" not in page
    assert 'name="override_reason"' not in page
    assert 'name="override_reason"' in browser.get(path).text
    assert signature(browser, path, "sign") == 409
    assert signature(browser, path, "sign", override_reason="They ask for it plainly.") == 303
    assert "They ask for it plainly." in browser.get(message).text


def test_hostile_goals_are_words_in_the_letter(house: House, visitor: Visitor) -> None:
    elena = house.practice.elena
    _, path = scene(house, elena)
    note = notes.read(house, elena, UUID(path.removeprefix("/notes/")))
    with house.work(elena) as work:
        goals = [{"goal": HOSTILE, "why": "x", "next_step": "{clinician_name} {nonsense} } {"}]
        content = type(note.content).model_validate({**notes.TALKED, "growth_goals": goals, "return_path": HOSTILE})
        terminations.change(work, note.id, content, version=note.version)
    browser = visitor(elena)
    message = browser.post(f"{path}/letter").headers["location"]
    letter = f"/letters/{hidden(browser.get(path).text, 'letter_id')}"
    for page in (path, message, letter):
        text = browser.get(page).text
        assert HOSTILE not in text
        assert "{clinician_name} {nonsense} } {" in text


def test_of_a_client_who_died_nothing_is_begun(house: House, visitor: Visitor) -> None:
    lead = house.practice.member(Role.PRACTICE_LEAD, Role.CLINICIAN, name="Lea Mann")
    case = house.client("Ana", lead)
    path = f"/notes/{notes.draft(house, lead, case, **{**notes.SILENT, 'how_it_ended': 'client_died'}).id}"
    browser = visitor(lead)
    assert "No letter is written." in browser.get(path).text
    assert browser.post(f"{path}/letter").status_code == 409
