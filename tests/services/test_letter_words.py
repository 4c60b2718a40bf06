"""The words of a closing letter: what of its note stands in them, and what never does."""

import pytest

from api.domain.errors import Conflict, Invalid
from api.domain.letters import MOST
from api.services import by_hand, checkins, consents, letters, terminations
from schemas.vocabulary import Channel, ConsentState
from schemas.wire.checkins import ApprovalIn, CheckInPatch
from schemas.wire.clients import ConsentIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import Case, House
from tests.support.messages import address


@pytest.fixture
def ana(shared_house: House) -> Case:
    case = shared_house.client("Ana Moreno", shared_house.practice.elena)
    address(shared_house, case, shared_house.practice.elena)
    return case


def allow(house: House, case: Case, *, may_mention_therapy: bool) -> None:
    with house.work(house.practice.elena) as work:
        (consent,) = consents.page(work, case.client_id)
        said = {"channel": Channel.EMAIL, "address": consent.address, "state": ConsentState.GRANTED}
        given = ConsentIn.model_validate({**said, "may_mention_therapy": may_mention_therapy})
        consents.change(work, case.client_id, consent.id, given, version=consent.version)


GOALS = [
    {"goal": "Travel {sender_name} alone <b>now</b>", "next_step": "Two\nstops \u202eon Saturday"},
    {"goal": "Sleep 😴 without the light"},
]


def test_it_begins_with_what_the_note_says_for_the_clients_own_use(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    allow(house, ana, may_mention_therapy=True)
    content = {
        **notes.TALKED,
        "growth_goals": [{**one, "why": "A secret why", "next_step": one.get("next_step", "-")} for one in GOALS],
        "return_path": "Call the desk.",
        "referrals": "Bo Lind, Sea Road 4",
        "did_not_help": "Homework in {braces}",
        "supports": "Her sister",
    }
    letter = post.write(house, elena, notes.draft(house, elena, ana, **content).id)
    assert "- Travel {sender_name} alone <b>now</b>\n  Next small step: Two stops \u202eon Saturday" in letter.body
    assert "Call the desk." in letter.body
    assert "Bo Lind, Sea Road 4" in letter.body
    for kept in ("A secret why", "Homework", "Her sister", "thoughts of harm"):
        assert kept not in letter.body
    message = post.message(house, elena, letter)
    assert "{growth_goals}" in message.typed_body


def test_where_the_work_may_not_be_named_the_letter_begins_without_it(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = post.write(house, elena, notes.draft(house, elena, ana).id)
    assert "Travel" not in letter.body
    assert letter.review is not None
    assert letter.review.findings == []


def test_what_stands_in_braces_is_that_of_the_note_that_is_signed(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    allow(house, ana, may_mention_therapy=True)
    note = notes.draft(house, elena, ana)
    letter = post.write(house, elena, note.id, body="Hello Ana. You named:\n\n{growth_goals}\n\nI wish you well.")
    with house.work(elena) as work:
        goals = [{"goal": "Swim.", "why": "Joy.", "next_step": "Tuesday."}]
        changed = type(note.content).model_validate({**notes.TALKED, "growth_goals": goals})
        terminations.change(work, note.id, changed, version=note.version)
    with pytest.raises(Conflict) as refused:
        post.sign(house, elena, letter)
    assert refused.value.code == "words_changed"
    with house.work(elena) as work:
        checkins.change(work, letter.check_in_id, CheckInPatch(), version=letter.version)
    post.sign(house, elena, letter)
    assert "Swim." in post.carry(house).letters[0].body


@pytest.mark.parametrize("body", ["Hello {growth_goals}", "Hello {referrals}", "Hello {nonsense}"])
def test_what_is_not_there_is_not_filled_in(shared_house: House, ana: Case, body: str) -> None:
    house, elena = shared_house, shared_house.practice.elena
    allow(house, ana, may_mention_therapy=True)
    content = {**notes.SILENT, "growth_goals": [{"goal": "x" * (MOST + 1)}]}
    with pytest.raises(Invalid) as refused:
        post.write(house, elena, notes.draft(house, elena, ana, **content).id, body=body)
    assert {one.pointer for one in refused.value.problems} == {"/body"}


def test_one_part_that_is_too_long_takes_nothing_from_the_others(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    allow(house, ana, may_mention_therapy=True)
    note = notes.draft(house, elena, ana, **{**notes.TALKED, "return_path": "x" * (MOST + 1)})
    letter = post.write(house, elena, note.id, body="Hello {client_first_name}.\n\n{growth_goals}")
    told = {one.name: (one.value, one.too_long) for one in letter.fields}
    assert told["client_first_name"] == ("Ana", False)
    assert told["growth_goals"] == ("- Travel alone.\n  Next small step: Two stops on Saturday.", False)
    assert told["return_path"] == (None, True)
    assert told["referrals"] == (None, False)
    with house.work(elena) as work, pytest.raises(Invalid, match="invalid"):
        checkins.change(work, letter.check_in_id, CheckInPatch(body="{return_path}"), version=letter.version)


@pytest.mark.parametrize("field", ["growth_goals", "return_path", "ways_back", "referrals"])
def test_begun_without_an_address_it_is_not_filled_in_for_one_that_may_not_name_the_work(
    shared_house: House, field: str
) -> None:
    house, elena = shared_house, shared_house.practice.elena
    bea = house.client("Bea", elena)
    content = {**notes.TALKED, "return_path": "Call the desk.", "referrals": "Bo Lind, Sea Road 4"}
    letter = post.write(house, elena, notes.draft(house, elena, bea, **content).id, body=f"Hello Bea. {{{field}}}")
    consent_id = address(house, bea, elena, "bea@example.com")
    with pytest.raises(Conflict) as refused, house.work(elena) as work:
        checkins.change(work, letter.check_in_id, CheckInPatch(consent_id=consent_id), version=letter.version)
    assert refused.value.code == "letter_names_the_work"
    with house.work(elena) as work:
        plain = CheckInPatch(consent_id=consent_id, body="Hello Bea. I wish you well.")
        checkins.change(work, letter.check_in_id, plain, version=letter.version)


def test_where_less_is_allowed_by_then_it_is_neither_approved_nor_shown_to_copy(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    allow(house, ana, may_mention_therapy=True)
    letter = post.write(house, elena, notes.draft(house, elena, ana).id, body="Hello Ana. {growth_goals}")
    allow(house, ana, may_mention_therapy=False)
    with pytest.raises(Conflict) as refused:
        post.sign(house, elena, letter)
    assert refused.value.code == "letter_names_the_work"
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    for act in (
        lambda work: letters.approve(work, letter.id, ApprovalIn(), version=letter.version),
        lambda work: by_hand.show(work, letter.check_in_id, None),
    ):
        with house.work(elena) as work, pytest.raises(Conflict) as refused:
            act(work)
        assert refused.value.code == "letter_names_the_work"
