"""Use cases that hand out a document: the note, the pack of everything around it, and the client's closing letter.

The files bear no name of a client. What they say is what the pages say, to whoever may read those.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import contact_reasons
from api.domain import letters as letter_rules
from api.domain import terminations as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.formats.documents import letter as letters
from api.formats.documents import note as notes
from api.formats.documents import pack as packs
from api.formats.documents import typesetting
from api.formats.documents.paper import Paper, size_in
from api.formats.documents.told import (
    ActTold,
    AddedTold,
    ContactTold,
    DecisionTold,
    Happened,
    LetterTold,
    MessageTold,
    NoteTold,
    PackTold,
    ReplyTold,
    Setting,
    SignedTold,
    StepTold,
)
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import attempts as attempt_store
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import flags as flag_store
from api.store import inbox as inbox_store
from api.store import letters as letter_store
from api.store import message_logs as log_store
from api.store import names, note_returns
from api.store import offered_times as time_store
from api.store import practices as practice_store
from api.store import terminations as note_store
from api.store import transfers as transfer_store
from api.store.sealing import DataKey, Place
from schemas.tables import CheckIn, Contact, ContactDecision, Delivery, Reply, TerminationNote
from schemas.vocabulary import CheckInKind, CheckInState, FlagKind, GivenReason, Locale, MessageStep, NoteState
from schemas.wire.terminations import NoteContent, NoteRecord

# A course of work with more attempts than this would be told in part, and the file says so.
_MOST = 2_000
# Who wrote and approved it is told with their names, and the decisions with their reasons: not a second time as steps.
_STEPS = frozenset({MessageStep.HANDED_OVER, MessageStep.ENDED})


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be set, and the name of the file, which says nothing about the client."""

    name: str
    paper: Paper

    def as_pdf(self) -> bytes:
        """Once the unit is closed: a long one takes half a second, in which nobody else need wait for the database."""
        return typesetting.pdf(self.paper)


@use_case(Permission.NOTE_READ, audit=Action.NOTE_READ, noun=Noun.NOTE, subject="note_id")
def note(work: Work, note_id: UUID, locale: Locale | None) -> Document:
    """Of a signed note the same bytes, until something is added or a name on it changes; of a draft what it says now, marked as one."""
    row, told = _note(work, note_id)
    setting = _setting(work, row.episode_id, locale)
    work.mention(as_pdf=True, locale=setting.locale)
    return Document(f"termination-note-{told.dated:%Y-%m-%d}.pdf", notes.paper(told, setting))


# Whoever reads messages reads notes, replies and contacts too; a test holds that. A key reads no messages, and so makes no pack.
@use_case(Permission.CHECK_IN_READ, audit=Action.NOTE_EVIDENCE, noun=Noun.NOTE, subject="note_id")
def pack(work: Work, note_id: UUID, locale: Locale | None) -> Document:
    """The note with everything on record about reaching the client. Whoever makes it has opened the replies in it."""
    row, told = _note(work, note_id)
    setting = _setting(work, row.episode_id, locale)
    mine = _theirs(work, row)
    keys = work.client_keys_left(mine)
    happened = sorted(
        [*_messages(work, row, mine, keys), *_replies(work, row, mine, keys), *_contacts(work, row, mine, keys)],
        key=lambda one: one.at,
    )
    kept = packs.newest_that_fit(happened[-_MOST:])
    left_out = len(happened) - len(kept)
    work.mention(count=len(kept), locale=setting.locale, **({"left_out": left_out} if left_out else {}))
    paper = packs.paper(PackTold(told, work.now, kept, left_out), setting)
    return Document(f"record-of-the-ending-{work.now:%Y-%m-%d}.pdf", paper)


@use_case(Permission.CHECK_IN_READ, audit=Action.LETTER_PRINT, noun=Noun.CHECK_IN, subject="check_in_id")
def letter(work: Work, check_in_id: UUID) -> Document:
    """A closing letter to print, in its own language. Any other message is no letter: raises NotFound; Conflict of a client who died."""
    row = checkin_store.get(work.session, check_in_id)
    if row is None or row.kind is not CheckInKind.CLOSING_LETTER:
        raise NotFound
    words = checkin_store.opened(row, work.client_key(row.client_id))
    _require_living(work, row)
    dated = row.state_at if letter_rules.is_final(row.state, None) else row.written_at
    standing = letter_store.standing(work.session, row)
    final = letter_rules.is_final(row.state, standing.note_state if standing else None)
    told = LetterTold(words.body, dated, final=final)
    work.mention(as_pdf=True)
    paper = letters.paper(told, _setting(work, row.episode_id, row.locale))
    return Document(f"closing-letter-{dated:%Y-%m-%d}.pdf", paper)


