"""What people do about a closing letter: written beside its note, signed with it, cosigned or sent back, let go by itself, handed over.

Said of each: it is let go only where the oracle knows nothing against it, and refused by the contact decision only where it does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.domain.errors import Conflict, MayNotContact, NotFound
from api.services import checkins, letters, signatures, terminations
from api.services.terminations import Which
from api.services.work import Work
from bench.interleavings.day import WAITS_FOR_TIME, Broken, Day
from bench.interleavings.oracle import Letter
from schemas.vocabulary import CheckInKind, CheckInState, FlagKind, NoteState, RiskReview
from schemas.wire.checkins import ApprovalIn, CheckInPatch
from schemas.wire.letters import LetterHandedOverIn, LetterIn, LetterOut, LetterWithNoteIn
from schemas.wire.terminations import NoteContent, NoteReturnIn, NoteSignedOut, TerminationNoteIn, TerminationNoteOut
from tests.support.house import Person
from tests.support.notes import TALKED

GOODBYE = (
    "Hello Ana, thank you for the time we had together. You are welcome to ask to start again.\n\nI wish you well."
)


def write_letter(day: Day, number: int) -> None:
    """Beside its note, which is begun and finished with it."""
    who, _, person = day.work(number)
    note = _finished_note(day, number)
    with day.practice.house.work(person) as work:
        made = letters.draft(work, LetterIn(note_id=note.id, consent_id=day.consents[who], body=GOODBYE))
    letter = day.letter(number, CheckInKind.CLOSING_LETTER)
    letter.state = CheckInState.DRAFT
    day.record.letters.append(letter)
    day.ids[made.check_in_id] = letter
    day.goodbyes[number] = made.id


def look_over(day: Day, number: int) -> None:
    """Its words as they are, by somebody who has seen what the record says by now, to the address of now."""
    who, _, person = day.work(number)
    shown, letter = _newest(day, number, person)
    given = CheckInPatch(body=shown.body, consent_id=day.consents[who])
    with day.practice.house.work(person) as work:
        checkins.change(work, shown.check_in_id, given, version=shown.version)
    if letter.waits:
        raise Broken("changed while it waits for the cosignature")
    letter.written_at, letter.address = day.practice.house.now, day.record.addresses[who].text


def sign(day: Day, number: int) -> None:
    """With its letter. A trainee's then waits, for the address and on the terms of this instant."""
    person = day.work(number)[2]
    note = _finished_note(day, number)
    shown, letter = _newest(day, number, person)
    as_approved = _approved_now(day, letter)

    def act(work: Work) -> None:
        signatures.sign(work, note.id, version=note.version, letter=_with(shown))

    if person is not day.practice.trainee:
        _let_go(day, letter, as_approved, _Act(person, act, signs=True))
        return
    with day.practice.house.work(person) as work:
        act(work)
    if day.record.people[letter.who].died:
        raise Broken("approved for somebody who has died")
    letter.terms, letter.taken_away, letter.waits = as_approved.terms, False, True


def sign_alone(day: Day, number: int) -> None:
    """Without a letter, or leaving it for later."""
    person, note = day.work(number)[2], _finished_note(day, number)
    with day.practice.house.work(person) as work:
        _signed(day, number, signatures.sign(work, note.id, version=note.version))


def cosign(day: Day, number: int) -> None:
    """With the letter that its author approved, to the address and on the terms they approved it on."""
    person = day.practice.supervisor
    note, (shown, letter) = _note(day, number, person), _newest(day, number, person)
    here, waited = day.record.addresses[letter.who], letter.waits
    now = day.practice.house.now
    as_approved = replace(letter, approved_at=now, due_at=now, waits=False)

    def act(work: Work) -> None:
        signatures.cosign(work, note.id, version=note.version, letter=_with(shown))

    try:
        went = _let_go(day, letter, as_approved, _Act(person, act, signs=True))
    except Conflict as refused:
        if refused.code == "letter_address_changed":
            if (letter.terms, letter.address) == (here.terms, here.text):
                raise Broken("a draft again, although nothing has changed") from refused
            letter.waits = False
        raise
    if went and not waited:
        raise Broken("gone by the cosignature, and its author never approved it")


def cosign_alone(day: Day, number: int) -> None:
    """Whoever cosigns leaves the letter behind: it is a draft again."""
    person = day.practice.supervisor
    note = _note(day, number, person)
    with day.practice.house.work(person) as work:
        _signed(day, number, signatures.cosign(work, note.id, version=note.version))


def send_back(day: Day, number: int) -> None:
    """The letter with it: its author approves both anew."""
    person = day.practice.supervisor
    note = _note(day, number, person)
    with day.practice.house.work(person) as work:
        signatures.send_back(work, note.id, NoteReturnIn(reason="Say more."), version=note.version)
    _wait_no_more(day, number)


def let_go_alone(day: Day, number: int) -> None:
    """By itself: once its note is signed, and never before."""
    person = day.work(number)[2]
    shown, letter = _newest(day, number, person)

    def act(work: Work) -> None:
        letters.approve(work, shown.id, ApprovalIn(), version=shown.version)

    _let_go(day, letter, _approved_now(day, letter), _Act(person, act, signs=False))


