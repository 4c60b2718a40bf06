"""The note about work that goes to somebody elsewhere says to whom by itself, until its author signs."""

from typing import Any

import pytest

from api.domain.errors import Invalid
from api.services import episodes, handovers, signatures
from schemas.vocabulary import EndingKind, NoteState
from schemas.wire.terminations import NoteReturnIn
from tests.support import letters, notes
from tests.support import transfers as ours
from tests.support.house import House
from tests.support.transfers import ELSEWHERE

GOES: dict[str, Any] = {**notes.TALKED, "how_it_ended": "transferred"}
TOLD = "The care goes to Dr. Sol Ortega, +34 600 000 001. The client agreed on 2026-03-02."


def test_the_note_says_to_whom_the_care_goes_and_its_signature_ends_the_work(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.practice.client("Ana", who)
    note = notes.draft(house, who, case, **GOES)
    with pytest.raises(Invalid) as refused:
        notes.sign(house, who, note)
    assert [one.pointer for one in refused.value.problems] == ["/referrals"]
    made = ours.begin(house, case, who, **ELSEWHERE, keep_back_words="her brother")
    gone = ours.hand_over(house, made, who)
    assert gone.note_id == note.id
    drawn = notes.read(house, who, note.id)
    assert (drawn.content.referrals, drawn.record.goes_to) == (None, f"{TOLD} Handed over: {PARTS}.")
    notes.sign(house, who, note)
    signed = notes.read(house, who, note.id)
    assert signed.content.referrals == drawn.record.goes_to
    assert "brother" not in signed.model_dump_json()
    with house.work(who) as work:
        assert episodes.read(work, case.episode_id).ending is EndingKind.TRANSFERRED


PARTS = "safety and open risk, the work so far"


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("signed_first", [True, False])
def test_their_letter_says_who_goes_on_and_nothing_of_what_was_handed_over(
    shared_house: House, locale: str, *, signed_first: bool
) -> None:
    """Before the signature and after it the same, so that a letter that goes with it is what was looked over."""
    house, who = shared_house, shared_house.founder
    case = house.practice.client("Ana", who)
    ours.hand_over(house, ours.begin(house, case, who, **ELSEWHERE), who)
    note = notes.draft(house, who, case, **GOES)
    if signed_first:
        notes.sign(house, who, note)
    letter = letters.write(house, who, note.id, locale=locale)
    assert "\n\nDr. Sol Ortega, +34 600 000 001\n\n" in letter.body
    said = letter.model_dump_json()
    assert [word for word in ("The care goes to", "agreed on", "Handed over", "safety") if word in said] == []


def test_what_somebody_wrote_themselves_is_in_the_letter_as_they_wrote_it(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.practice.client("Ana", who)
    ours.hand_over(house, ours.begin(house, case, who, **ELSEWHERE), who)
    note = notes.draft(house, who, case, **GOES, referrals="To Sol, on Sea Road.")
    notes.sign(house, who, note)
    assert "\n\nTo Sol, on Sea Road.\n\n" in letters.write(house, who, note.id).body


def test_what_somebody_wrote_themselves_stays(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.practice.client("Ana", who)
    note = notes.draft(house, who, case, **GOES, referrals="To Sol, who knows her.")
    ours.hand_over(house, ours.begin(house, case, who, **ELSEWHERE), who)
    notes.sign(house, who, note)
    assert notes.read(house, who, note.id).content.referrals == "To Sol, who knows her."


def test_a_note_that_was_sent_back_is_drawn_anew(shared_house: House) -> None:
    house, who = shared_house, shared_house.clinician
    supervisor = house.supervisor
    case = house.practice.client("Ana", who)
    made = ours.hand_over(house, ours.begin(house, case, who, **ELSEWHERE), who)
    note = notes.draft(house, who, case, **GOES)
    assert notes.sign(house, who, note).state is NoteState.AWAITING_COSIGN
    with house.work(supervisor) as work:
        given = NoteReturnIn(reason="They changed their mind.")
        signatures.send_back(work, note.id, given, version=notes.read(house, who, note.id).version)
    with house.work(who) as work:
        handovers.withdraw(work, made.id)
    back = notes.read(house, who, note.id)
    assert (back.content.referrals, back.record.goes_to) == (None, None)


def test_a_colleague_who_goes_on_is_no_ending(shared_house: House) -> None:
    """So that no figure counts it as one: the episode runs on, as whatever it was."""
    house, who = shared_house, shared_house.clinician
    case = house.practice.client("Ana", who)
    made = ours.begin(house, case, who, to_id=house.founder.id)
    ours.hand_over(house, made, who)
    with house.work(house.founder) as work:
        episode = episodes.read(work, case.episode_id)
    assert (episode.ended_at, episode.ending) == (None, None)
    note = notes.draft(house, house.founder, case)
    assert note.record.goes_to is None
