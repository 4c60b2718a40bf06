"""Use cases about episodes: beginning one, reading, changing who is responsible and how it is paced."""

from collections.abc import Collection, Sequence
from uuid import UUID

from api.domain import episodes as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound, VersionMismatch, invalid_field
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import handing_over, names, stops, tenancy
from schemas.tables import Episode
from schemas.tables.base import new_id
from schemas.vocabulary import ActorKind, ClinicianPart, Role
from schemas.wire.common import Page
from schemas.wire.episodes import EpisodeIn, EpisodeOut, EpisodePatch, PersonOut


@use_case(Permission.EPISODE_EDIT, audit=Action.EPISODE_ADD, noun=Noun.EPISODE)
def add(work: Work, given: EpisodeIn) -> EpisodeOut:
    client_store.lock(work.session, given.client_ids)
    clients = client_store.every(work.session, given.client_ids)
    if len(clients) != len(set(given.client_ids)) or any(
        client.merged_into_id or client.erased_at for client in clients
    ):
        raise invalid_field("/client_ids", "There is no such client.")
    for client in clients:
        require_ones_own(work, Noun.CLIENT, client.id)
    rules.require_participants(given.format, given.client_ids)
    if given.previous_episode_id is not None:
        rules.require_taken_up(given.client_ids, _took_part(work, given.previous_episode_id))
    responsible_id = given.responsible_id or _oneself(work)
    handing_over.require_clinicians(work.session, "/responsible_id", [responsible_id] if responsible_id else [])
    handing_over.require_clinicians(work.session, "/co_therapist_ids", given.co_therapist_ids)
    episode = Episode(
        id=new_id(),
        format=given.format,
        kind=given.kind,
        time_zone=clients[0].time_zone,
        started_at=given.started_at or work.now,
        agreed_cadence_days=given.agreed_cadence_days,
        previous_episode_id=given.previous_episode_id,
        created_at=work.now,
        updated_at=work.now,
    )
    work.about(episode.id)
    # Whoever begins an episode for a colleague is shown what they wrote, and sees it no more.
    with tenancy.whole_practice(work.session):
        episode_store.add(work.session, episode, list(dict.fromkeys(given.client_ids)), work.now)
        episode_store.set_clinicians(work.session, episode, responsible_id, given.co_therapist_ids, work.now)
        assessment_store.refresh(work.session, [episode.id], work.now)
        stops.by_return(work.session, episode, given.client_ids, work.now)
        return _shown(work, [episode])[0]


@use_case(Permission.EPISODE_READ, audit=Action.EPISODE_READ, noun=Noun.EPISODE, subject="episode_id")
def read(work: Work, episode_id: UUID) -> EpisodeOut:
    return _shown(work, [_required(work, episode_id)])[0]


