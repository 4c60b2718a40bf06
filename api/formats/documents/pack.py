"""The evidence pack: the note, and then everything on record about reaching the client, oldest first, in one file.

Each message with its words, every decision on whether it might go, and what became of it; of the unsent as of the sent. Replies,
calls and letters beside them; at the end every signature. What was told to one person in confidence is no part of the record it is
drawn from, and so of no pack.
"""

from collections.abc import Iterator, Sequence

from api.domain import note_wording
from api.formats.documents import note as note_documents
from api.formats.documents import phrases
from api.formats.documents.paper import Block, Facts, Heading, Notice, Paper, Points, Quote, Remark, Signature, Words
from api.formats.documents.told import (
    ActTold,
    ContactTold,
    DecisionTold,
    Happened,
    MessageTold,
    PackTold,
    ReplyTold,
    Setting,
    SignedTold,
)
from api.formats.documents.tongues import Tongue
from schemas.vocabulary import ContactDirection, NoteState

# Setting takes 0.2 MB for a thousand characters, and for what stands around one message as much as for two thousand (measured): a pack
# as full as this takes 0.6 GB and five seconds, no more than a note that is filled to its limits.
_MOST_CHARACTERS = 3_000_000
_AROUND_IT: dict[type[Happened], int] = {MessageTold: 2_000, ReplyTold: 1_000, ContactTold: 500}


def newest_that_fit(happened: Sequence[Happened], *, most: int = _MOST_CHARACTERS) -> Sequence[Happened]:
    """Of what stands with the oldest first, as much from its end as one file can hold. The newest always."""
    room = most
    for place in range(len(happened) - 1, -1, -1):
        room -= _length(happened[place])
        if room < 0:
            return happened[min(place + 1, len(happened) - 1) :]
    return happened


def _length(one: Happened) -> int:
    """In characters, what stands around the words counted as if it were words."""
    said: list[str | None] = []
    match one:
        case MessageTold():
            said += [one.subject, one.body, one.kept_because, *(step.text for step in one.steps)]
            said += [reason for decision in one.decisions for reason in decision.reasons]
        case ReplyTold():
            said.append(one.words)
        case ContactTold():
            said.append(one.note)
    return _AROUND_IT[type(one)] + sum(len(words or "") for words in said)


def paper(pack: PackTold, setting: Setting) -> Paper:
    tongue = Tongue(setting.locale, setting.zone)
    note = pack.note
    mark = phrases.MARK.get(note.state)
    return Paper(
        title=tongue.say("Record of the ending"),
        locale=setting.locale,
        by=setting.practice,
        dated=pack.drawn_at,
        lead=tongue.say(
            "About {client}: the note by {author}, and what was done to reach them. {practice}, {when}.",
            client=note.client,
            author=note.author,
            practice=setting.practice,
            when=tongue.when(pack.drawn_at),
        ),
        mark=tongue.say(mark) if mark else None,
        running=tongue.say("Record of the ending, {client}", client=note.client),
        page_of=tongue.say("Page {page} of {pages}"),
        size=setting.size,
        blocks=list(_blocks(pack, tongue)),
        about_letters=tongue.say(note_documents.ABOUT_LETTERS),
    )


def _blocks(pack: PackTold, tongue: Tongue) -> Iterator[Block]:
    if pack.note.state in phrases.NOTICE:
        yield Notice(tongue.say(phrases.NOTICE[pack.note.state]))
    yield Facts(list(_inventory(pack, tongue)))
    yield Heading(tongue.say("The termination note"))
    yield from (_one_lower(block) for block in note_documents.blocks(pack.note, tongue))
    yield Heading(tongue.say("What was done to reach the client, oldest first"))
    if pack.left_out:
        yield Remark(tongue.say("{count} older ones are not part of this file.", count=str(pack.left_out)))
    if not pack.happened:
        yield Words(tongue.say("Nothing is on record."))
    for one in pack.happened:
        yield from _happened(one, tongue)
    yield Heading(tongue.say("Every signature"))
    yield from _signatures(pack, tongue)


def _inventory(pack: PackTold, tongue: Tongue) -> Iterator[tuple[str, str]]:
    """What is in it, so that a page that is missing is missed."""
    kinds: tuple[tuple[str, type[Happened]], ...] = (
        ("Messages", MessageTold),
        ("Replies", ReplyTold),
        ("Calls, letters and other contacts", ContactTold),
    )
    for label, kind in kinds:
        yield tongue.say(label), str(sum(isinstance(one, kind) for one in pack.happened))
    yield tongue.say("Signatures"), str(len(pack.note.signatures))
    yield tongue.say("Returned for changes"), str(len(pack.note.returns))
    yield tongue.say("Added later"), str(len(pack.note.addenda))


def _one_lower(block: Block) -> Block:
    return Heading(block.text, block.level + 1) if isinstance(block, Heading) else block


def _happened(one: Happened, tongue: Tongue) -> Iterator[Block]:
    match one:
        case MessageTold():
            yield from _message(one, tongue)
        case ReplyTold():
            yield from _reply(one, tongue)
        case ContactTold():
            yield from _contact(one, tongue)


