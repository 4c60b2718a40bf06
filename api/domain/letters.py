"""The closing letter: what of a note a client may read in it, how it begins, and when it may be approved. Pure.

It is approved with the ending, and leaves although the episode has ended. A trainee's waits for the cosignature. Nothing of the kind is
written to or about a client who has died.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.domain.errors import Conflict, invalid_field
from api.domain.merge_fields import MergeField
from schemas.vocabulary import CheckInState, EndingKind, LetterState, Locale, NoteForm, NoteState

MOST = 3000
"""Characters of one part of a note in a letter. Nobody reads more, and no mail should carry it."""

_WENT = frozenset({CheckInState.SENT, CheckInState.DELIVERED})
_WAITS = frozenset({CheckInState.APPROVED, CheckInState.SENDING})
_GOES = frozenset({*_WENT, *_WAITS, CheckInState.UNCERTAIN})
_OPEN = frozenset({LetterState.DRAFT, LetterState.AWAITING_COSIGN, LetterState.APPROVED, LetterState.UNCERTAIN})
_DRAFT = {
    Locale.EN: "DRAFT. This is not a letter yet: it may still change.",
    Locale.ES: "BORRADOR. Esto todavía no es una carta: aún puede cambiar.",
}
_NEXT_STEP = {Locale.EN: "Next small step", Locale.ES: "Siguiente paso pequeño"}


@dataclass(frozen=True, slots=True)
class Goal:
    goal: str
    next_step: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a note says for the client's own use. Everything else in it is the record's: safety, risk, scores, what did not help."""

    goals: tuple[Goal, ...]
    return_path: str | None
    referrals: str | None


