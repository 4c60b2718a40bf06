"""The termination note as a document: what was written and what the record says, its signatures, and what was added later."""

from collections.abc import Iterator
from datetime import date, datetime

from api.domain import note_wording
from api.formats.documents import phrases
from api.formats.documents.paper import (
    Block,
    Facts,
    Fingerprint,
    Heading,
    Notice,
    Paper,
    Points,
    Quote,
    Signature,
    Words,
)
from api.formats.documents.told import NoteTold, Setting
from api.formats.documents.tongues import Tongue
from schemas.vocabulary import NoteState
from schemas.wire.terminations import GrowthGoal, MeasureScores, NoteContent

ABOUT_LETTERS = (
    "A character for which this document has no letter is written by its name or its number in square brackets."
)
_AT_THE_TOP = ("form", "how_it_ended", "ended_on", "closing_session")
_AMONG_THE_GOALS = ("goals_basis", "goals_agreed_on", "growth_goals")
_AMONG_THE_REVIEW = ("risk_review", "risk_review_words")
_LONGEST_HEADING = 120


def paper(note: NoteTold, setting: Setting) -> Paper:
    """A signed note is dated by what was last added to it, so that it is the same file whenever it is asked for."""
    tongue = Tongue(setting.locale, setting.zone)
    mark = phrases.MARK.get(note.state)
    return Paper(
        title=tongue.say("Termination note"),
        locale=setting.locale,
        by=setting.practice,
        dated=note.dated,
        lead=tongue.say(
            "About {client}, by {author}. {practice}.",
            client=note.client,
            author=note.author,
            practice=setting.practice,
        ),
        mark=tongue.say(mark) if mark else None,
        running=tongue.say("Termination note about {client}", client=note.client),
        page_of=tongue.say("Page {page} of {pages}"),
        size=setting.size,
        blocks=[*_notice(note, tongue), *blocks(note, tongue)],
        about_letters=tongue.say(ABOUT_LETTERS),
    )


def blocks(note: NoteTold, tongue: Tongue) -> Iterator[Block]:
    content = _dated(note, tongue)
    yield Facts([*_short(content, tongue), *_record(note, tongue)])
    for name in note_wording.PARTS:
        if name not in _AT_THE_TOP:
            yield from _part(name, note, content, tongue)
    yield from _attempts(note, tongue)
    yield from _signed(note, tongue)
    for place, added in enumerate(note.addenda):
        if place == 0:
            yield Heading(tongue.say("Added later"))
        yield Heading(tongue.say("{when}, by {name}", when=tongue.when(added.at), name=added.name), level=2)
        yield Words(added.words)


def _notice(note: NoteTold, tongue: Tongue) -> Iterator[Block]:
    if note.state in phrases.NOTICE:
        yield Notice(tongue.say(phrases.NOTICE[note.state]))
    if note.state is NoteState.DRAFT and note.returns:
        last = note.returns[-1]
        said = tongue.say("Returned for changes by {name}, {when}:", name=last.name, when=tongue.on(last.at))
        yield Words(f"{said} {last.words or ''}")


def _dated(note: NoteTold, tongue: Tongue) -> NoteContent:
    """Where no day was named, the work ended with the signature that locked the note."""
    if note.content.ended_on is not None or note.locked_at is None:
        return note.content
    return note.content.model_copy(update={"ended_on": note.locked_at.astimezone(tongue.zone).date()})


def _short(content: NoteContent, tongue: Tongue) -> Iterator[tuple[str, str]]:
    for name in _AT_THE_TOP:
        value = getattr(content, name)
        if value is not None:
            yield tongue.say(note_wording.PARTS[name]), _said(name, value, tongue)


def _said(name: str, value: object, tongue: Tongue) -> str:
    if name in phrases.CODES:
        return tongue.say(phrases.CODES[name][str(value)])
    return tongue.day(value) if isinstance(value, date) else str(value)


def _record(note: NoteTold, tongue: Tongue) -> Iterator[tuple[str, str]]:
    record = note.record
    days = (
        ("Began", record.started_at),
        ("First session", record.first_session_at),
        ("Last session", record.last_session_at),
    )
    for label, at in days:
        if at is not None:
            yield tongue.say(label), tongue.on(at)
    yield tongue.say("Sessions held"), str(record.session_count)
    last = record.last_contact
    if last is not None:
        said = [phrases.DIRECTION[last.direction], phrases.CHANNEL[last.channel]]
        said += [phrases.OUTCOME[last.outcome]] if last.outcome else []
        yield tongue.say("Last contact"), _line(last.at, said, tongue)
    yield tongue.say("The record as of"), tongue.when(record.drawn_at)
    yield tongue.say("Times"), tongue.zone.key


