"""A termination note as plain text, to be pasted into the practice's main record. Nothing in it but what the note says."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.domain import note_wording
from schemas.vocabulary import Channel, ContactDirection, ContactOutcome, NoteState
from schemas.wire.terminations import GrowthGoal, MeasureScores, NoteContent, NoteRecord, TerminationNoteOut

_CHANNEL = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "text message",
    Channel.PHONE: "telephone",
    Channel.LETTER: "letter",
    Channel.PORTAL: "portal",
    Channel.IN_PERSON: "in person",
}
_OUTCOME = {
    ContactOutcome.SPOKE: "spoke",
    ContactOutcome.VOICEMAIL: "left a voicemail",
    ContactOutcome.NO_ANSWER: "nobody picked up",
    ContactOutcome.SENT: "sent",
    ContactOutcome.RECEIVED: "received",
    ContactOutcome.NOT_DELIVERED: "not delivered",
}
_DIRECTION = {ContactDirection.INBOUND: "from the client", ContactDirection.OUTBOUND: "from the practice"}
_CODES: dict[str, dict[str, str]] = {
    "form": {code.value: words for code, words in note_wording.FORM.items()},
    "how_it_ended": {code.value: words for code, words in note_wording.ENDING.items()},
    "closing_session": {code.value: words for code, words in note_wording.CLOSING.items()},
    "goals_basis": {code.value: words for code, words in note_wording.GOALS.items()},
    "risk_review": {code.value: words for code, words in note_wording.RISK_REVIEW.items()},
}


def plain(note: TerminationNoteOut, zone: ZoneInfo) -> str:
    """Lines of at most what was written: no wrapping, so that every record system can do its own. Times in `zone`."""
    lines = [
        "TERMINATION NOTE",
        f"Client: {note.client.name}",
        f"Author: {note.author.name}",
        f"State: {note_wording.NOTE_STATE[note.state]}",
        *_record(note.record, zone),
        "",
        *content_lines(_dated(note, zone)),
        *_signatures(note, zone),
    ]
    for addendum in note.addenda:
        lines += ["", f"ADDENDUM by {addendum.by.name}, {_when(addendum.at, zone)}", addendum.words]
    return "\n".join(lines) + "\n"


def _dated(note: TerminationNoteOut, zone: ZoneInfo) -> NoteContent:
    """Where no day was named, the work ended with the signature that locked the note."""
    if note.content.ended_on is not None or note.locked_at is None:
        return note.content
    return note.content.model_copy(update={"ended_on": note.locked_at.astimezone(zone).date()})


def content_lines(content: NoteContent) -> list[str]:
    """What the clinician wrote, in the order in which it is read. What was not written is left out."""
    lines: list[str] = []
    for name, heading in note_wording.PARTS.items():
        value = getattr(content, name)
        if name == "growth_goals":
            for place, goal in enumerate(content.growth_goals, start=1):
                lines += [f"{heading} {place}: {goal.goal}", *_goal(goal)]
        elif name == "scores":
            lines += [f"{heading}: {_score(score)}" for score in content.scores]
        elif value is not None:
            said = _CODES[name][value] if name in _CODES else _written(value)
            lines.append(f"{heading}: {said}")
    return lines


def _goal(goal: GrowthGoal) -> Iterator[str]:
    for heading, said in (
        ("Why it matters to the client", goal.why),
        ("Next small step", goal.next_step),
        ("Supports", goal.supports),
        ("How they will know", goal.how_known),
    ):
        if said is not None:
            yield f"  {heading}: {said}"


def _score(score: MeasureScores) -> str:
    first = _points("first", score.first, score.first_on)
    last = _points("last", score.last, score.last_on)
    return ", ".join([score.measure, *(part for part in (first, last) if part)])


def _points(which: str, value: float | None, on: date | None) -> str:
    if value is None:
        return ""
    return f"{which} {value:g}" + (f" ({on.isoformat()})" if on is not None else "")


def _record(record: NoteRecord, zone: ZoneInfo) -> Iterator[str]:
    days = (
        ("Began", record.started_at),
        ("First session", record.first_session_at),
        ("Last session", record.last_session_at),
    )
    for heading, at in days:
        if at is not None:
            yield f"{heading}: {_day(at, zone)}"
    yield f"Sessions held: {record.session_count}"
    last = record.last_contact
    if last is not None:
        said = [_DIRECTION[last.direction], _CHANNEL[last.channel], *([_OUTCOME[last.outcome]] if last.outcome else [])]
        yield f"Last contact: {_when(last.at, zone)}, {', '.join(said)}"
    for attempt in record.attempts:
        said = [_CHANNEL[attempt.channel], *([_OUTCOME[attempt.outcome]] if attempt.outcome else [])]
        yield f"Attempt to reach the client: {_when(attempt.at, zone)}, {', '.join(said)}"
    if record.closing_session is not None:
        yield f"Closing session, by its record: {note_wording.CLOSING[record.closing_session]}"
    if record.goes_to is not None:
        yield f"By its transfer: {record.goes_to}"
    for span in record.scores:
        both = (_points("first", span.first, span.first_on), _points("last", span.last, span.last_on))
        yield f"Results of {span.measure}: {', '.join(part for part in both if part)}"
    yield f"The record as of {_when(record.drawn_at, zone)}"


def _signatures(note: TerminationNoteOut, zone: ZoneInfo) -> Iterator[str]:
    if note.state is NoteState.DRAFT:
        return
    yield ""
    for signature in note.signatures:
        yield f"{note_wording.SIGNED_AS[signature.part]} by {signature.by.name}, {_when(signature.at, zone)}"
    if note.fingerprint is not None:
        yield f"Fingerprint (SHA-256 of what is stored): {note.fingerprint}"


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
