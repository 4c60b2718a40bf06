"""A practice of any size, written straight into the tables: what is measured is reading, not writing."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import sqlalchemy as sa

from api.domain import engagement, weights
from api.domain.access import OPERATOR, system_principal
from api.domain.history import Appointment, History, Rhythm, StatusEvent
from api.services import practices
from api.services.work import Runtime, Work, unit
from api.store import bulk, sealing
from api.store import members as member_store
from api.store.sealing import Place, WrappedKey
from schemas.tables import Client, ClientKey, Episode, EpisodeClinician, EpisodeParticipant, Member, SignIn
from schemas.tables.base import new_id
from schemas.vocabulary import AppointmentStatus, ClinicianPart, EpisodeFormat, EpisodeKind, Role

PER_CLINICIAN = 50
_UNMATCHED = "no password matches this"
_SLICE = 20_000


@dataclass(frozen=True, slots=True)
class Filled:
    practice_id: UUID
    token: str
    clinician_id: UUID


def fill(runtime: Runtime, episodes: int) -> Filled:
    """`episodes` running ones, fifty to a clinician, a fifth of them past drifting; the token is one clinician's."""
    with unit(runtime, OPERATOR) as work:
        founder = practices.Founder("Founder", f"{new_id()}@example.org", "correct horse battery")
        practice_id = practices.create(work, name="Bench", time_zone="Europe/Madrid", founder=founder)
    chance = random.Random(7)  # noqa: S311  # a sample, not a secret
    with unit(runtime, system_principal(practice_id)) as work:
        clinicians = [_clinician(work) for _ in range(max(1, episodes // PER_CLINICIAN))]
        token = _signed_in(work, clinicians[0])
    key, stored = runtime.keyring.new_data_key()
    evidence = _evidence(runtime.now())
    rows = _rows(
        practice_id,
        clinicians=clinicians,
        count=episodes,
        chance=chance,
        now=runtime.now(),
        key=key,
        stored=stored,
        evidence=evidence,
    )
    while chunk := list(islice(rows, _SLICE)):
        with unit(runtime, system_principal(practice_id)) as work:
            _write(work, chunk)
    with unit(runtime) as work:
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.connection().execute(sa.text("ANALYZE"))
    return Filled(practice_id, token, clinicians[0])


def _clinician(work: Work) -> UUID:
    member_id = new_id()
    sealed = work.practice_key().seal("A clinician", Place("members", "name", member_id))
    member = Member(id=member_id, name_sealed=sealed, joined_at=work.now, password_hash=_UNMATCHED)
    member_store.add(work.session, member, [Role.CLINICIAN])
    return member_id


def _signed_in(work: Work, member_id: UUID) -> str:
    token = f"lts_{new_id().hex}"
    work.session.add(
        SignIn(
            member_id=member_id,
            token_digest=sealing.token_digest(token),
            created_at=work.now,
            last_seen_at=work.now,
            expires_at=work.now + timedelta(days=1),
        )
    )
    work.session.flush()
    return token


def _evidence(now: datetime) -> dict[str, object]:
    """Of an ordinary client, seen weekly for a year."""
    starts = [now - timedelta(days=7 * week) for week in range(1, 53)]
    history = History(
        time_zone="Europe/Madrid",
        appointments=tuple(
            Appointment(
                key=str(position),
                events=(StatusEvent(AppointmentStatus.ATTENDED, start, start + timedelta(hours=1)),),
            )
            for position, start in enumerate(starts)
        ),
    )
    return engagement.assess(history, Rhythm(), now, weights.load()).evidence.to_json()


_Chunk = tuple[tuple[object, ...], tuple[object, ...], tuple[object, ...], tuple[object, ...], tuple[object, ...]]


def _rows(
    practice_id: UUID,
    *,
    clinicians: list[UUID],
    count: int,
    chance: random.Random,
    now: datetime,
    key: sealing.DataKey,
    stored: WrappedKey,
    evidence: dict[str, object],
) -> Iterator[_Chunk]:
    for number in range(count):
        client_id, episode_id = new_id(), new_id()
        clinician_id = clinicians[number % len(clinicians)]
        drifting = now + timedelta(days=chance.uniform(-20, 80))
        sealed = key.seal(f"Client {number}", Place("clients", "name", client_id))
        yield (
            (practice_id, client_id, sealed, "Europe/Madrid", False, now, now, 1),
            (practice_id, client_id, stored.wrapped, stored.master_key_id, now),
            (
                practice_id,
                episode_id,
                EpisodeFormat.INDIVIDUAL,
                EpisodeKind.ONGOING,
                clinician_id,
                "Europe/Madrid",
                drifting,
                drifting + timedelta(days=10),
                drifting,
                evidence,
                False,
                now,
                now,
                1,
            ),
            (practice_id, episode_id, client_id, now),
            (practice_id, episode_id, clinician_id, ClinicianPart.RESPONSIBLE, now),
        )


_COLUMNS = (
    (
        Client,
        ("practice_id", "id", "name_sealed", "time_zone", "client_contacts_us", "created_at", "updated_at", "version"),
    ),
    (ClientKey, ("practice_id", "client_id", "wrapped", "master_key_id", "created_at")),
    (
        Episode,
        (
            "practice_id",
            "id",
            "format",
            "kind",
            "responsible_id",
            "time_zone",
            "drifting_at",
            "quiet_at",
            "attention_at",
            "evidence",
            "assessment_due",
            "created_at",
            "updated_at",
            "version",
        ),
    ),
    (EpisodeParticipant, ("practice_id", "episode_id", "client_id", "joined_at")),
    (EpisodeClinician, ("practice_id", "episode_id", "member_id", "part", "since")),
)


def _write(work: Work, chunk: list[_Chunk]) -> None:
    for position, (model, columns) in enumerate(_COLUMNS):
        bulk.insert(work.session, model, columns, [row[position] for row in chunk])