def _require_living(work: Work, row: CheckIn) -> None:
    client, episode = client_store.get(work.session, row.client_id), episode_store.get(work.session, row.episode_id)
    died = client is not None and client.died_on is not None
    letter_rules.require_living(died=died, ending=episode.ending if episode else None)


def _setting(work: Work, episode_id: UUID, locale: Locale | None) -> Setting:
    """Where no language is asked for, the practice's, should it be one of ours."""
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    practice = practice_store.current(work.session)
    ours = next((one for one in Locale if practice.locale.startswith(one.value)), Locale.EN)
    return Setting(practice.name, locale or ours, ZoneInfo(episode.time_zone), size_in(practice.country))


def _theirs(work: Work, row: TerminationNote) -> set[UUID]:
    """The client, with those who turned out to be the same."""
    now = _client_now(work, row)
    return {row.client_id, now, *note_store.doubles_of(work.session, now)}


def _client_now(work: Work, row: TerminationNote) -> UUID:
    return note_store.merged_into(work.session, [row.client_id]).get(row.client_id, row.client_id)


def _note(work: Work, note_id: UUID) -> tuple[TerminationNote, NoteTold]:
    row = note_store.get(work.session, note_id)
    if row is None:
        raise NotFound
    key, client_id = work.client_key(row.client_id), _client_now(work, row)
    signatures, addenda = note_store.signatures(work.session, [row.id]), note_store.addenda(work.session, [row.id])
    returns = note_returns.of_note(work.session, row)
    named = {row.author_id, row.risk_reviewed_by, *(one.member_id for one in signatures)}
    named |= {one.author_id for one in addenda} | {one.member_id for one in returns}
    members = names.of_members(work.session, work.keyring, {one for one in named if one is not None})
    content = _content(work, row, key, client_id)
    return row, NoteTold(
        client=names.of_clients(work.session, work.keyring, {client_id}).get(client_id, ""),
        author=members.get(row.author_id, ""),
        state=row.state,
        content=content,
        record=_record(work, row, key, client_id),
        dated=max([_changed_at(row), *(one.at for one in addenda)]),
        locked_at=row.locked_at,
        signatures=[SignedTold(one.part, members.get(one.member_id, ""), one.at) for one in signatures],
        addenda=[
            AddedTold(
                key.open(one.words_sealed, Place("note_addenda", "words", one.id)),
                members.get(one.author_id, ""),
                one.at,
            )
            for one in addenda
        ],
        fingerprint=row.digest.hex() if row.digest is not None else None,
        risk_reviewed=_act(members, row.risk_reviewed_by, row.risk_reviewed_at) if content.risk_review else None,
        returns=[ActTold(members.get(one.member_id, ""), one.at, note_returns.reason(key, one)) for one in returns],
    )


def _changed_at(row: TerminationNote) -> datetime:
    return row.locked_at or row.signed_at or row.updated_at if row.state is not NoteState.DRAFT else row.updated_at


def _act(members: dict[UUID, str], member_id: UUID | None, at: datetime | None) -> ActTold | None:
    return None if member_id is None or at is None else ActTold(members.get(member_id, ""), at)


def _content(work: Work, row: TerminationNote, key: DataKey, client_id: UUID) -> NoteContent:
    """In a draft a risk review from before a flag was raised says nothing about it, here as on its page."""
    content = NoteContent.on_record(key.open(row.content_sealed, Place("termination_notes", "content", row.id)))
    if row.state is not NoteState.DRAFT:
        return content
    flags = flag_store.open_ones(work.session, [client_id, row.client_id])
    raised_at = [flag.raised_at for flag in flags if flag.kind is FlagKind.RISK_OF_HARM]
    if not rules.review_is_missing(row.risk_reviewed_at, raised_at):
        return content
    return content.model_copy(update={"risk_review": None, "risk_review_words": None})


def _record(work: Work, row: TerminationNote, key: DataKey, client_id: UUID) -> NoteRecord:
    """As it was when the author signed; of a draft as it is now."""
    if row.record_sealed is not None:
        opened = key.open(row.record_sealed, Place("termination_notes", "record", row.id))
        return NoteRecord.model_validate_json(opened)
    episode = episode_store.get(work.session, row.episode_id)
    if episode is None:
        raise NotFound
    drawn = replace(
        note_store.drawn(work.session, episode, client_id, work.now),
        goes_to=transfer_store.goes_to(work.session, work.keyring, episode.id, client_id),
    )
    return NoteRecord.model_validate(drawn, from_attributes=True)


