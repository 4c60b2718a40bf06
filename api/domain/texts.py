"""A text message that came in: whose it is, and what is said back at once. Pure.

A number may be shared by several clients, or by a client and somebody else, and nothing one says is shown to another. So it
is taken for the answer of whoever was written to at that number, and where that leaves a doubt nobody's clinician sees it.
The two answers that go out by themselves are those that the rules for text messages ask for: one confirmation that nothing
more is sent, with nothing else in it, and who this is, for whoever asks for help.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schemas.vocabulary import Locale

LONGEST = 4000
"""Characters of an answer that are kept, as on the page behind a link."""


@dataclass(frozen=True, slots=True)
class Written:
    """The last message that went to a number for one client; `until`: how long it may be answered by its link.

    Of one that came back there is neither `check_in_id` nor `until`: nobody answers it.
    """

    check_in_id: UUID | None
    client_id: UUID
    episode_id: UUID
    until: datetime | None
    locale: Locale


class Hearing(StrEnum):
    """How far a number is heard in this hour. `without_answer`: everything is kept, and nothing goes back by itself but the
    confirmation of an opt-out, so that two machines do not write to each other. `to_the_point`: only what asks for no more and
    what may be about danger.
    """

    WHOLLY = "wholly"
    WITHOUT_ANSWER = "without_answer"
    TO_THE_POINT = "to_the_point"


ANSWERED, KEPT = 60, 1000
"""How many messages of one number in an hour are answered by themselves, and how many are kept whatever they say."""


def hearing(count: int) -> Hearing:
    """Of the `count`th message of a number in an hour."""
    if count <= ANSWERED:
        return Hearing.WHOLLY
    return Hearing.WITHOUT_ANSWER if count <= KEPT else Hearing.TO_THE_POINT


def whose(written: Sequence[Written], on_record: Collection[UUID], now: datetime) -> UUID | None:
    """The one client who was written to there lately; else the one who is known there at all. None: it cannot be told.

    Nor where the number was taken off the record of whoever was written to, and is somebody else's now.
    """
    lately = {one.client_id for one in written if _is_open(one.until, now)}
    known = lately or {*on_record, *(one.client_id for one in written)}
    if len(known) != 1 or (on_record and known.isdisjoint(on_record)):
        return None
    return next(iter(known))


def which_practice(reached: Sequence[tuple[UUID, datetime | None]], now: datetime) -> UUID | None:
    """Of practices that send from one number, the one that wrote there lately, or the only one that knows the number at all."""
    lately = [practice_id for practice_id, until in reached if _is_open(until, now)]
    known = lately or [practice_id for practice_id, _ in reached]
    return known[0] if len(known) == 1 else None


def as_kept(words: str, pictures_count: int) -> str:
    """Of pictures only that they came: they lie with the provider. What cannot be shown is left out."""
    kept = "".join(one for one in words.strip() if one.isprintable() or one in "\n\t")[:LONGEST]
    if pictures_count:
        return f"{kept}\n\n{_PICTURE}".strip()
    return kept or _EMPTY


_PICTURE = "(A picture came with it. It is not kept here; the provider's own record has it.)"
_EMPTY = "(An empty message.)"


def asks_for_help(words: str) -> bool:
    return words.strip(" .!¡?¿\n").casefold() in _HELP


_HELP = frozenset({"help", "info", "ayuda", "help me", "ayudame", "ayúdame"})

STOPPED = {
    Locale.EN: "Done. No more texts will be sent to this number.",
    Locale.ES: "Hecho. No se enviarán más mensajes a este número.",
}
HELP = {
    Locale.EN: (
        "These are notes from a person you know. Nobody watches this number, and answers are read on working days."
        " To get no more, answer STOP. If you need help now, call the emergency number of the place where you are."
    ),
    Locale.ES: (
        "Son notas de una persona que conoces. Nadie vigila este número; las respuestas se leen en días laborables."
        " Para no recibir más, responde STOP. Si necesitas ayuda ahora, llama al número de emergencias de donde estás."
    ),
}


def _is_open(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now
