"""What somebody does who stands in for a colleague: a contact recorded, an answer read and dealt with.

Nothing is sent from here: a message under one's own name to a colleague's client is the clinician's, or a practice lead's. A risk that
was the absent clinician's task is opened and closed where every risk is, in `flags`.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
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
from api.store import covering as covering_store
from api.store import covers as cover_store
from api.store import episodes as episode_store
from api.store import inbox as inbox_store
from api.store import names, stops, tenancy
from api.store import offered_times as time_store
from api.store import replies as reply_store
from api.store.sealing import Place
from schemas.tables import Contact, Cover, Episode, Reply
from schemas.tables.base import new_id
from schemas.vocabulary import ContactDirection, ContactOutcome
from schemas.wire.covers import CoverContactIn, CoverContactOut, CoverOpenedReplyOut
from schemas.wire.episodes import PersonOut
from schemas.wire.replies import HandledIn

# A hurried finger sends the same form twice.
_SAME_TAP = timedelta(minutes=1)


@use_case(Permission.COVER_STAND_IN, audit=Action.COVER_CONTACT_RECORD, noun=Noun.EPISODE, subject="episode_id")
def record_contact(work: Work, cover_id: UUID, episode_id: UUID, given: CoverContactIn) -> CoverContactOut:
    """A call or a personal line, made just now. The same said twice within a minute is the same."""
    with _standing_in(work, cover_id) as cover:
        today = cover_store.today(work.session, work.now)
        client_store.lock_of_episodes(work.session, [episode_id])
        episode = covering_store.episode(work.session, episode_id, cover.absent_id, today)
        if episode is None:
            raise NotFound
        to_ask = covering_store.to_ask(work.session, episode_id, cover.absent_id, today)
        client_id = _whom(given, _taking_part(work, cover, episode), to_ask)
        latest = contact_store.page(work.session, episode_id, before=None, limit=1)
        if given.note is None and latest and _is_same_tap(work, latest[0], given, client_id):
            return _contact_shown(latest[0])
        row = Contact(
            id=new_id(),
            episode_id=episode_id,
            client_id=client_id,
            at=work.now,
            known_at=work.now,
            direction=given.direction,
            channel=given.channel,
            outcome=given.outcome,
            recorded_by=work.actor_id,
        )
        if given.note is not None and client_id is not None:
            row.note_sealed = work.client_key(client_id).seal(given.note, Place("contacts", "note", row.id))
        contact_store.add(work.session, row)
        if given.outcome is ContactOutcome.SPOKE or given.direction is ContactDirection.INBOUND:
            stops.by_sign_of_life(work.session, episode_id, client_id, work.now)
        assessment_store.refresh(work.session, [episode_id], work.now)
        return _contact_shown(row)


@use_case(Permission.COVER_STAND_IN, audit=Action.COVER_REPLY_READ, noun=Noun.REPLY, subject="reply_id")
def read_reply(work: Work, cover_id: UUID, reply_id: UUID) -> CoverOpenedReplyOut:
    """An answer always reaches a person: the covering colleague, where no other clinician of the episode is here."""
    with _standing_in(work, cover_id) as cover:
        row = _reply_of_the_cover(work, cover, reply_id)
        inbox_store.see(work.session, [row], work.now)
        called = names.of_clients(work.session, work.keyring, {row.client_id})
        keys = work.client_keys_left({row.client_id})
        words = None
        if row.words_sealed is not None and row.client_id in keys:
            words = keys[row.client_id].open(row.words_sealed, Place("replies", "words", row.id))
        chosen = time_store.get(work.session, row.offered_time_id) if row.offered_time_id else None
        return CoverOpenedReplyOut(
            id=row.id,
            episode_id=row.episode_id,
            client=PersonOut(id=row.client_id, name=called[row.client_id]),
            at=row.at,
            answer=row.answer,
            words=words,
            spoken_by=row.spoken_by,
            chosen_time=None if chosen is None else chosen.starts_at,
            opted_out=row.opted_out,
        )


@use_case(Permission.COVER_STAND_IN, audit=Action.COVER_REPLY_HANDLE, noun=Noun.REPLY, subject="reply_id")
def handle_reply(work: Work, cover_id: UUID, reply_id: UUID, given: HandledIn) -> None:
    """Says what was done about it; from then on it is the clinician's again to read, and nobody's to answer."""
    with _standing_in(work, cover_id) as cover:
        row = _reply_of_the_cover(work, cover, reply_id)
        work.mention(how=given.how)
        row.handled_at, row.handled_by, row.handled_how = work.now, work.actor_id, given.how
        row.version += 1
        inbox_store.see(work.session, [row], work.now)
        inbox_store.finish_tasks(work.session, row.client_id, by=work.actor_id, now=work.now)
        assessment_store.refresh(work.session, [row.episode_id], work.now)


@contextmanager
def _standing_in(work: Work, cover_id: UUID) -> Iterator[Cover]:
    """One's own cover, while it runs; any other is absent. Inside, the session sees the absent clinician's caseload."""
    cover = cover_store.running_one(work.session, cover_id, work.actor_id, work.now)
    if cover is None:
        raise NotFound
    work.mention(cover_id=str(cover.id), covering_for=str(cover.absent_id))
    with tenancy.standing_in_for(work.session, cover.absent_id):
        yield cover


def _reply_of_the_cover(work: Work, cover: Cover, reply_id: UUID) -> Reply:
    """One that waits, and that nobody else of the episode is here to answer. Held first, so that of two who see to it the second finds
    that it was seen to.
    """
    reply_store.hold(work.session, reply_id)
    row = covering_store.open_reply(work.session, reply_id, cover.absent_id)
    if row is None:
        raise NotFound
    day = cover_store.today(work.session, work.now)
    if cover_store.others_here(work.session, [row.episode_id], cover.absent_id, day):
        raise NotFound
    return row


def _taking_part(work: Work, cover: Cover, episode: Episode) -> list[UUID]:
    """Of the work for which the absent clinician is responsible, while it runs; of any other the cover shows whom to ask, and nobody else."""
    if episode.ended_at is not None or episode.responsible_id != cover.absent_id:
        return []
    return episode_store.participants(work.session, [episode.id])[episode.id]


def _whom(given: CoverContactIn, taking_part: Collection[UUID], to_ask: Collection[UUID]) -> UUID | None:
    """One of those whom the cover shows: who takes part, or is to be asked how a referral or a transfer went, also after they left. Nobody named stands
    for everybody who takes part, where nobody else may be meant: a contact is never somebody else's.
    """
    shown = set(taking_part) | set(to_ask)
    if given.client_id is not None and given.client_id not in shown:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    if given.client_id is not None or len(shown) == 1:
        return given.client_id or next(iter(shown))
    if not set(to_ask) <= set(taking_part):
        raise invalid_field("/client_id", "Say whom it was with.")
    if given.note is not None:
        raise invalid_field("/client_id", "Say whom the note is about.")
    return None


def _is_same_tap(work: Work, latest: Contact, given: CoverContactIn, client_id: UUID | None) -> bool:
    same = (latest.direction, latest.channel, latest.outcome) == (given.direction, given.channel, given.outcome)
    same_people = (latest.client_id, latest.recorded_by) == (client_id, work.actor_id)
    return same and same_people and work.now - latest.at < _SAME_TAP


def _contact_shown(row: Contact) -> CoverContactOut:
    return CoverContactOut(
        id=row.id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        at=row.at,
        direction=row.direction,
        channel=row.channel,
        outcome=row.outcome or ContactOutcome.SENT,
    )
