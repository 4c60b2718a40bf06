"""Documents over the API and from the pages: a file with a neutral name that nothing keeps."""

import re

from starlette.testclient import TestClient

from api.store import practices as practice_store
from schemas.vocabulary import CheckInKind
from tests.support import messages, notes
from tests.support.house import House, Person
from tests.support.pdfs import Opened


def browser(house: House, who: Person) -> TestClient:
    return TestClient(house.app, headers={"Accept": "text/html"}, cookies={"leavetaking": who.token})


def test_each_document_is_a_file_without_a_client_s_name_that_nothing_keeps(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana Quiroga", who)
    draft = notes.draft(house, who, case)
    letter_id = messages.approved(house, case, who, kind=CheckInKind.CLOSING_LETTER)
    for client, paths in (
        (house.api(who), (f"/v1/termination-notes/{draft.id}.pdf", f"/v1/termination-notes/{draft.id}/evidence.pdf")),
        (house.api(who), (f"/v1/check-ins/{letter_id}/letter.pdf",)),
        (browser(house, who), (f"/notes/{draft.id}/note.pdf", f"/notes/{draft.id}/evidence.pdf")),
        (browser(house, who), (f"/check-ins/{letter_id}/letter.pdf",)),
    ):
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert re.fullmatch(r'attachment; filename="[a-z-]+2026-03-04\.pdf"', answer.headers["content-disposition"])
            assert Opened(answer.content).is_tagged
            assert Opened(answer.content).title not in (None, "")
            assert "Quiroga" not in str(Opened(answer.content).title)


def test_the_language_is_one_of_ours(shared_house: House) -> None:
    house = shared_house
    path = f"/v1/termination-notes/{notes.signed(house).id}.pdf"
    api = house.api(house.founder)
    assert Opened(api.get(path, params={"locale": "es"}).content).language == "es"
    assert api.get(path, params={"locale": "tlh"}).status_code == 422


def test_a_note_s_page_leads_to_its_documents_and_a_letter_s_to_its_own(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    draft = notes.draft(house, who, case)
    visitor = browser(house, who)
    page = visitor.get(f"/notes/{draft.id}").text
    for path in (
        f"/notes/{draft.id}/note.pdf",
        f"/notes/{draft.id}/evidence.pdf",
        f"/notes/{draft.id}/note.pdf?locale=es",
    ):
        assert f'href="{path}"' in page
    with house.rows() as work:
        practice_store.current(work.session).locale = "es-ES"
    page = visitor.get(f"/notes/{draft.id}").text
    assert f'href="/notes/{draft.id}/note.pdf?locale=en"' in page
    assert Opened(visitor.get(f"/notes/{draft.id}/note.pdf").content).language == "es"
    letter_id = messages.approved(house, case, who, kind=CheckInKind.CLOSING_LETTER)
    assert f'href="/check-ins/{letter_id}/letter.pdf"' in visitor.get(f"/check-ins/{letter_id}").text
    other_id = messages.approved(house, case, who)
    assert "letter.pdf" not in visitor.get(f"/check-ins/{other_id}").text