def _message(one: MessageTold, tongue: Tongue) -> Iterator[Block]:
    kind, way = tongue.say(phrases.MESSAGE[one.kind]), tongue.say(phrases.CHANNEL[one.channel])
    yield Heading(f"{tongue.when(one.at)}: {kind}, {way}", level=2)
    yield Facts(list(_about_message(one, tongue)))
    yield Quote(one.body)
    yield Heading(tongue.say("Whether it might go"), level=3)
    yield Points(_decisions(one.decisions, tongue) or [tongue.say("It was not asked yet.")])
    if one.steps:
        yield Heading(tongue.say("What became of it"), level=3)
        yield Points([f"{tongue.when(step.at)}: {tongue.tell(step.text)}" for step in one.steps])


def _about_message(one: MessageTold, tongue: Tongue) -> Iterator[tuple[str, str]]:
    sent = tongue.say("Somebody sent it themselves.") if one.by_hand else tongue.say(phrases.STATE[one.state])
    yield tongue.say("State"), sent
    yield tongue.say("Subject"), one.subject
    yield tongue.say("Written by"), f"{one.written_by}, {tongue.when(one.written_at)}"
    if one.approved_by is not None and one.approved_at is not None:
        yield tongue.say("Approved by"), f"{one.approved_by}, {tongue.when(one.approved_at)}"
    if one.kept_because is not None:
        yield tongue.say("Wording kept as it is because"), one.kept_because


def _decisions(decisions: Sequence[DecisionTold], tongue: Tongue) -> list[str]:
    told = []
    for one in decisions:
        asked, answer = tongue.say(phrases.ASKED[one.asked]), tongue.say("yes" if one.allowed else "no")
        why = " ".join(tongue.say(reason) for reason in one.reasons)
        why = why or tongue.say("Nothing on record spoke against it.")
        told.append(f"{tongue.when(one.at)}, {asked}: {answer}. {why}")
    return told


def _reply(one: ReplyTold, tongue: Tongue) -> Iterator[Block]:
    yield Heading(f"{tongue.when(one.at)}: {tongue.say(phrases.SPOKEN_BY[one.spoken_by])}", level=2)
    if one.answer is not None:
        yield Words(f"{tongue.say(phrases.ANSWER[one.answer])}.")
    if one.reasons:
        yield Points([tongue.say(phrases.REASON[reason]) for reason in one.reasons])
    if one.words:
        yield Quote(one.words)
    yield Facts(list(_about_reply(one, tongue)))


def _about_reply(one: ReplyTold, tongue: Tongue) -> Iterator[tuple[str, str]]:
    if one.chosen_time is not None:
        yield tongue.say("Chosen time"), tongue.when(one.chosen_time)
    if one.opted_out:
        yield tongue.say("Asked with it"), tongue.say("Not to be written to at this address any more.")
    if one.replaced:
        yield tongue.say("What was done"), tongue.say("Another reply took its place before anybody had read it.")
    elif one.handled is None or one.handled_at is None:
        yield tongue.say("What was done"), tongue.say("Nothing yet: it waits for an answer.")
    else:
        by = f", {one.handled_by}" if one.handled_by else ""
        yield (
            tongue.say("What was done"),
            f"{tongue.say(phrases.HANDLING[one.handled])}{by}, {tongue.when(one.handled_at)}",
        )


def _contact(one: ContactTold, tongue: Tongue) -> Iterator[Block]:
    inbound = one.direction is ContactDirection.INBOUND
    kind = (
        "The client was in touch"
        if inbound
        else "An automatic message"
        if one.automated
        else "The practice was in touch"
    )
    said = [tongue.say(phrases.CHANNEL[one.channel])]
    said += [tongue.say(phrases.OUTCOME[one.outcome])] if one.outcome is not None else []
    yield Heading(f"{tongue.when(one.at)}: {tongue.say(kind)}, {', '.join(said)}", level=2)
    if one.note:
        yield Words(one.note)
    if one.recorded_by:
        yield Remark(tongue.say("Recorded by {name}.", name=one.recorded_by))


def _signatures(pack: PackTold, tongue: Tongue) -> Iterator[Block]:
    note = pack.note
    if not note.signatures:
        yield Words(tongue.say("Nobody has signed yet."))
    acts: list[SignedTold | ActTold] = [*note.signatures, *note.returns]
    for one in sorted(acts, key=lambda act: act.at):
        if isinstance(one, SignedTold):
            yield Signature(tongue.say(note_wording.SIGNED_AS[one.part]), one.name, tongue.when(one.at))
            continue
        yield Signature(tongue.say("Returned for changes"), one.name, tongue.when(one.at))
        if one.words:
            yield Words(one.words)
    for added in note.addenda:
        yield Signature(tongue.say("Added to the note"), added.name, tongue.when(added.at))
    if note.state is NoteState.SIGNED and note.fingerprint is not None:
        yield Remark(
            tongue.say(
                "leavetaking verify compares the fingerprint of the note, each signature and each addendum with what is stored."
            )
        )
