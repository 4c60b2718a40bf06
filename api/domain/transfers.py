"""Giving the work to somebody else: what has to be said before, what may go along, and what never does. Pure.

The client decides what is handed over. What they asked to keep back is in nothing that leaves: neither a part they named, nor a line
that says what they said. Without their agreement a colleague here learns what their safety takes, and nobody outside anything.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from api.domain import kept_back
from api.domain.errors import AccessDenied, Conflict, FieldProblem, invalid_field
from schemas.vocabulary import (
    ConsentWay,
    FirstMeeting,
    RiskReview,
    TransferConsent,
    TransferPart,
    TransferReason,
    TransferState,
)

USUAL = timedelta(days=14)
LONGEST = timedelta(days=183)
"""Until a first meeting: what is further off is no handover yet."""
REASON = {
    TransferReason.ROTATION_ENDS: "The clinician's rotation ends.",
    TransferReason.LEAVE: "The clinician is on leave.",
    TransferReason.BETTER_FIT: "Somebody else fits better.",
    TransferReason.CLIENT_ASKED: "The client asked for it.",
    TransferReason.CLINICIAN_LEAVES: "The clinician leaves.",
    TransferReason.OTHER: "Another reason.",
}
PART = {
    TransferPart.SAFETY: "Safety and open risk",
    TransferPart.SUMMARY: "The work so far",
    TransferPart.GOALS: "Goals",
    TransferPart.EARLY_SIGNS: "Early signs",
    TransferPart.SUPPORTS: "Supports",
    TransferPart.SCORES: "Scores",
    TransferPart.CONTACT: "How to reach the client",
    TransferPart.LETTERS: "Letters",
    TransferPart.WHOLE_RECORD: "The whole record",
}
CONSENT = {
    TransferConsent.NOT_ASKED: "The client has not been asked.",
    TransferConsent.AGREED: "The client was told, and agreed.",
    TransferConsent.DECLINED: "The client was told, and did not agree.",
    TransferConsent.COULD_NOT_BE_ASKED: "The client could not be asked.",
}
MEETING_BY_A_PERSON = (
    FirstMeeting.HELD,
    FirstMeeting.NOT_WANTED,
    FirstMeeting.FOUND_THEIR_OWN,
    FirstMeeting.OTHER,
)
"""What somebody may say became of it. A death is recorded where it is, and a withdrawal by withdrawing."""


@dataclass(frozen=True, slots=True)
class Part:
    part: TransferPart
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a transfer. `outside_name`: whoever goes on, where they do not work here. `kept_back_by`: who last wrote down what
    the client asked to keep back.
    """

    outside_name: str | None = None
    outside_contact: str | None = None
    consent_way: ConsentWay | None = None
    consent_words: str | None = None
    parts: tuple[Part, ...] = ()
    words: str | None = None
    keep_back: tuple[TransferPart, ...] = ()
    keep_back_words: str | None = None
    kept_back_by: UUID | None = None
    risk_review: RiskReview | None = None
    risk_review_words: str | None = None
    goodbye_on: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part as it is read: what the record says of it, then what was written."""

    part: TransferPart
    lines: tuple[str, ...] = ()
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over, and nothing besides."""

    sections: tuple[Section, ...] = ()
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """What may be told at all. `inside`: to a colleague here. `risk`: what stands open, in the record's own words, none of the client's."""

    consent: TransferConsent
    inside: bool
    risk: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose it went."""

    to_id: UUID | None
    made_by: UUID
    handed_over_by: UUID | None
    kept_back_by: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules ask of a transfer that is to be handed over."""

    to_id: UUID | None
    reason: TransferReason | None
    consent: TransferConsent
    consent_on: date | None
    first_meeting_on: date | None
    content: Content


def content_to_json(content: Content) -> str:
    told = asdict(content)
    told["goodbye_on"] = None if content.goodbye_on is None else content.goodbye_on.isoformat()
    told["kept_back_by"] = None if content.kept_back_by is None else str(content.kept_back_by)
    return json.dumps(told)


def content_from_json(text: str) -> Content:
    told = json.loads(text)
    told["parts"] = tuple(Part(TransferPart(one["part"]), one["words"]) for one in told["parts"])
    told["keep_back"] = tuple(TransferPart(one) for one in told["keep_back"])
    for name, kind in (("consent_way", ConsentWay), ("risk_review", RiskReview)):
        told[name] = None if told[name] is None else kind(told[name])
    told["goodbye_on"] = None if told["goodbye_on"] is None else date.fromisoformat(told["goodbye_on"])
    kept_back_by = told.get("kept_back_by")
    told["kept_back_by"] = None if kept_back_by is None else UUID(kept_back_by)
    return Content(**told)


def handed_to_json(handed: Handed) -> str:
    return json.dumps(asdict(handed))


def handed_from_json(text: str) -> Handed:
    told = json.loads(text)
    sections = [Section(TransferPart(one["part"]), tuple(one["lines"]), one["words"]) for one in told["sections"]]
    return Handed(tuple(sections), told["words"])