@dataclass(frozen=True, slots=True)
class Onward:
    """To whom elsewhere the work goes by its transfer: as the record put it into the note, and in a line for the client."""

    by_the_record: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the letter that a message is: the state of its note, and whether its author has approved it by signing."""

    note_state: NoteState
    waits: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """To which address it was approved, and on which terms: what may be written there, when, as whom and to whom."""

    address: bytes | None
    terms: bytes | None


def said_in(content: str, onward: Onward = Onward()) -> Said:
    """`content` is the note's as stored: JSON of what its author wrote. What the record wrote there is not the client's to read."""
    told: dict[str, Any] = json.loads(content)
    referrals = (told.get("referrals") or "").strip() or None
    is_left = referrals is None and told.get("how_it_ended") == EndingKind.TRANSFERRED
    if is_left or (referrals is not None and referrals == onward.by_the_record):
        referrals = onward.line
    goals = (Goal(_one_line(one["goal"]), _one_line(one.get("next_step"))) for one in told.get("growth_goals", ()))
    return Said(
        goals=tuple(one for one in goals if one.goal),
        return_path=(told.get("return_path") or "").strip() or None,
        referrals=referrals,
    )


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def fields(said: Said, locale: Locale) -> dict[MergeField, str]:
    """As they stand in a letter. A value is put in as it is, and never read as a template. What is `too_long` is put into none."""
    found = {
        MergeField.GROWTH_GOALS: "\n".join(_goals(said, locale)),
        MergeField.RETURN_PATH: said.return_path or "",
        MergeField.REFERRALS: said.referrals or "",
    }
    return {name: value for name, value in found.items() if value}


def too_long(values: Mapping[MergeField, str]) -> frozenset[MergeField]:
    return frozenset(name for name, value in values.items() if name in OF_THE_WORK and len(value) > MOST)


def require_room(asked: Collection[MergeField], values: Mapping[MergeField, str]) -> None:
    """Raises Invalid for what the letter asks for and has no room for; what else the note says at length is no matter."""
    for name in sorted(too_long(values).intersection(asked)):
        raise invalid_field("/body", f"What the note says there is too long for a letter: {{{name}}}.")


def _goals(said: Said, locale: Locale) -> Iterator[str]:
    for one in said.goals:
        yield f"- {one.goal}"
        if one.next_step:
            yield f"  {_NEXT_STEP[locale]}: {one.next_step}"


OF_THE_WORK = frozenset({MergeField.GROWTH_GOALS, MergeField.RETURN_PATH, MergeField.REFERRALS})


def require_nameable(asked: Collection[MergeField], *, may_mention_therapy: bool) -> None:
    """Goals, ways back and further help tell what the work was, whoever opens the envelope. Raises Conflict."""
    if not may_mention_therapy and not OF_THE_WORK.isdisjoint(asked):
        told = ", ".join(f"{{{one}}}" for one in MergeField if one in OF_THE_WORK)
        raise Conflict(
            f"The work may not be named at this address. Take out what tells of it ({told}), or choose another address.",
            code="letter_names_the_work",
        )


_HELLO = {
    (Locale.EN, NoteForm.WITH_CONVERSATION): (
        "Hello {client_first_name}, thank you for the time we had together, and for the way in which we parted. "
        "What you found is yours to keep."
    ),
    (Locale.EN, NoteForm.WITHOUT_CONVERSATION): (
        "Hello {client_first_name}, we have not heard from each other for a while. My part ends here for now. "
        "Thank you for the time we had together."
    ),
    (Locale.ES, NoteForm.WITH_CONVERSATION): (
        "Hola {client_first_name}, gracias por el tiempo que compartimos y por la manera en que nos despedimos. "
        "Lo que encontraste es tuyo."
    ),
    (Locale.ES, NoteForm.WITHOUT_CONVERSATION): (
        "Hola {client_first_name}, hace un tiempo que no sabemos el uno del otro. Mi parte termina aquí por ahora. "
        "Gracias por el tiempo que compartimos."
    ),
}
_GROWTH = {
    Locale.EN: "You named what you would like to go on with:\n\n{growth_goals}",
    Locale.ES: "Dijiste con qué te gustaría seguir:\n\n{growth_goals}",
}
_FURTHER = {
    Locale.EN: "Here is where you can find further help:\n\n{referrals}",
    Locale.ES: "Aquí puedes encontrar más ayuda:\n\n{referrals}",
}
_BACK = {
    Locale.EN: "You are welcome to ask to start again.",
    Locale.ES: "Puedes pedir volver a empezar.",
}
_GOODBYE = {
    Locale.EN: "I wish you well.\n\n{clinician_name}",
    Locale.ES: "Te deseo lo mejor.\n\n{clinician_name}",
}


def proposal(said: Said, form: NoteForm, locale: Locale, *, may_mention_therapy: bool) -> str:
    """Words to begin with, as a template. Where the work may not be named, what it was about is not in it either."""
    parts = [_HELLO[locale, form]]
    if said.goals and may_mention_therapy:
        parts.append(_GROWTH[locale])
    if said.referrals and may_mention_therapy:
        parts.append(_FURTHER[locale])
    back = _BACK[locale]
    parts.append(f"{back} {{return_path}}" if said.return_path and may_mention_therapy else back)
    parts.append(_GOODBYE[locale])
    return "\n\n".join(parts)


def state(message: CheckInState, *, waits: bool) -> LetterState:
    if message is CheckInState.DRAFT:
        return LetterState.AWAITING_COSIGN if waits else LetterState.DRAFT
    if message in _WAITS:
        return LetterState.APPROVED
    if message in _WENT:
        return LetterState.GONE
    return LetterState.UNCERTAIN if message is CheckInState.UNCERTAIN else LetterState.NOT_SENT


def is_final(message: CheckInState, note: NoteState | None) -> bool:
    """On paper: what has gone or goes, and what may be given by hand since its note is signed in full. Not what was put aside."""
    return message in _GOES or (message is CheckInState.DRAFT and note is NoteState.SIGNED)


def printed(body: str, locale: Locale, *, final: bool) -> str:
    """As it is printed. What is not final says so on the sheet itself, above the words."""
    return body if final else f"{_DRAFT[locale]}\n\n{body}"


def require_none_open(states: Collection[LetterState]) -> None:
    """One letter for each ending. Raises Conflict where there is one; what did not go may be written anew."""
    if LetterState.GONE in states or not _OPEN.isdisjoint(states):
        raise Conflict("There is a letter of this ending already.", code="letter_exists")


def require_note_open(note_state: NoteState) -> None:
    """While a note waits, its author's word stands: with the letter it had, or without one. Raises Conflict."""
    if note_state is NoteState.AWAITING_COSIGN:
        raise Conflict("This note waits for a cosignature.", code="awaiting_cosign")


def require_living(*, died: bool, ending: EndingKind | None) -> None:
    """Raises Conflict."""
    if died or ending is EndingKind.CLIENT_DIED:
        raise Conflict("This client has died. No letter is written.", code="client_died")


def require_changeable(standing: Standing | None) -> None:
    """Raises Conflict for words that somebody has approved, which a cosignature lets go as they are."""
    if standing is not None and standing.waits:
        raise Conflict("This letter waits for the cosignature, as it was approved.", code="letter_awaits_cosign")


def require_as_approved(approved: Bound, now: Bound) -> None:
    """Its author's word is for the address they signed for, and for what it allowed then. Raises Conflict."""
    if approved != now:
        raise Conflict(
            "The address of this letter, or what it allows, changed since its author approved it. It is a draft again.",
            code="letter_address_changed",
        )


def require_signed(standing: Standing | None) -> None:
    """By itself only once the ending has taken effect; before that it goes with the signature. Raises Conflict."""
    require_changeable(standing)
    if standing is not None and standing.note_state is not NoteState.SIGNED:
        raise Conflict("A closing letter is approved with its note's signature.", code="letter_with_note")