def _line(at: datetime, said: list[str], tongue: Tongue) -> str:
    return f"{tongue.when(at)}: {', '.join(tongue.say(one) for one in said)}"


def _part(name: str, note: NoteTold, content: NoteContent, tongue: Tongue) -> Iterator[Block]:
    """A heading and what stands below it; nothing where nothing was written."""
    if name in _AMONG_THE_GOALS:
        if name == "goals_basis":
            yield from _goals(content, tongue)
    elif name in _AMONG_THE_REVIEW:
        if name == "risk_review":
            yield from _review(note, content, tongue)
    elif name == "scores":
        if content.scores:
            yield Heading(tongue.say(note_wording.PARTS[name]))
            yield Facts([(score.measure, _score(score, tongue)) for score in content.scores])
    elif getattr(content, name) is not None:
        yield Heading(tongue.say(note_wording.PARTS[name]))
        said = _said(name, getattr(content, name), tongue)
        yield Quote(said) if name == "client_words" else Words(said)


def _goals(content: NoteContent, tongue: Tongue) -> Iterator[Block]:
    if content.goals_basis is None and not content.growth_goals:
        return
    yield Heading(tongue.say(note_wording.PARTS["goals_basis"]))
    if content.goals_basis is not None:
        said = _said("goals_basis", content.goals_basis, tongue)
        on = content.goals_agreed_on
        yield Words(f"{said}, {tongue.day(on)}." if on is not None else f"{said}.")
    for place, goal in enumerate(content.growth_goals, start=1):
        yield from _goal(goal, place, tongue)


def _goal(goal: GrowthGoal, place: int, tongue: Tongue) -> Iterator[Block]:
    """A short goal is its own heading."""
    if len(goal.goal) <= _LONGEST_HEADING and "\n" not in goal.goal:
        yield Heading(goal.goal, level=2)
    else:
        yield Heading(tongue.say("Goal {place}", place=str(place)), level=2)
        yield Words(goal.goal)
    rows = (
        ("Why it matters to the client", goal.why),
        ("Next small step", goal.next_step),
        ("Supports", goal.supports),
    )
    told = [(tongue.say(label), said) for label, said in rows if said is not None]
    if told:
        yield Facts(told)


def _review(note: NoteTold, content: NoteContent, tongue: Tongue) -> Iterator[Block]:
    if content.risk_review is None and content.risk_review_words is None:
        return
    yield Heading(tongue.say(note_wording.PARTS["risk_review"]))
    told = [f"{_said('risk_review', content.risk_review, tongue)}."] if content.risk_review is not None else []
    if note.risk_reviewed is not None:
        who = note.risk_reviewed
        told.append(tongue.say("Recorded by {name}, {when}.", name=who.name, when=tongue.when(who.at)))
    if told:
        yield Words(" ".join(told))
    if content.risk_review_words is not None:
        yield Words(content.risk_review_words)


def _score(score: MeasureScores, tongue: Tongue) -> str:
    told = (("first {points}", score.first, score.first_on), ("last {points}", score.last, score.last_on))
    return "\n".join(
        tongue.say(sentence, points=f"{value:g}") + (f" ({tongue.day(on)})" if on is not None else "")
        for sentence, value, on in told
        if value is not None
    )


def _attempts(note: NoteTold, tongue: Tongue) -> Iterator[Block]:
    if not note.record.attempts:
        return
    yield Heading(tongue.say("Attempts to reach the client"))
    yield Points(
        [
            _line(
                one.at, [phrases.CHANNEL[one.channel], *([phrases.OUTCOME[one.outcome]] if one.outcome else [])], tongue
            )
            for one in note.record.attempts
        ]
    )


def _signed(note: NoteTold, tongue: Tongue) -> Iterator[Block]:
    """What a draft was signed with before it was returned is told where every signature is."""
    if note.state is NoteState.DRAFT:
        return
    yield Heading(tongue.say("Signatures"))
    for one in note.signatures:
        yield Signature(tongue.say(note_wording.SIGNED_AS[one.part]), one.name, tongue.when(one.at))
    if note.fingerprint is not None:
        yield Fingerprint(tongue.say("Fingerprint (SHA-256 of what is stored)"), note.fingerprint)
