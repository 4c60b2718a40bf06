"""The closing letter beside its note: begun, printed, handed over. Its words have the page of any message."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Conflict
from api.services import letters, terminations
from api.services.work import Work
from api.web import letter_words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import CheckInState, LetterState
from schemas.wire.letters import LetterHandedOverIn, LetterIn, LetterOut, LetterWithNoteIn

router = APIRouter()

_SHOWN = 10


@router.post("/notes/{note_id}/letter")
def begin(visit: SignedIn, note_id: UUID) -> Response:
    """One that is there already is as good: a hurried finger sends the same form twice."""
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            terminations.read(work, note_id)
            made = letters.draft(work, LetterIn(note_id=note_id))
    except Conflict as error:
        with visit.work() as work:
            there = of_note(work, note_id)
        if there is None:
            raise error from None
        return visit.go(f"/check-ins/{there.check_in_id}")
    return visit.go(f"/check-ins/{made.check_in_id}")


@router.get("/letters/{letter_id}")
def show(visit: SignedIn, letter_id: UUID) -> Response:
    """To print, and to say that it was given to them."""
    return _page(visit, letter_id, Form())


@router.post("/letters/{letter_id}/hand-over")
def hand_over(visit: SignedIn, letter_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_APPROVE)
            given = as_shape(LetterHandedOverIn, **sent.present("override_reason"))
            letters.hand_over(work, letter_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _page(visit, letter_id, sent, visit.refused(sent, error))
    return visit.go(f"/letters/{letter_id}", Said.RECORDED)


def of_note(work: Work, note_id: UUID) -> LetterOut | None:
    """The one that stands; where none does any more, the latest that did not go."""
    found = letters.page(work, note_id=note_id, before=None, limit=_SHOWN).items
    standing = [one for one in found if one.state is not LetterState.NOT_SENT]
    return next(iter(standing or found), None)


def to_sign(work: Work, note_id: UUID) -> LetterOut | None:
    """The same beside a signature: one that may go with it is read by itself, with what the review finds."""
    letter = of_note(work, note_id)
    if letter is None or letter.message_state is not CheckInState.DRAFT:
        return letter
    return letters.read(work, letter.id)


def with_note(sent: Form) -> LetterWithNoteIn | None:
    """What a signature's form says of the letter: nothing, where it is signed alone."""
    if sent.given("letter_id") is None or not sent.ticked("with_letter"):
        return None
    told = {**sent.present("letter_id", "override_reason"), **sent.numbers("letter_version")}
    told["version"] = told.pop("letter_version", None)
    return as_shape(LetterWithNoteIn, **told)


def _page(visit: Visit, letter_id: UUID, form: Form, status_code: int = 200) -> Response:
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_READ)
        letter = letters.read(work, letter_id)
        text = letters.text(work, letter_id)
    form.now_at(letter.version)
    return visit.page(
        "letter.html",
        status_code=status_code,
        form=form,
        letter=letter,
        text=text,
        letter_words=letter_words,
        may_print=letter.note_signed and letter.state is not LetterState.NOT_SENT,
        may_hand_over=letter.note_signed
        and letter.state is LetterState.DRAFT
        and visit.may(Permission.CHECK_IN_APPROVE),
    )
