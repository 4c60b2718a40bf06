"""Use cases about termination notes: beginning one, reading, changing the draft, and the text for another record.

Signing is another matter (signatures.py). What a note says is sealed under its client's key; headings, states and instants
are readable.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import goals as goal_rules
from api.domain import note_hints
from api.domain import terminations as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, FieldProblem, Invalid, NotFound, VersionMismatch, invalid_field
from api.formats import note_text
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import episodes as episode_store
from api.store import flags as flag_store
from api.store import goals as goal_store
from api.store import letters as letter_store
from api.store import names, note_returns, ways_back
from api.store import terminations as note_store
from api.store import transfers as transfer_store
from api.store.sealing import DataKey, Place
from api.store.terminations import Wanted
from schemas.tables import NoteAddendum, NoteReturn, NoteSignature, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import FlagKind, NoteState
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.terminations import (
    NoteAddendumOut,
    NoteContent,
    NoteHintOut,
    NoteRecord,
    NoteReturnOut,
    NoteSignatureOut,
    NoteSummaryOut,
    TerminationNoteIn,
    TerminationNoteOut,
)


@dataclass(frozen=True, slots=True)
class Which:
    """What a list is narrowed to. `to_cosign`: those that wait for the caller's cosignature."""

    client_id: UUID | None = None
    episode_id: UUID | None = None
    state: NoteState | None = None
    to_cosign: bool = False


@use_case(Permission.NOTE_WRITE, audit=Action.NOTE_ADD, noun=Noun.NOTE)
def add(work: Work, given: TerminationNoteIn) -> TerminationNoteOut:
    """A draft. One client's part in one episode has one note; 409 `note_exists` says that it has one already."""
    if episode_store.get(work.session, given.episode_id) is None:
        raise invalid_field("/episode_id", "There is no such episode.")
    require_ones_own(work, Noun.EPISODE, given.episode_id)
    client_id = _participant(work, given.episode_id, given.client_id)
    known = {client_id, *note_store.doubles_of(work.session, client_id)}
    if note_store.of_parts(work.session, given.episode_id, known):
        raise Conflict("There is a note about this ending already.", code="note_exists")
    content = NoteContent(**given.model_dump(exclude={"episode_id", "client_id"}))
    _require_own_goals(content, _goals_of(work, given.episode_id, known))
    content = _with_goals(work, content, given.episode_id, known)
    note = TerminationNote(
        id=new_id(),
        episode_id=given.episode_id,
        client_id=client_id,
        author_id=work.actor_id,
        form=content.form,
        content_sealed=b"",
        created_at=work.now,
        updated_at=work.now,
    )
    _write(work, note, content, before=None)
    note_store.add(work.session, note)
    work.about(note.id)
    return _shown(work, note)


@use_case(Permission.NOTE_READ, audit=Action.NOTE_READ, noun=Noun.NOTE, subject="note_id")
def read(work: Work, note_id: UUID) -> TerminationNoteOut:
    return _shown(work, _required(work, note_id))


@use_case(Permission.NOTE_READ, audit=Action.NOTE_READ, noun=Noun.NOTE, subject="note_id")
def text(work: Work, note_id: UUID) -> str:
    """Plain, to be pasted into the practice's main record: nobody keeps two legal records."""
    note = _required(work, note_id)
    episode = episode_store.get(work.session, note.episode_id)
    zone = "UTC" if episode is None else episode.time_zone
    work.mention(as_text=True)
    return note_text.plain(_shown(work, note), ZoneInfo(zone))