def gaps(asked: Asked, today: date) -> tuple[FieldProblem, ...]:
    """What stands between this draft and handing it over; `today` is the day on the client's calendar. Empty: nothing."""
    return (
        *_of_receiver(asked),
        *_of_consent(asked, today),
        *_of_what_goes(asked),
        *kept_back_problems(asked.content),
        *_of_days(asked, today),
    )


def _of_receiver(asked: Asked) -> Iterator[FieldProblem]:
    if asked.to_id is None and asked.content.outside_name is None:
        yield FieldProblem("/to_id", "Say who goes on with the work, here or elsewhere.")
    if asked.reason is None:
        yield FieldProblem("/reason", "Say why somebody else goes on with the work.")


def _of_consent(asked: Asked, today: date) -> Iterator[FieldProblem]:
    content = asked.content
    if asked.consent is TransferConsent.NOT_ASKED:
        yield FieldProblem("/consent", "Tell the client first, and say what they said; or why they could not be asked.")
    elif asked.consent is TransferConsent.COULD_NOT_BE_ASKED:
        if content.consent_words is None:
            yield FieldProblem("/consent_words", "Say why the client could not be asked.")
    elif asked.consent_on is None:
        yield FieldProblem("/consent_on", "Say on which day the client was told.")
    elif asked.consent_on > today:
        yield FieldProblem("/consent_on", "This day is to come.")
    elif content.consent_way is None:
        yield FieldProblem("/consent_way", "Say how the client was told.")
    elif asked.consent is TransferConsent.DECLINED and content.consent_words is None:
        yield FieldProblem("/consent_words", "Say what the client said, and why it goes on all the same.")


def _of_what_goes(asked: Asked) -> Iterator[FieldProblem]:
    content = asked.content
    if asked.consent is TransferConsent.AGREED:
        if not content.parts and content.words is None:
            yield FieldProblem("/parts", "Say what may be handed over.")
        return
    if asked.to_id is None and content.outside_name is not None and asked.consent is not TransferConsent.NOT_ASKED:
        yield FieldProblem("/consent", "Nothing leaves the practice unless the client agreed to it.")
    if any(one.part is not TransferPart.SAFETY for one in content.parts):
        yield FieldProblem("/parts", "Without the client's agreement only what their safety takes is handed over.")
    if content.words is not None:
        yield FieldProblem("/words", "Without the client's agreement only what their safety takes is handed over.")


def kept_back_problems(content: Content) -> Iterator[FieldProblem]:
    """What the client asked to keep back is not among what is chosen or written, nor is everything, which has it in it."""
    chosen = {one.part for one in content.parts}
    keeps = bool(content.keep_back or content.keep_back_words)
    if chosen & set(content.keep_back):
        yield FieldProblem("/parts", "The client asked to keep a part back that is chosen here.")
    if keeps and TransferPart.WHOLE_RECORD in chosen:
        yield FieldProblem("/parts", "The client asked to keep something back: choose parts, not the whole record.")
    kept = kept_back.lines(content.keep_back_words)
    written = [(f"/parts/{place}/words", one.words) for place, one in enumerate(content.parts)]
    if TransferPart.SAFETY in chosen:
        written.append(("/risk_review_words", content.risk_review_words))
    for pointer, words in (*written, ("/words", content.words)):
        if words is not None and kept_back.says_any(words, kept):
            yield FieldProblem(pointer, "This says what the client asked to keep back.")


def _of_days(asked: Asked, today: date) -> Iterator[FieldProblem]:
    if asked.first_meeting_on is not None and asked.first_meeting_on < today:
        yield FieldProblem("/first_meeting_on", "This day is over.")
    if asked.first_meeting_on is not None and asked.first_meeting_on > today + LONGEST:
        yield FieldProblem("/first_meeting_on", "A first meeting is within half a year.")


def handed(content: Content, drawn: Mapping[TransferPart, Sequence[str]], leave: Leave) -> Handed:
    """The parts that are chosen, in the order in which they are read. What the record says of a matter that is kept back is left out;
    a part of which nothing is left then is not there, so that none says that there was nothing.

    Without the client's agreement nothing but safety goes, and that to a colleague alone. Open risk goes to a colleague whatever else is said.
    """
    agreed = leave.consent is TransferConsent.AGREED
    kept = kept_back.lines(content.keep_back_words)
    chosen = {one.part: one for one in content.parts if one.part not in content.keep_back}
    allowed = [part for part in TransferPart if agreed or (leave.inside and part is TransferPart.SAFETY)]
    sections = (_section(chosen.get(part), part, drawn.get(part, ()), kept, leave) for part in allowed)
    return Handed(
        tuple(one for one in sections if one is not None), kept_back.without(content.words, kept) if agreed else None
    )


def _section(
    chosen: Part | None, part: TransferPart, drawn: Sequence[str], kept: Collection[str], leave: Leave
) -> Section | None:
    at_risk = leave.risk if part is TransferPart.SAFETY and leave.inside else ()
    if chosen is None:
        return Section(part, tuple(at_risk)) if at_risk else None
    lines = tuple(line for line in drawn if line in at_risk or not kept_back.says_any(line, kept))
    words = kept_back.without(chosen.words, kept)
    return None if drawn and not lines and words is None else Section(part, lines, words)


