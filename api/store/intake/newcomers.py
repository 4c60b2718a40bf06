"""Clients, episodes and what belongs to them that came up in a slice, kept until they are written together.

What was only just made up is known to nobody else, so nothing of it is looked for in the database meanwhile.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from api.store import bulk
from api.store.intake.context import Intake
from api.store.sealing import DataKey, Place
from schemas.tables import Client, ClientKey, Episode, EpisodeClinician, EpisodeParticipant, ExternalId
from schemas.tables.base import FAR_FUTURE, new_id
from schemas.vocabulary import ClinicianPart, EpisodeFormat, EpisodeKind

_CLIENT = (
    "practice_id",
    "id",
    "name_sealed",
    "time_zone",
    "client_contacts_us",
    "import_id",
    "created_at",
    "updated_at",
    "version",
)
_KEY = ("practice_id", "client_id", "wrapped", "master_key_id", "created_at")
_EXTERNAL_ID = ("practice_id", "noun", "source", "digest", "target_id", "external_id_sealed", "import_id")
_EPISODE = (
    "practice_id",
    "id",
    "format",
    "kind",
    "responsible_id",
    "time_zone",
    "started_at",
    "agreed_cadence_days",
    "attention_at",
    "evidence",
    "assessment_due",
    "import_id",
    "created_at",
    "updated_at",
    "version",
)
_PARTICIPANT = ("practice_id", "episode_id", "client_id", "joined_at")
_CLINICIAN = ("practice_id", "episode_id", "member_id", "part", "since")
# In the order in which one may refer to the other.
_TABLES = (
    (Client, _CLIENT),
    (ClientKey, _KEY),
    (ExternalId, _EXTERNAL_ID),
    (Episode, _EPISODE),
    (EpisodeParticipant, _PARTICIPANT),
    (EpisodeClinician, _CLINICIAN),
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """An episode that begins with what a fact tells."""

    format: EpisodeFormat
    responsible_id: UUID | None
    time_zone: str
    started_at: datetime | None
    agreed_cadence_days: float | None


@dataclass(slots=True)
class Newcomers:
    """`write` before anything is looked up or written that refers to them."""

    intake: Intake
    _rows: dict[type, list[tuple[object, ...]]] = field(default_factory=lambda: {model: [] for model, _ in _TABLES})

    def client(self, key: str, name: str, time_zone: str) -> UUID:
        intake, client_id = self.intake, new_id()
        data_key, stored = intake.keyring.new_data_key()
        sealed = data_key.seal(name, Place("clients", "name", client_id))
        told = (sealed, time_zone, False, intake.import_id, intake.now, intake.now, 1)
        self._rows[Client].append((intake.practice_id, client_id, *told))
        self._rows[ClientKey].append((intake.practice_id, client_id, stored.wrapped, stored.master_key_id, intake.now))
        self.name("client", key, client_id, data_key)
        return client_id

    def name(self, noun: str, key: str, target_id: UUID, data_key: DataKey) -> None:
        """From now on the source's key is known to mean this row."""
        intake = self.intake
        digest = intake.digest(f"{noun} external id", intake.source, key)
        sealed = data_key.seal(key, Place("external_ids", "external_id", target_id))
        self._rows[ExternalId].append(
            (intake.practice_id, noun, intake.source, digest, target_id, sealed, intake.import_id)
        )

    def episode(self, client_id: UUID, beginning: Beginning) -> UUID:
        intake, episode_id = self.intake, new_id()
        responsible_id = beginning.responsible_id
        told = (responsible_id, beginning.time_zone, beginning.started_at, beginning.agreed_cadence_days)
        made: tuple[object, ...] = (FAR_FUTURE, {}, True, intake.import_id, intake.now, intake.now, 1)
        self._rows[Episode].append(
            (intake.practice_id, episode_id, beginning.format, EpisodeKind.ONGOING, *told, *made)
        )
        self.participant(episode_id, client_id)
        if responsible_id is not None:
            self._rows[EpisodeClinician].append(
                (intake.practice_id, episode_id, responsible_id, ClinicianPart.RESPONSIBLE, intake.now)
            )
        return episode_id

    def participant(self, episode_id: UUID, client_id: UUID) -> None:
        self._rows[EpisodeParticipant].append((self.intake.practice_id, episode_id, client_id, self.intake.now))

    def write(self) -> None:
        for model, columns in _TABLES:
            rows = self._rows[model]
            if rows:
                bulk.insert(self.intake.session, model, columns, rows)
                rows.clear()