def give_on_paper(day: Day, number: int) -> None:
    """In the room: nobody's address is asked, and before the signature or after a death it is refused all the same."""
    person = day.work(number)[2]
    shown, letter = _newest(day, number, person)
    with day.practice.house.work(person) as work:
        letters.hand_over(work, shown.id, LetterHandedOverIn(), version=shown.version)
    known = day.record.people[letter.who]
    if not day.record.works[number].signed or known.died or known.erased or letter.handed:
        raise Broken("given to the client although it may not be")
    letter.by_hand = True


@dataclass(frozen=True, slots=True)
class _Act:
    """What lets a letter go. `signs`: the note too, by the last signature it needs, and that ends the work."""

    person: Person
    do: Callable[[Work], object]
    signs: bool


def _let_go(day: Day, letter: Letter, as_approved: Letter, act: _Act) -> bool:
    """Whether it waits in the outbox from here on. `as_approved` is the letter as the oracle sees it once it does."""
    against = _against(day, as_approved, act)
    try:
        with day.practice.house.work(act.person) as work:
            act.do(work)
    except MayNotContact as refused:
        if not against:
            raise Broken(f"a letter was refused although nothing is known against it: {refused}") from refused
        return False
    if not against <= WAITS_FOR_TIME:
        raise Broken(f"a letter was let go although {', '.join(sorted(against))}")
    ending, now = day.record.works[letter.work], day.practice.house.now
    if act.signs:
        ending.signed, ending.ended_at = True, ending.ended_at or now
    letter.due_at = _due_at(day, letter) or now
    letter.terms, letter.approved_at, letter.taken_away, letter.waits = as_approved.terms, now, False, False
    letter.state, letter.at, letter.marks = CheckInState.APPROVED, now, 0
    return True


def _against(day: Day, as_approved: Letter, act: _Act) -> set[str]:
    """With the ending that the act itself brings about."""
    ending = day.record.works[as_approved.work]
    before, now = (ending.signed, ending.ended_at), day.practice.house.now
    if act.signs:
        ending.signed, ending.ended_at = True, ending.ended_at or now
    found = set(day.record.against(as_approved, now))
    ending.signed, ending.ended_at = before
    return found


def _due_at(day: Day, letter: Letter) -> datetime | None:
    check_in_id = next(one for one, other in day.ids.items() if other is letter)
    with day.practice.house.work(day.work(letter.work)[2]) as work:
        return checkins.read(work, check_in_id).due_at


def _approved_now(day: Day, letter: Letter) -> Letter:
    """As it would be: by its author, who reads it for what the address allows at this instant."""
    now = day.practice.house.now
    terms = day.record.addresses[letter.who].terms
    return replace(letter, terms=terms, approved_at=now, due_at=now, taken_away=False, waits=False)


def _signed(day: Day, number: int, signed: NoteSignedOut) -> None:
    if signed.state is NoteState.SIGNED:
        ending = day.record.works[number]
        ending.signed, ending.ended_at = True, ending.ended_at or day.practice.house.now
        _wait_no_more(day, number)


def _wait_no_more(day: Day, number: int) -> None:
    for letter in day.record.letters:
        if letter.work == number:
            letter.waits = False


def _with(shown: LetterOut) -> LetterWithNoteIn:
    return LetterWithNoteIn(letter_id=shown.id, version=shown.version)


def _newest(day: Day, number: int, person: Person) -> tuple[LetterOut, Letter]:
    """Raises NotFound where there is none yet."""
    if number not in day.goodbyes:
        raise NotFound
    with day.practice.house.work(person) as work:
        shown = letters.read(work, day.goodbyes[number])
    return shown, day.ids[shown.check_in_id]


def _note(day: Day, number: int, person: Person) -> TerminationNoteOut:
    """Raises NotFound where there is none yet."""
    with day.practice.house.work(person) as work:
        found = terminations.page(work, Which(episode_id=day.work(number)[1]), before=None, limit=1).items
        if not found:
            raise NotFound
        return terminations.read(work, found[0].id)


def _finished_note(day: Day, number: int) -> TerminationNoteOut:
    """Begun where there is none; finished, as long as it is a draft; with a look at risk, where a flag asks for one."""
    who, episode_id, person = day.work(number)
    at_risk = FlagKind.RISK_OF_HARM.value in day.record.people[who].flags
    content = {**TALKED, "risk_review": RiskReview.IN_SESSION if at_risk else None}
    try:
        note = _note(day, number, person)
    except NotFound:
        given = TerminationNoteIn.model_validate({**content, "episode_id": episode_id})
        with day.practice.house.work(person) as work:
            return terminations.add(work, given)
    if note.state is not NoteState.DRAFT:
        return note
    with day.practice.house.work(person) as work:
        return terminations.change(work, note.id, NoteContent.model_validate(content), version=note.version)
