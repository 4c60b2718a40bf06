"""What may not be told is in nothing that is read or printed, and what safety takes is told all the same."""

import zipfile
from io import BytesIO

import pytest

from api.domain.errors import AccessDenied
from api.services import client_exports, clients, episodes, handovers
from schemas.vocabulary import Role
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeIn
from tests.support import notes
from tests.support import transfers as ours
from tests.support.house import Case, House, Person
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


def with_co_therapist(house: House, who: Person) -> Case:
    with house.work(house.clinician) as work:
        client_id = clients.add(work, ClientIn(name="Ana")).id
        episode_id = episodes.add(work, EpisodeIn(client_ids=[client_id], co_therapist_ids=[who.id])).id
    return Case(client_id, episode_id)


def test_a_co_therapist_who_goes_on_reads_nothing_of_it_and_cannot_undo_it(shared_house: House) -> None:
    """Neither while it is a draft, nor by handing it over to themselves."""
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = with_co_therapist(house, elena)
    made = ours.begin(house, case, house.clinician, to_id=elena.id, keep_back=["scores"], keep_back_words="her affair")
    told = ours.read(house, made.id, elena)
    assert (told.keep_back, told.keep_back_words, told.consent_words) == ([], None, None)
    with pytest.raises(AccessDenied) as refused:
        ours.change(house, made, elena, to_id=elena.id)
    assert refused.value.code == "receiver_does_not_write"
    gone = ours.hand_over(house, made, elena)
    assert "affair" not in gone.model_dump_json() + ours.read(house, made.id, elena).model_dump_json()


def test_whoever_wrote_it_down_reads_it_ever_after_and_who_began_the_draft_for_themselves_does_not(
    shared_house: House,
) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = with_co_therapist(house, elena)
    made = ours.begin(house, case, elena, to_id=elena.id)
    assert ours.read(house, made.id, elena).parts
    changed = ours.change(house, made, house.clinician, to_id=elena.id, keep_back_words="her affair")
    assert ours.read(house, made.id, elena).keep_back_words is None
    again = ours.change(house, changed, house.clinician, to_id=house.lead.id, keep_back_words="her affair")
    assert ours.read(house, again.id, elena).keep_back_words == "her affair"
    assert again.version == 3


def test_an_editor_who_typed_it_keeps_reading_it(shared_house: House) -> None:
    house, omar = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = with_co_therapist(house, omar)
    made = ours.begin(house, case, house.clinician, **ELSEWHERE)
    changed = ours.change(house, made, omar, **ELSEWHERE, keep_back_words="her affair")
    ours.hand_over(house, changed, house.clinician)
    assert ours.read(house, made.id, omar).keep_back_words == "her affair"


def test_withdrawn_before_it_went_nobody_learns_to_whom(shared_house: House) -> None:
    house, omar = shared_house, shared_house.practice.member(Role.CLINICIAN)
    made = ours.begin(house, with_co_therapist(house, omar), house.clinician, **ELSEWHERE)
    with house.work(house.clinician) as work:
        handovers.withdraw(work, made.id)
    assert "Ortega" not in ours.read(house, made.id, omar).model_dump_json()


def test_the_client_s_own_export_has_it_whoever_makes_that(shared_house: House) -> None:
    """Said so in docs/closing.md: a lead who goes on with the work could read it there, and the trail names them."""
    house, lead = shared_house, shared_house.practice.member(Role.PRACTICE_LEAD, Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=lead.id, keep_back_words="her affair")
    ours.hand_over(house, made, house.clinician)
    assert ours.read(house, made.id, lead).keep_back_words is None
    with house.work(lead) as work:
        files = zipfile.ZipFile(BytesIO(client_exports.make(work, case.client_id).content))
    assert any(b"her affair" in files.read(name) for name in files.namelist())
