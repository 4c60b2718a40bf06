"""How the record of a closing session and the note about the ending meet: drawn until the signature, unless its author says otherwise."""

from typing import Any

import pytest

from api.domain.errors import Invalid
from api.services import closing_sessions, signatures, terminations
from schemas.vocabulary import ClosingSession
from schemas.wire.closing_sessions import ClosingStepIn
from schemas.wire.terminations import NoteReturnIn
from tests.support import notes
from tests.support.house import Case, House

LEFT = {name: value for name, value in notes.TALKED.items() if name != "closing_session"}


def say(house: House, case: Case, step: str) -> None:
    with house.work(house.clinician) as work:
        closing_sessions.record(work, case.episode_id, ClosingStepIn.model_validate({"step": step}))


def text(house: House, note: Any) -> str:  # noqa: ANN401  # any answer about a note
    with house.work(house.clinician) as work:
        return terminations.text(work, note.id)


def test_what_the_note_leaves_to_the_record_is_drawn_until_it_is_signed(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana, **LEFT)
    say(house, ana, "offered")
    assert notes.read(house, house.clinician, note.id).record.closing_session is ClosingSession.OFFERED
    house.wait(days=1)
    say(house, ana, "held")
    notes.sign(house, house.clinician, note)
    signed = notes.read(house, house.clinician, note.id)
    assert (signed.content.closing_session, signed.record.closing_session) == (ClosingSession.HELD, ClosingSession.HELD)
    assert "Closing session, by its record: Held" in text(house, note)


def test_whoever_writes_the_note_may_say_otherwise_and_both_are_kept(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    say(house, ana, "offered")
    note = notes.draft(house, house.clinician, ana, **LEFT, closing_session="declined")
    notes.sign(house, house.clinician, note)
    signed = notes.read(house, house.clinician, note.id)
    assert signed.content.closing_session is ClosingSession.DECLINED
    assert signed.record.closing_session is ClosingSession.OFFERED
    # What is signed stays, whatever the record learns later.
    say(house, ana, "accepted")
    again = notes.read(house, house.clinician, note.id)
    assert (again.content, again.record) == (signed.content, signed.record)


def test_where_nothing_is_on_record_somebody_has_to_say_it(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician), **LEFT)
    with pytest.raises(Invalid) as missing:
        notes.sign(house, house.clinician, note)
    assert [one.pointer for one in missing.value.problems] == ["/closing_session"]


def test_a_held_one_was_a_conversation(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    say(house, ana, "held")
    left = {name: value for name, value in notes.SILENT.items() if name != "closing_session"}
    with pytest.raises(Invalid) as missing:
        notes.sign(house, house.clinician, notes.draft(house, house.clinician, ana, **left))
    assert "/closing_session" in [one.pointer for one in missing.value.problems]


@pytest.mark.parametrize(("said", "after"), [(None, None), ("offered", None), ("declined", ClosingSession.DECLINED)])
def test_a_note_that_comes_back_is_drawn_anew(
    shared_house: House, said: str | None, after: ClosingSession | None
) -> None:
    house = shared_house
    assert house.supervisor is not house.clinician  # made when it is first asked for
    ana = house.client("Ana", house.clinician)
    say(house, ana, "offered")
    note = notes.draft(house, house.clinician, ana, **LEFT, **({"closing_session": said} if said else {}))
    waiting = notes.sign(house, house.clinician, note)
    with house.work(house.supervisor) as work:
        signatures.send_back(work, note.id, NoteReturnIn(reason="Say more."), version=waiting.version)
    back = notes.read(house, house.clinician, note.id)
    assert back.content.closing_session is after
    house.wait(hours=1)
    say(house, ana, "held")
    with house.work(house.clinician) as work:
        signatures.sign(work, note.id, version=back.version)
    assert notes.read(house, house.clinician, note.id).content.closing_session is (after or ClosingSession.HELD)
