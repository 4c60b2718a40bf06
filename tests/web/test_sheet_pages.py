"""The sheet to take along as a page, and the practice's words for the way back."""

from tests.support import notes
from tests.support.house import House
from tests.web.conftest import HOSTILE, Visitor


def test_the_sheet_is_one_page_in_the_client_s_language_without_their_name(house: House, visitor: Visitor) -> None:
    case = house.client("Ana Moreno", house.founder)
    browser, path = visitor(house.founder), f"/episodes/{case.episode_id}/sheet"
    assert path in browser.get(f"/clients/{case.client_id}").text
    browser.post(f"/episodes/{case.episode_id}/goals", data={"goal": f"Travel alone. {HOSTILE}", "why": "Her sister."})
    notes.draft(house, house.founder, case, form="with_conversation", early_signs=f"Staying in.\n{HOSTILE}")
    page = browser.get(path).text
    assert "Travel alone." in page
    assert "Staying in." in page
    assert "<script>alert" not in page
    article = page[page.index("<article") : page.index("</article")]
    assert "Ana Moreno" not in article
    assert "You can ask to come back at any time." in article
    assert 'lang="es"' in browser.get(f"{path}?language=es").text
    assert "Puedes pedir volver" in browser.get(f"{path}?language=es").text
    assert 'lang="en"' in browser.get(f"{path}?language=xx").text


def test_the_practice_words_the_way_back_and_two_at_once_lose_nothing(house: House, visitor: Visitor) -> None:
    browser = visitor(house.founder)
    assert "/practice/way-back" in browser.get("/practice").text
    assert 'name="version" value="0"' in browser.get("/practice/way-back").text
    said = {"how_en": f"Ring the desk. {HOSTILE}", "who_en": "Marta answers."}
    assert browser.post("/practice/way-back", data={**said, "version": "0"}).headers["location"] == "/practice"
    page = browser.get("/practice/way-back").text
    assert "<script>alert" not in page
    assert "Marta answers." in page
    stale = browser.post("/practice/way-back", data={"how_en": "Mine.", "version": "0"})
    assert stale.status_code == 412
    assert "Mine." in stale.text
    assert 'name="version" value="1"' in stale.text
    for value in ("x" * 100_000, "A bell \x07"):
        refused = browser.post("/practice/way-back", data={"how_en": value, "version": "1"})
        assert refused.status_code == 422
        assert 'id="fault-how_en"' in refused.text