def _messages(
    work: Work, note: TerminationNote, mine: Collection[UUID], keys: dict[UUID, DataKey]
) -> Iterator[Happened]:
    rows = attempt_store.messages(work.session, note.episode_id, mine, limit=_MOST + 1)
    ids = [row.id for row in rows]
    deliveries = checkin_store.deliveries(work.session, ids)
    decisions: dict[UUID, list[ContactDecision]] = {one: [] for one in ids}
    for decision in checkin_store.decisions(work.session, ids):
        decisions[decision.check_in_id].append(decision)
    people = {one for row in rows for one in (row.written_by, row.approved_by) if one is not None}
    members = names.of_members(work.session, work.keyring, people)
    for row in rows:
        yield _message(row, keys.get(row.client_id), decisions[row.id], deliveries.get(row.id), members)


def _message(
    row: CheckIn,
    key: DataKey | None,
    decisions: Sequence[ContactDecision],
    delivery: Delivery | None,
    members: dict[UUID, str],
) -> MessageTold:
    words = checkin_store.opened(row, key)
    handed_over_at = delivery.handing_over_at if delivery is not None else None
    last_asked_at = decisions[-1].at if decisions else row.state_at
    return MessageTold(
        at=handed_over_at or (last_asked_at if row.state is CheckInState.DRAFT else row.state_at),
        kind=row.kind,
        channel=row.channel,
        state=row.state,
        subject=words.subject,
        body=words.body,
        written_by=members.get(row.written_by, ""),
        written_at=row.written_at,
        approved_by=members.get(row.approved_by) if row.approved_by else None,
        approved_at=row.approved_at,
        by_hand=row.by_hand,
        kept_because=words.override_reason,
        decisions=[_decision(one) for one in decisions],
        steps=[
            StepTold(step.at, step.text) for step in log_store.told(row, decisions, delivery) if step.step in _STEPS
        ],
    )


def _decision(row: ContactDecision) -> DecisionTold:
    reasons = contact_reasons.told(row.reasons, row.facts)
    return DecisionTold(row.at, row.asked, row.allowed, [one.text for one in reasons])


def _replies(
    work: Work, note: TerminationNote, mine: Collection[UUID], keys: dict[UUID, DataKey]
) -> Iterator[Happened]:
    rows = attempt_store.replies(work.session, note.episode_id, mine, limit=_MOST + 1)
    inbox_store.see(work.session, rows, work.now)
    times = time_store.named(work.session, {row.offered_time_id for row in rows if row.offered_time_id})
    members = names.of_members(work.session, work.keyring, {row.handled_by for row in rows if row.handled_by})
    for row in rows:
        chosen = times.get(row.offered_time_id) if row.offered_time_id else None
        yield ReplyTold(
            at=row.at,
            answer=row.answer,
            reasons=[GivenReason(reason) for reason in row.reasons],
            words=_words(keys, row),
            chosen_time=chosen.starts_at if chosen is not None else None,
            spoken_by=row.spoken_by,
            opted_out=row.opted_out,
            replaced=row.superseded_by is not None,
            handled=row.handled_how,
            handled_by=members.get(row.handled_by) if row.handled_by else None,
            handled_at=row.handled_at,
        )


def _words(keys: dict[UUID, DataKey], row: Reply) -> str | None:
    if row.words_sealed is None or row.client_id not in keys:
        return None
    return keys[row.client_id].open(row.words_sealed, Place("replies", "words", row.id))


def _contacts(
    work: Work, note: TerminationNote, mine: Collection[UUID], keys: dict[UUID, DataKey]
) -> Iterator[Happened]:
    rows = attempt_store.contacts(work.session, note.episode_id, mine, limit=_MOST + 1)
    members = names.of_members(work.session, work.keyring, {row.recorded_by for row in rows if row.recorded_by})
    for row in rows:
        yield ContactTold(
            at=row.at,
            direction=row.direction,
            channel=row.channel,
            outcome=row.outcome,
            automated=row.automated,
            note=_note_of(keys, row),
            recorded_by=members.get(row.recorded_by) if row.recorded_by else None,
        )


def _note_of(keys: dict[UUID, DataKey], row: Contact) -> str | None:
    if row.note_sealed is None or row.client_id not in keys:
        return None
    return keys[row.client_id].open(row.note_sealed, Place("contacts", "note", row.id))
