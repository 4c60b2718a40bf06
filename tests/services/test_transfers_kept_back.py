"""What may not be told is in nothing that is read or printed, and what safety takes is told all the same."""

from schemas.vocabulary import Role
from tests.support import notes
from tests.support import transfers as ours
from tests.support.house import House
from tests.support.transfers import ELSEWHERE


def test_without_their_agreement_neither_the_page_nor_the_sheet_of_a_draft_says_anything(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    said = {"consent": "declined", "consent_words": "No.", "words": "All about her."}
    made = ours.begin(house, case, house.clinician, **said, **ELSEWHERE)
    assert (made.handed.sections, made.handed.words, made.words) == ([], None, "All about her.")
    printed = ours.text(house, made.id, house.clinician)
    assert [word for word in ("All about her", "grief", "risk") if word in printed] == []


def test_open_risk_goes_along_where_the_client_did_not_agree_and_kept_safety_back(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    notes.flag(house, case.client_id)
    house.wait(hours=1)
    said = {
        "consent": "declined",
        "consent_words": "No.",
        "risk_review": "in_session",
        "risk_review_words": "With him.",
    }
    made = ours.begin(house, case, house.clinician, to_id=elena.id, **said, parts=[], keep_back=["safety"])
    ours.hand_over(house, made, house.clinician)
    assert [one.lines for one in ours.read(house, made.id, elena).handed.sections] == [
        ["A risk of harm stands since 2026-03-04.", "Risk was looked at on 2026-03-04: Assessed in session."]
    ]