@use_case(Permission.NOTE_READ, audit=Action.NOTE_LIST, noun=Noun.NOTE)
def page(work: Work, which: Which, *, before: UUID | None, limit: int) -> Page[NoteSummaryOut]:
    """Newest first, without a word of what the notes say."""
    found = note_store.page(work.session, _wanted(work, which), before=before, limit=limit + 1)
    people = _people(work, found[:limit])
    items = [NoteSummaryOut.model_validate(people.heading(note)) for note in found[:limit]]
    work.mention(count=len(items), **({"client_id": str(which.client_id)} if which.client_id else {}))
    return Page[NoteSummaryOut](items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


@use_case(Permission.NOTE_WRITE, audit=Action.NOTE_EDIT, noun=Noun.NOTE, subject="note_id", changes=True)
def change(work: Work, note_id: UUID, given: NoteContent, *, version: int) -> TerminationNoteOut:
    """The whole draft anew. Raises VersionMismatch where somebody else was faster: nothing of theirs is lost. What is stored
    already is saved, whoever sends it again because the answer never reached them.
    """
    note = note_store.hold(work.session, note_id)
    if note is None:
        raise NotFound
    if note.state is not NoteState.DRAFT:
        raise Conflict("This note is signed. Say what is to be added in an addendum.", code="note_signed")
    before = _opened(work.client_key(note.client_id), note)
    if version < note.version and given == before:
        return _shown(work, note)
    if version != note.version:
        raise VersionMismatch
    now = _client_now(work, note)
    theirs = _goals_of(work, note.episode_id, {now, *note_store.doubles_of(work.session, now)})
    # One that the draft named before may have been thrown away meanwhile: whoever writes cannot put that right.
    _require_own_goals(given, theirs | {one.goal_id for one in before.growth_goals})
    _write(work, note, given, before=before)
    note.updated_at, note.version = work.now, note.version + 1
    work.session.flush()
    return _shown(work, note)


@use_case(Permission.NOTE_WRITE, audit=Action.NOTE_DISCARD, noun=Noun.NOTE, subject="note_id", changes=True)
def discard(work: Work, note_id: UUID, *, version: int) -> None:
    """A draft that was begun by mistake. One that somebody signed, or that is owed since the work has ended, stays."""
    note = note_store.hold(work.session, note_id)
    if note is None:
        raise NotFound
    if note.state is not NoteState.DRAFT or note_store.signatures(work.session, [note_id]):
        raise Conflict("This note was signed. It stays on record.", code="note_signed")
    if note.version != version:
        raise VersionMismatch
    episode = episode_store.get(work.session, note.episode_id)
    taking_part = episode_store.participants(work.session, [note.episode_id])[note.episode_id]
    if episode is None or episode.ended_at is not None or _client_now(work, note) not in taking_part:
        raise Conflict("The work has ended, so the note about it is owed.", code="note_owed")
    work.mention(client_id=str(note.client_id), episode_id=str(note.episode_id))
    letter_store.drop(work.session, note.id, work.now)
    note_store.delete(work.session, note)


def _participant(work: Work, episode_id: UUID, wanted: UUID | None) -> UUID:
    """Also somebody whose part has ended already."""
    everybody = episode_store.everybody(work.session, episode_id)
    if wanted is None and len(everybody) == 1:
        return next(iter(everybody))
    if wanted is None or wanted not in everybody:
        raise invalid_field("/client_id", "Say which participant of the episode the note is about.")
    return wanted


def _with_goals(work: Work, content: NoteContent, episode_id: UUID, client_ids: Collection[UUID]) -> NoteContent:
    """Begun with the goals that stand on record, where whoever begins it says nothing of goals; and with the practice's way back."""
    if content.return_path is None:
        content = content.model_copy(update={"return_path": ways_back.of_a_note(work.session)})
    if content.goals_basis is not None or content.growth_goals:
        return content
    standing = goal_store.standing(work.session, work.keyring, episode_id, client_ids)
    return NoteContent.of_record({**content.model_dump(), **goal_rules.to_begin_with(standing)})


def _goals_of(work: Work, episode_id: UUID, client_ids: Collection[UUID]) -> set[UUID | None]:
    """Of one client's part, by whichever double they were recorded."""
    return {one for client_id in client_ids for one in goal_store.ids_of(work.session, episode_id, client_id)}


def _require_own_goals(content: NoteContent, ours: Collection[UUID | None]) -> None:
    """Any other goal is reported as absent, so that whether there is one elsewhere does not leak. Raises Invalid."""
    foreign = [
        FieldProblem(f"/growth_goals/{place}/goal_id", "There is no such goal of this client in this work.")
        for place, one in enumerate(content.growth_goals)
        if one.goal_id is not None and one.goal_id not in ours
    ]
    if foreign:
        raise Invalid(*foreign)


def _write(work: Work, note: TerminationNote, content: NoteContent, *, before: NoteContent | None) -> None:
    """Seals it. A risk review that is new bears the name of whoever recorded it, and the instant."""
    note.form, note.how_it_ended, note.closing_session = content.form, content.how_it_ended, content.closing_session
    now_said = (content.risk_review, content.risk_review_words)
    stale = before is not None and _review_is_missing(work, note)
    if content.risk_review is None:
        note.risk_reviewed_at = note.risk_reviewed_by = None
    elif before is None or stale or now_said != (before.risk_review, before.risk_review_words):
        note.risk_reviewed_at, note.risk_reviewed_by = work.now, work.actor_id
    key = work.client_key(note.client_id)
    note.content_sealed = key.seal(content.model_dump_json(), Place("termination_notes", "content", note.id))


def _client_now(work: Work, note: TerminationNote) -> UUID:
    """Who takes part under that name by now, should the note's client have been a double."""
    return note_store.merged_into(work.session, [note.client_id]).get(note.client_id, note.client_id)


def _review_is_missing(work: Work, note: TerminationNote) -> bool:
    client_id = _client_now(work, note)
    flags = flag_store.open_ones(work.session, [client_id, note.client_id])
    raised_at = [flag.raised_at for flag in flags if flag.kind is FlagKind.RISK_OF_HARM]
    return rules.review_is_missing(note.risk_reviewed_at, raised_at)


def _opened(key: DataKey, note: TerminationNote) -> NoteContent:
    sealed, place = note.content_sealed, Place("termination_notes", "content", note.id)
    return NoteContent.on_record(key.open(sealed, place))


def _required(work: Work, note_id: UUID) -> TerminationNote:
    note = note_store.get(work.session, note_id)
    if note is None:
        raise NotFound
    return note


def _wanted(work: Work, which: Which) -> Wanted:
    """Whoever leads the practice cosigns for everybody, a supervisor for those they supervise, nobody for themselves."""
    clients = None
    if which.client_id is not None:
        clients = {which.client_id, *note_store.doubles_of(work.session, which.client_id)}
    if not which.to_cosign:
        return Wanted(clients, which.episode_id, which.state)
    return Wanted(clients, which.episode_id, NoteState.AWAITING_COSIGN, work.principal.sees, work.principal.id)


@dataclass(frozen=True, slots=True)
class _People:
    """The names that a page of notes needs."""

    clients: dict[UUID, PersonOut]
    members: dict[UUID, str]

    def member(self, member_id: UUID) -> PersonOut:
        return PersonOut(id=member_id, name=self.members.get(member_id, ""))

    def heading(self, note: TerminationNote) -> dict[str, object]:
        return {
            "id": note.id,
            "episode_id": note.episode_id,
            "client": self.clients[note.client_id],
            "author": self.member(note.author_id),
            "state": note.state,
            "how_it_ended": note.how_it_ended,
            "created_at": note.created_at,
            "updated_at": note.updated_at,
            "signed_at": note.signed_at,
            "locked_at": note.locked_at,
            "version": note.version,
        }


def _people(work: Work, notes: Sequence[TerminationNote], others: Collection[UUID] = ()) -> _People:
    """A note about somebody's double is shown with the client they turned out to be."""
    ids = {note.client_id for note in notes}
    now = {one: one for one in ids} | note_store.merged_into(work.session, ids)
    known = names.of_clients(work.session, work.keyring, set(now.values()))
    members = {note.author_id for note in notes} | set(others)
    return _People(
        {one: PersonOut(id=client_id, name=known.get(client_id, "")) for one, client_id in now.items()},
        names.of_members(work.session, work.keyring, members),
    )


def _shown(work: Work, note: TerminationNote) -> TerminationNoteOut:
    key = work.client_key(note.client_id)
    signatures = note_store.signatures(work.session, [note.id])
    addenda = note_store.addenda(work.session, [note.id])
    others = {row.member_id for row in signatures} | {row.author_id for row in addenda}
    returns = note_returns.of_note(work.session, note)
    others |= {row.member_id for row in returns} | ({note.risk_reviewed_by} if note.risk_reviewed_by else set())
    people = _people(work, [note], others)
    content = _opened(key, note)
    missing = note.state is not NoteState.SIGNED and _review_is_missing(work, note)
    if missing and note.state is NoteState.DRAFT:
        # A review made before a flag was raised says nothing about it: whoever sends this back has not said it again.
        content = content.model_copy(update={"risk_review": None, "risk_review_words": None})
    return TerminationNoteOut.model_validate(
        {
            **people.heading(note),
            "content": content,
            "record": _record(work, note, key),
            "required": rules.required_parts(content.form, content.how_it_ended),
            "risk_reviewed_at": note.risk_reviewed_at,
            "risk_reviewed_by": people.member(note.risk_reviewed_by) if note.risk_reviewed_by else None,
            "risk_review_needed": missing,
            "needs_cosign": note.needs_cosign,
            **_returned(people, key, note, returns),
            "signatures": [_signature(people, row) for row in signatures],
            "addenda": [_addendum(people, key, row) for row in addenda],
            "fingerprint": note.digest.hex() if note.digest is not None else None,
            "hints": list(_hints(content)) if note.state is NoteState.DRAFT else [],
        }
    )


def _hints(content: NoteContent) -> Iterator[NoteHintOut]:
    """On everything but the client's own words."""
    for pointer, words in _words_of(content):
        for hint in note_hints.look_over(words):
            yield NoteHintOut(pointer=pointer, **asdict(hint))


def _words_of(content: NoteContent) -> Iterator[tuple[str, str]]:
    parts = content.model_dump(mode="json", exclude={"client_words", "growth_goals", "scores"})
    yield from ((f"/{name}", said) for name, said in parts.items() if isinstance(said, str))
    for place, goal in enumerate(content.growth_goals):
        own = goal.model_dump(mode="json", exclude={"goal", "goal_id", "goal_version"}, exclude_none=True)
        yield from ((f"/growth_goals/{place}/{name}", said) for name, said in own.items())


def _record(work: Work, note: TerminationNote, key: DataKey) -> NoteRecord:
    """As it was when the author signed; of a draft as it is now."""
    if note.record_sealed is not None:
        opened = key.open(note.record_sealed, Place("termination_notes", "record", note.id))
        return NoteRecord.model_validate_json(opened)
    episode = episode_store.get(work.session, note.episode_id)
    if episode is None:
        raise NotFound
    client_id = _client_now(work, note)
    drawn = replace(
        note_store.drawn(work.session, episode, client_id, work.now),
        goes_to=transfer_store.goes_to(work.session, work.keyring, episode.id, client_id),
    )
    return NoteRecord.model_validate(drawn, from_attributes=True)


def _returned(people: _People, key: DataKey, note: TerminationNote, rows: Sequence[NoteReturn]) -> dict[str, object]:
    """Every return, and of a draft the last, which is what its author is to change."""
    told = [
        NoteReturnOut(reason=note_returns.reason(key, row), by=people.member(row.member_id), at=row.at) for row in rows
    ]
    last = told[-1] if told and note.state is NoteState.DRAFT else None
    return {
        "returns": told,
        "returned_reason": last and last.reason,
        "returned_by": last and last.by,
        "returned_at": last and last.at,
    }


def _signature(people: _People, row: NoteSignature) -> NoteSignatureOut:
    return NoteSignatureOut(part=row.part, by=people.member(row.member_id), at=row.at)


def _addendum(people: _People, key: DataKey, row: NoteAddendum) -> NoteAddendumOut:
    words = key.open(row.words_sealed, Place("note_addenda", "words", row.id))
    return NoteAddendumOut(id=row.id, words=words, by=people.member(row.author_id), at=row.at)
