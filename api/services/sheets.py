"""The one page that a client takes along: goals, early signs, the way back, where help is now. In their language, without a name."""

from uuid import UUID

from api.domain import crisis_lines, way_back
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound, invalid_field
from api.formats import sheet_text
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import goals as goal_store
from api.store import practices as practice_store
from api.store import terminations as note_store
from api.store import ways_back
from api.store.sealing import Place
from schemas.tables import Client
from schemas.vocabulary import Locale
from schemas.wire.crisis_lines import CrisisLineOut
from schemas.wire.sheets import SheetGoalOut, SheetOut
from schemas.wire.terminations import NoteContent


@use_case(Permission.NOTE_READ, audit=Action.SHEET_READ, noun=Noun.EPISODE, subject="episode_id")
def read(work: Work, episode_id: UUID, *, client_id: UUID | None, locale: Locale | None) -> SheetOut:
    """Of one participant alone, in the language that is asked for, else in theirs."""
    return _made(work, episode_id, client_id, locale)


@use_case(Permission.NOTE_READ, audit=Action.SHEET_READ, noun=Noun.EPISODE, subject="episode_id")
def text(work: Work, episode_id: UUID, *, client_id: UUID | None, locale: Locale | None) -> str:
    work.mention(as_text=True)
    return sheet_text.plain(_made(work, episode_id, client_id, locale))


def _made(work: Work, episode_id: UUID, wanted: UUID | None, locale: Locale | None) -> SheetOut:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    client = _client(work, episode_id, wanted)
    practice = practice_store.current(work.session)
    chosen = locale or way_back.language(client.locale or practice.locale)
    known = {client.id, *note_store.doubles_of(work.session, client.id)}
    note = _note(work, episode_id, known)
    help_now = crisis_lines.shown(practice.country, practice.crisis_lines)
    words = (
        [note.return_path] if note.return_path else list(way_back.shown(chosen, *ways_back.words(work.session, chosen)))
    )
    return SheetOut(
        episode_id=episode_id,
        client_id=client.id,
        locale=chosen,
        goals=[
            SheetGoalOut.model_validate(one.words, from_attributes=True)
            for one in goal_store.standing(work.session, work.keyring, episode_id, known)
        ],
        early_signs=note.early_signs,
        supports=note.supports,
        way_back=words,
        emergency=list(help_now.emergency),
        crisis_lines=[CrisisLineOut.model_validate(one, from_attributes=True) for one in help_now.lines],
    )


def _client(work: Work, episode_id: UUID, wanted: UUID | None) -> Client:
    everybody = episode_store.everybody(work.session, episode_id)
    client_id = wanted or (next(iter(everybody)) if len(everybody) == 1 else None)
    if client_id is None or client_id not in everybody:
        raise invalid_field("/query/client_id", "Say for which participant of the episode the sheet is.")
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return client


def _note(work: Work, episode_id: UUID, client_ids: set[UUID]) -> NoteContent:
    """As it is now, a draft too: whoever hands the sheet out has written it."""
    keys = work.client_keys_left(client_ids)
    for row in note_store.of_parts(work.session, episode_id, client_ids):
        if row.client_id in keys:
            place = Place("termination_notes", "content", row.id)
            return NoteContent.on_record(keys[row.client_id].open(row.content_sealed, place))
    return NoteContent()