@use_case(Permission.EPISODE_READ, audit=Action.EPISODE_LIST, noun=Noun.CLIENT, subject="client_id")
def page(work: Work, *, client_id: UUID | None, after: UUID | None, limit: int) -> Page[EpisodeOut]:
    """With `client_id`, the episodes of one client."""
    if client_id is not None and client_store.get(work.session, client_id) is None:
        raise NotFound
    found = episode_store.page(work.session, client_id=client_id, after=after, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    work.mention(count=min(len(found), limit))
    return Page[EpisodeOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.EPISODE_READ, audit=Action.EPISODE_LIST, noun=Noun.CLIENT, subject="client_id")
def latest(work: Work, client_id: UUID, *, before: UUID | None, limit: int) -> Page[EpisodeOut]:
    """The episodes of one client, the one that began last first."""
    if client_store.get(work.session, client_id) is None:
        raise NotFound
    found = episode_store.latest_of(work.session, client_id, before=before, limit=limit + 1)
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    work.mention(count=min(len(found), limit))
    return Page[EpisodeOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.EPISODE_EDIT, audit=Action.EPISODE_EDIT, noun=Noun.EPISODE, subject="episode_id", changes=True)
def change(work: Work, episode_id: UUID, given: EpisodePatch, *, version: int) -> EpisodeOut:
    """Another clinician as responsible hands the episode over; whoever hands it over may lose sight of it."""
    client_store.lock_of_episodes(work.session, [episode_id])
    episode = _required(work, episode_id)
    if episode.version != version:
        raise VersionMismatch
    rules.require_running(episode.ended_at)
    if given.kind is not None:
        episode_store.change_kind(work.session, episode, given.kind, by=work.principal.id, now=work.now)
    if given.agreed_cadence_days is not None:
        episode.agreed_cadence_days = given.agreed_cadence_days
    episode.updated_at, episode.version = work.now, episode.version + 1
    # They are still shown what they just wrote, and it is assessed with the leave of whoever has it now.
    with tenancy.whole_practice(work.session):
        if given.responsible_id is not None or given.co_therapist_ids is not None:
            _hand_over(work, episode, given)
        assessment_store.refresh(work.session, [episode.id], work.now)
        return _shown(work, [episode])[0]


def _hand_over(work: Work, episode: Episode, given: EpisodePatch) -> None:
    parts = episode_store.clinicians(work.session, [episode.id])
    held = [part.member_id for part in parts if part.part is ClinicianPart.CO_THERAPIST]
    responsible_id = given.responsible_id or episode.responsible_id
    co_therapists = held if given.co_therapist_ids is None else given.co_therapist_ids
    handing_over.require_clinicians(
        work.session, "/responsible_id", [given.responsible_id] if given.responsible_id else []
    )
    handing_over.require_clinicians(work.session, "/co_therapist_ids", co_therapists)
    if given.responsible_id is not None:
        work.mention(hand_over_to=str(given.responsible_id))
    if given.co_therapist_ids is not None:
        work.mention(co_therapist_ids=[str(one) for one in co_therapists])
    handing_over.give(work.session, episode, responsible_id, co_therapists, work.now)


def _required(work: Work, episode_id: UUID) -> Episode:
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    return episode


def _oneself(work: Work) -> UUID | None:
    is_clinician = work.principal.kind is ActorKind.MEMBER and Role.CLINICIAN in work.principal.roles
    return work.principal.id if is_clinician else None


def _took_part(work: Work, episode_id: UUID) -> Collection[UUID] | None:
    """Everybody who ever did, in an episode in sight."""
    if episode_store.get(work.session, episode_id) is None:
        return None
    return episode_store.everybody(work.session, episode_id)


def _shown(work: Work, episodes: Sequence[Episode]) -> list[EpisodeOut]:
    ids = [episode.id for episode in episodes]
    participants = episode_store.participants(work.session, ids)
    parts = episode_store.clinicians(work.session, ids)
    clients = names.of_clients(work.session, work.keyring, {one for found in participants.values() for one in found})
    known = names.of_members(work.session, work.keyring, {part.member_id for part in parts})
    co_therapists: dict[UUID, list[UUID]] = {episode_id: [] for episode_id in ids}
    for part in parts:
        if part.part is ClinicianPart.CO_THERAPIST:
            co_therapists[part.episode_id].append(part.member_id)
    return [
        EpisodeOut(
            id=episode.id,
            format=episode.format,
            kind=episode.kind,
            clients=[PersonOut(id=one, name=clients[one]) for one in participants[episode.id] if one in clients],
            responsible=_person(episode.responsible_id, known) if episode.responsible_id else None,
            co_therapists=[_person(member_id, known) for member_id in co_therapists[episode.id]],
            time_zone=episode.time_zone,
            started_at=episode.started_at,
            ended_at=episode.ended_at,
            ending=episode.ending,
            agreed_cadence_days=episode.agreed_cadence_days,
            previous_episode_id=episode.previous_episode_id,
            version=episode.version,
        )
        for episode in episodes
    ]


def _person(member_id: UUID, known: dict[UUID, str]) -> PersonOut:
    return PersonOut(id=member_id, name=known[member_id])
