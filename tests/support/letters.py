"""Closing letters for tests: written with a note, signed with it, and carried by the worker."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.services import checkins, closing_sessions, letters, signatures
from schemas.tables import Delivery
from schemas.vocabulary import ClosingStep, Role
from schemas.wire.checkins import CheckInOut
from schemas.wire.closing_sessions import ClosingStepIn
from schemas.wire.letters import LetterIn, LetterOut, LetterWithNoteIn
from schemas.wire.terminations import NoteSignedOut
from tests.support import notes
from tests.support.house import Case, House, Person
from tests.support.messages import Pigeons

PLAIN = "Hello Ana, thank you for the time we had together. You are welcome to ask to start again.\n\nI wish you well."


def trained(house: House) -> tuple[Person, Person]:
    """Somebody who is supervised, and who supervises them; both with a name that tells a client nothing."""
    trainee = house.practice.member(Role.CLINICIAN, name="Tom Ash")
    return trainee, house.practice.member(Role.SUPERVISOR, name="Sara Lind", supervisees=(trainee,))


def write(house: House, who: Person, note_id: UUID, **more: Any) -> LetterOut:  # noqa: ANN401  # any part of a letter
    with house.work(who) as work:
        return letters.draft(work, LetterIn.model_validate({"note_id": note_id, **more}))


def read(house: House, who: Person, letter_id: UUID) -> LetterOut:
    with house.work(who) as work:
        return letters.read(work, letter_id)


def message(house: House, who: Person, letter: LetterOut) -> CheckInOut:
    with house.work(who) as work:
        return checkins.read(work, letter.check_in_id)


def with_letter(house: House, who: Person, letter: LetterOut, reason: str | None = None) -> LetterWithNoteIn:
    found = read(house, who, letter.id)
    return LetterWithNoteIn(letter_id=letter.id, version=found.version, override_reason=reason)


def sign(house: House, who: Person, letter: LetterOut) -> NoteSignedOut:
    note = notes.read(house, who, letter.note_id)
    given = with_letter(house, who, letter)
    with house.work(who) as work:
        return signatures.sign(work, note.id, version=note.version, letter=given)


def cosign(house: House, who: Person, letter: LetterOut, *, goes: bool = True) -> NoteSignedOut:
    note = notes.read(house, who, letter.note_id)
    given = with_letter(house, who, letter) if goes else None
    with house.work(who) as work:
        return signatures.cosign(work, note.id, version=note.version, letter=given)


def at_the_end(house: House, case: Case, note_id: UUID) -> dict[str, UUID]:
    """What pages about an ending name in their addresses: a step towards a closing session, and a letter."""
    with house.work(house.clinician) as work:
        found = closing_sessions.record(work, case.episode_id, ClosingStepIn(step=ClosingStep.OFFERED))
    return {"record_id": found.steps[-1].id, "letter_id": write(house, house.clinician, note_id).id}


def carry(house: House, minutes: int = 6) -> Pigeons:
    """Time goes by, and the worker carries what is due; told is what was this practice's, for others may share the database."""
    house.runtime.carrier = carrier = Pigeons()
    house.wait(minutes=minutes)
    while Courier(house.runtime).step():
        pass
    with house.rows() as work:
        ours = set(work.session.scalars(sa.select(col(Delivery.message_id))))
    carrier.letters = [letter for letter in carrier.letters if letter.message_id in ours]
    return carrier