def follow_up_on(first_meeting_on: date | None, today: date) -> date:
    """When somebody asks whether it took place: on its day, in a fortnight where none is known."""
    return first_meeting_on or today + USUAL


def require_sound(content: Content, *, to_id: UUID | None) -> None:
    """What even a draft may not say. Raises Invalid."""
    if to_id is not None and content.outside_name is not None:
        raise invalid_field("/outside", "It goes to a colleague here or to somebody elsewhere, not to both.")
    parts = [one.part for one in content.parts]
    if len(parts) != len(set(parts)):
        raise invalid_field("/parts", "Choose each part once.")


def require_living(*, died: bool) -> None:
    if died:
        raise Conflict(
            "The client has died. Nobody goes on with the work, and nothing is handed over.", code="client_died"
        )


def require_draft(state: TransferState) -> None:
    if state is not TransferState.DRAFT:
        raise Conflict("This was handed over or withdrawn, so it stays as it is.", code="transfer_not_draft")


def require_none(drafts: int) -> None:
    if drafts:
        raise Conflict("A transfer of this client is being written already.", code="transfer_exists")


def require_handed_over(state: TransferState) -> None:
    if state is not TransferState.HANDED_OVER:
        raise Conflict("Only what was handed over and not read yet can be received.", code="transfer_not_handed_over")


def require_may_withdraw(state: TransferState, *, inside: bool, ended: bool) -> None:
    """Who has the work has it: it comes back by a transfer of its own. Once it has ended here nobody would have it: then what is said
    is that they did not meet.
    """
    if state is TransferState.WITHDRAWN:
        raise Conflict("This was withdrawn before.", code="transfer_withdrawn")
    if inside and state is not TransferState.DRAFT:
        raise Conflict("A colleague has the work by now. It comes back by a transfer of its own.", code="transfer_done")
    if ended and state is not TransferState.DRAFT:
        raise Conflict(
            "The work has ended here, so it does not go on here. Say what became of the first meeting instead.",
            code="transfer_part_ended",
        )


def require_asked(*, asking: bool) -> None:
    if not asking:
        raise Conflict("Nobody asks about a first meeting here.", code="transfer_settled")


def require_by_a_person(outcome: FirstMeeting) -> None:
    if outcome not in MEETING_BY_A_PERSON:
        raise invalid_field("/outcome", "A withdrawal is said by withdrawing, a death where it is recorded.")


def require_no_note_waits(*, waits: bool) -> None:
    """A cosignature would end the work of whoever has it by then, and whoever is asked for it might not see the note any more."""
    if waits:
        raise Conflict(
            "A note of theirs waits for a cosignature: have it cosigned or sent back before the work goes to a colleague.",
            code="awaiting_cosign",
        )


def require_everybody(taking_part: Collection[UUID], ready: Collection[UUID]) -> None:
    """A colleague takes over the whole episode, so everybody who takes part was told, each for themselves."""
    if not set(taking_part) <= set(ready):
        raise Conflict(
            "Everybody who takes part has to be told: write a transfer to this colleague for each of them first.",
            code="transfer_of_each",
        )


def require_day(day: date, today: date) -> None:
    if not today <= day <= today + LONGEST:
        raise invalid_field("/follow_up_on", "Ask from today on, and within half a year.")


def reads_all(reader: UUID | None, state: TransferState, hands: Hands) -> bool:
    """What the client asked to keep back is for whoever wrote it down; while it is a draft, for whoever works on it. Whoever goes on
    reads it by neither way, not even where they hand it over to themselves: only where it is their own.
    """
    if hands.to_id is not None and reader == hands.to_id:
        return reader == (hands.kept_back_by or hands.made_by)
    writers = (hands.made_by, hands.handed_over_by, hands.kept_back_by)
    return state is TransferState.DRAFT or (reader is not None and reader in writers)


def require_reads_all(reader: UUID | None, state: TransferState, hands: Hands) -> None:
    """A draft is written as a whole: whoever does not see all of it would undo what they do not see."""
    if not reads_all(reader, state, hands):
        raise AccessDenied(
            "It is written by whoever hands the work over: not all of it is for you to read.",
            code="receiver_does_not_write",
        )


def note_words(content: Content, consent_on: date | None, first_meeting_on: date | None) -> str:
    """What a termination note says of it where nobody wrote it themselves: to whom the care goes, and what was handed over."""
    said = [f"The care goes to {', '.join(filter(None, (content.outside_name, content.outside_contact)))}."]
    if consent_on is not None:
        said.append(f"The client agreed on {consent_on.isoformat()}.")
    if first_meeting_on is not None:
        said.append(f"First meeting on {first_meeting_on.isoformat()}.")
    if content.parts:
        parts = ", ".join(PART[one.part].lower() for one in sorted(content.parts, key=_in_order))
        said.append(f"Handed over: {parts}.")
    return " ".join(said)


def _in_order(one: Part) -> int:
    return list(TransferPart).index(one.part)
