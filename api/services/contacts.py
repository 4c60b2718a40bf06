"""Use cases about contacts made elsewhere: a call, a message, a word at the desk, recorded in one tap."""

from datetime import timedelta
from uuid import UUID

from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import contacts as contact_store
from api.store import episodes as episode_store
from api.store import stops
from api.store.sealing import Place
from schemas.tables import Contact
from schemas.tables.base import new_id
from schemas.vocabulary import ContactDirection, ContactOutcome
from schemas.wire.common import Page
from schemas.wire.contacts import ContactIn, ContactOut

# A clock on another machine may be a little ahead of ours.
_AHEAD = timedelta(minutes=5)


@use_case(Permission.CONTACT_RECORD, audit=Action.CONTACT_RECORD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def record(work: Work, episode_id: UUID, given: ContactIn) -> ContactOut:
    """A sign of life is known from now on; where the episode stands is worked out anew at once."""
    client_store.lock_of_episodes(work.session, [episode_id])
    participants = _participants(work, episode_id)
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    if client_id is not None and client_id not in participants:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    if given.note is not None and client_id is None:
        raise invalid_field("/client_id", "Say whom the note is about.")
    at = given.at or work.now
    if at > work.now + _AHEAD:
        raise invalid_field("/at", "A contact is recorded once it has taken place.")
    row = Contact(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        at=min(at, work.now),
        known_at=work.now,
        direction=given.direction,
        channel=given.channel,
        outcome=given.outcome,
        automated=given.automated,
        recorded_by=work.principal.id,
    )
    if given.note is not None and client_id is not None:
        row.note_sealed = work.client_key(client_id).seal(given.note, Place("contacts", "note", row.id))
    contact_store.add(work.session, row)
    if given.outcome is ContactOutcome.SPOKE or (given.direction is ContactDirection.INBOUND and not given.automated):
        stops.by_sign_of_life(work.session, episode_id, client_id, work.now)
    assessment_store.refresh(work.session, [episode_id], work.now)
    return _shown(row, given.note)


@use_case(Permission.EPISODE_READ, audit=Action.CONTACT_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID, *, before: UUID | None, limit: int) -> Page[ContactOut]:
    _participants(work, episode_id)
    found = contact_store.page(work.session, episode_id, before=before, limit=limit + 1)
    noted = {row.client_id for row in found[:limit] if row.note_sealed is not None and row.client_id is not None}
    keys = work.client_keys_left(noted)
    items = [
        _shown(
            row,
            keys[row.client_id].open(row.note_sealed, Place("contacts", "note", row.id))
            if row.note_sealed is not None and row.client_id in keys
            else None,
        )
        for row in found[:limit]
    ]
    return Page[ContactOut](items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


def _participants(work: Work, episode_id: UUID) -> list[UUID]:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    return episode_store.participants(work.session, [episode_id])[episode_id]


def _shown(row: Contact, note: str | None) -> ContactOut:
    return ContactOut(
        id=row.id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        at=row.at,
        direction=row.direction,
        channel=row.channel,
        outcome=row.outcome,
        automated=row.automated,
        note=note,
        recorded_by=row.recorded_by,
    )
