"""Whom a fact is about: the other system's keys turned into our clients, clinicians and episodes.

Looked up for a whole slice at once; what is missing is added, where the intake may add people.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.store import caseload, clients, episodes, members
from api.store import keys as key_store
from api.store.intake.context import Intake
from api.store.intake.newcomers import Beginning, Newcomers
from api.store.sealing import Place
from schemas.tables import Client, Episode, EpisodeParticipant, Member
from schemas.tables.base import new_id
from schemas.vocabulary import EpisodeFormat

_SHARED = frozenset({EpisodeFormat.COUPLE, EpisodeFormat.FAMILY})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fact says of whom it is about."""

    client_key: str
    at: datetime | None
    clinician_key: str | None = None
    client_name: str | None = None
    time_zone: str | None = None
    format: EpisodeFormat | None = None
    group_key: str | None = None
    agreed_cadence_days: float | None = None


@dataclass(slots=True)
class KnownEpisode:
    id: UUID
    format: EpisodeFormat
    responsible_id: UUID | None
    started_at: datetime | None
    ended_at: datetime | None


Who = tuple[str, str | None, EpisodeFormat | None, str | None]


@dataclass(slots=True)
class People:
    """Whom a slice is about. Ask `client`, `clinician`, `episode` after `look_up`; `write` before what refers to them.

    `running` are the episodes found so far that any later fact about the same client, clinician, format and group is
    about as well.
    """

    intake: Intake
    running: dict[Who, UUID] = field(default_factory=dict)
    _clients: dict[str, UUID] = field(default_factory=dict)
    _clinicians: dict[str, UUID] = field(default_factory=dict)
    _groups: dict[str, UUID] = field(default_factory=dict)
    _episodes: dict[UUID, list[KnownEpisode]] = field(default_factory=dict)
    _zones: dict[UUID, str] = field(default_factory=dict)
    _changeable: dict[UUID, bool] = field(default_factory=dict)
    _successors: dict[UUID, UUID | None] | None = None
    _newcomers: Newcomers = field(init=False)

    def __post_init__(self) -> None:
        self._newcomers = Newcomers(self.intake)

    def write(self) -> None:
        self._newcomers.write()

    def look_up(self, wanted: Collection[Wanted]) -> set[str]:
        """Which client keys were known before."""
        clinician_keys = {one.clinician_key for one in wanted if one.clinician_key}
        self._clients |= self._known("client", {one.client_key for one in wanted})
        self._clinicians |= self._known("member", clinician_keys)
        self._groups |= self._known("group", {one.group_key for one in wanted if one.group_key})
        known_before, ids = set(self._clients), set(self._clients.values())
        if ids:
            clients.lock(self.intake.session, ids)
            self._load_episodes(ids)
        if self.intake.adds_people:
            self._add_clinicians(clinician_keys - set(self._clinicians))
            self._add_clients({one.client_key: one for one in reversed(list(wanted))})
        return known_before

    def look_up_clinicians(self, keys: set[str]) -> None:
        self._clinicians |= self._known("member", keys - set(self._clinicians))

    def client(self, key: str) -> UUID | None:
        return self._clients.get(key)

    def clinician(self, key: str | None) -> UUID | None:
        return None if key is None else self._clinicians.get(key)

    def episode(self, wanted: Wanted) -> UUID | None:
        """The client's running episode of that format, else one that had not ended then, else a new one."""
        client_id = self._clients.get(wanted.client_key)
        if client_id is None:
            return None
        who = (wanted.client_key, wanted.clinician_key, wanted.format, wanted.group_key)
        shared = wanted.format in _SHARED and wanted.group_key is not None
        if shared and wanted.group_key in self._groups:
            self.running[who] = self._join(self._groups[wanted.group_key or ""], client_id, wanted)
            return self.running[who]
        fitting = [] if shared else [one for one in self._episodes.get(client_id, []) if _fits(one, wanted)]
        if not fitting:
            return self._begin(client_id, wanted) if self._may_begin(client_id) else None
        clinician_id = self._here(self.clinician(wanted.clinician_key))
        found = max(fitting, key=lambda one: (one.ended_at is None, one.responsible_id == clinician_id, one.id))
        if found.ended_at is None:
            self.running[who] = found.id
        return found.id

    def sole_keys(self, episode_ids: Collection[UUID]) -> dict[UUID, str]:
        """What the source calls the client of each episode, where one takes part and it has one name for them."""
        intake = self.intake
        parts = episodes.participants(intake.session, episode_ids)
        alone = {episode_id: ids[0] for episode_id, ids in parts.items() if len(ids) == 1}
        rows = clients.external_ids(intake.session, "client", set(alone.values()))
        names: dict[UUID, list[bytes]] = defaultdict(list)
        for row in rows:
            if row.source == intake.source:
                names[row.target_id].append(row.external_id_sealed)
        data_keys = key_store.of_clients(intake.session, intake.keyring, names)
        return {
            episode_id: data_keys[client_id].open(names[client_id][0], Place("external_ids", "external_id", client_id))
            for episode_id, client_id in alone.items()
            if len(names.get(client_id, ())) == 1
        }

    def _may_begin(self, client_id: UUID) -> bool:
        changes = self.intake.changes
        return changes is None or caseload.in_caseload_of(self.intake.session, "client", client_id, changes)

    def may_change(self, episode_id: UUID) -> bool:
        if episode_id not in self._changeable:
            self._changeable[episode_id] = episodes.may_change(self.intake.session, episode_id, self.intake.changes)
        return self._changeable[episode_id]

    def _known(self, noun: str, keys: set[str]) -> dict[str, UUID]:
        if not keys:
            return {}
        digests = {self.intake.digest(f"{noun} external id", self.intake.source, key): key for key in keys}
        found = clients.resolve(self.intake.session, noun, self.intake.source, list(digests))
        return {digests[digest]: target_id for digest, target_id in found.items()}

    def _add_clinicians(self, keys: Iterable[str]) -> None:
        """A clinician we only know by name: no e-mail, no password, no sign-in."""
        intake, key_of = self.intake, self.intake.practice_key
        for key in sorted(keys):
            member_id = new_id()
            intake.session.add(
                Member(
                    id=member_id,
                    name_sealed=key_of.seal(key, Place("members", "name", member_id)),
                    joined_at=intake.now,
                    import_id=intake.import_id,
                )
            )
            self._newcomers.name("member", key, member_id, key_of)
            self._clinicians[key] = member_id
        intake.session.flush()

    def _add_clients(self, wanted: dict[str, Wanted]) -> None:
        for key, one in sorted(wanted.items()):
            if key not in self._clients:
                zone = one.time_zone or self.intake.time_zone
                client_id = self._newcomers.client(key, one.client_name or key, zone)
                self._clients[key], self._zones[client_id], self._episodes[client_id] = client_id, zone, []

    def _load_episodes(self, client_ids: set[UUID]) -> None:
        unseen = client_ids - set(self._episodes)
        if not unseen:
            return
        self._episodes.update({client_id: [] for client_id in unseen})
        statement = (
            sa.select(
                col(EpisodeParticipant.client_id),
                col(Episode.id),
                col(Episode.format),
                col(Episode.responsible_id),
                col(Episode.started_at),
                col(Episode.ended_at),
            )
            .join(Episode, col(Episode.id) == col(EpisodeParticipant.episode_id))
            .where(col(EpisodeParticipant.client_id).in_(unseen))
        )
        for row in self.intake.session.execute(statement):
            self._episodes[row[0]].append(KnownEpisode(*row[1:]))
        zones = sa.select(col(Client.id), col(Client.time_zone)).where(col(Client.id).in_(unseen))
        self._zones |= {row.id: row.time_zone for row in self.intake.session.execute(zones)}

    def _begin(self, client_id: UUID, wanted: Wanted) -> UUID:
        intake, responsible_id = self.intake, self._responsible(wanted)
        zone = self._zones.get(client_id, intake.time_zone)
        kind = wanted.format or EpisodeFormat.INDIVIDUAL
        episode_id = self._newcomers.episode(
            client_id, Beginning(kind, responsible_id, zone, wanted.at, wanted.agreed_cadence_days)
        )
        if wanted.format in _SHARED and wanted.group_key is not None:
            self._newcomers.name("group", wanted.group_key, episode_id, intake.practice_key)
            self._groups[wanted.group_key] = episode_id
            self.running.clear()
        self._changeable[episode_id] = intake.changes is None or responsible_id in intake.changes
        known = KnownEpisode(episode_id, kind, responsible_id, wanted.at, None)
        self._episodes.setdefault(client_id, []).append(known)
        return episode_id

    def _responsible(self, wanted: Wanted) -> UUID | None:
        """Whoever writes in their own caseload alone begins episodes there and nowhere else."""
        if self.intake.changes is not None:
            return self.intake.begins_for
        named = self.clinician(wanted.clinician_key)
        return self.intake.begins_for if named is None else self._here(named)

    def _here(self, member_id: UUID | None) -> UUID | None:
        """Whoever left is stood for by whom they handed over to; without one, by nobody: the practice lead sees it."""
        if self._successors is None:
            self._successors = members.successors(self.intake.session)
        return member_id if member_id is None else self._successors.get(member_id, member_id)

    def _join(self, episode_id: UUID, client_id: UUID, wanted: Wanted) -> UUID:
        known = self._episodes.setdefault(client_id, [])
        if all(one.id != episode_id for one in known):
            self._newcomers.participant(episode_id, client_id)
            self.running.clear()
            known.append(KnownEpisode(episode_id, wanted.format or EpisodeFormat.COUPLE, None, wanted.at, None))
        return episode_id


def _fits(episode: KnownEpisode, wanted: Wanted) -> bool:
    if wanted.format is not None and episode.format is not wanted.format:
        return False
    return episode.ended_at is None or (wanted.at is not None and wanted.at <= episode.ended_at)
