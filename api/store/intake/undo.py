"""Taking an import back: whatever came with it goes, whatever it changed says again what it said before.

Events of appointments are removed and the appointment redrawn from what others told of it; one of which nobody
else told anything goes altogether, and so do episodes, clients and clinicians that only this import knew.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import appointments as rules
from api.domain.history import StatusEvent
from api.store import keys as key_store
from api.store.sealing import Keyring, Place
from schemas.tables import (
    Absence,
    Agreement,
    Appointment,
    AppointmentEvent,
    Client,
    Consent,
    Contact,
    Episode,
    EpisodeClinician,
    EpisodeParticipant,
    ExternalId,
    ImportFormerValue,
    Member,
)

_NO_SYNC = {"synchronize_session": False}


def touched_episodes(session: Session, import_id: UUID) -> set[UUID]:
    """Episodes that say something else once what is not appointments is gone. Ask before taking it back."""
    found: set[UUID] = set()
    for model in (Contact, Absence, Agreement):
        statement = sa.select(col(model.episode_id)).where(col(model.import_id) == import_id).distinct()
        found |= {episode_id for episode_id in session.scalars(statement) if episode_id is not None}
    leave = sa.select(col(Absence.member_id)).where(col(Absence.import_id) == import_id)
    found |= set(session.scalars(sa.select(col(Episode.id)).where(col(Episode.responsible_id).in_(leave))))
    former = sa.select(col(ImportFormerValue.target_id)).where(
        col(ImportFormerValue.import_id) == import_id, col(ImportFormerValue.noun) == "episode"
    )
    return found | set(session.scalars(former))


def appointments_of(session: Session, import_id: UUID, *, limit: int) -> Sequence[UUID]:
    statement = (
        sa.select(col(AppointmentEvent.appointment_id))
        .where(col(AppointmentEvent.import_id) == import_id)
        .distinct()
        .limit(limit)
    )
    return session.scalars(statement).all()


def take_back_appointments(session: Session, import_id: UUID, appointment_ids: Sequence[UUID]) -> None:
    ids = set(appointment_ids)
    mine = (col(AppointmentEvent.import_id) == import_id, col(AppointmentEvent.appointment_id).in_(ids))
    session.execute(sa.delete(AppointmentEvent).where(*mine), execution_options=_NO_SYNC)
    left: dict[UUID, list[StatusEvent]] = {appointment_id: [] for appointment_id in ids}
    statement = (
        sa.select(
            col(AppointmentEvent.appointment_id),
            col(AppointmentEvent.status),
            col(AppointmentEvent.starts_at),
            col(AppointmentEvent.known_at),
            col(AppointmentEvent.initiator),
            col(AppointmentEvent.excused),
        )
        .where(col(AppointmentEvent.appointment_id).in_(ids))
        .order_by(col(AppointmentEvent.position))
    )
    for row in session.execute(statement):
        left[row[0]].append(StatusEvent(*row[1:]))
    gone = {appointment_id for appointment_id, events in left.items() if not events}
    session.execute(sa.delete(Appointment).where(col(Appointment.id).in_(gone)), execution_options=_NO_SYNC)
    for appointment_id in ids - gone:
        says = rules.latest(left[appointment_id])
        session.execute(
            sa.update(Appointment)
            .where(col(Appointment.id) == appointment_id)
            .values(
                starts_at=says.starts_at,
                status=says.status,
                initiator=says.initiator,
                excused=says.excused,
                status_known_at=says.known_at,
                version=col(Appointment.version) + 1,
            ),
            execution_options=_NO_SYNC,
        )


def take_back_the_rest(session: Session, keyring: Keyring, import_id: UUID) -> None:
    """After the appointments: other facts, former values, then people whom nothing refers to any more."""
    for model in (Contact, Absence, Agreement):
        session.execute(sa.delete(model).where(col(model.import_id) == import_id), execution_options=_NO_SYNC)
    _put_back_former_values(session, keyring, import_id)
    _drop_episodes(session, import_id)
    _drop_clients(session, import_id)
    _drop_clinicians(session, import_id)


def _put_back_former_values(session: Session, keyring: Keyring, import_id: UUID) -> None:
    rows = session.scalars(sa.select(ImportFormerValue).where(col(ImportFormerValue.import_id) == import_id)).all()
    keys = key_store.of_clients(session, keyring, {row.client_id for row in rows})
    for row in rows:
        key = keys[row.client_id]
        former: dict[str, Any] = json.loads(
            key.open(row.former_sealed, Place("import_former_values", row.noun, row.target_id))
        )
        if row.noun == "client":
            client = session.scalars(sa.select(Client).where(col(Client.id) == row.target_id)).one()
            if "name" in former:
                client.name_sealed = key.seal(former["name"], Place("clients", "name", client.id))
            client.time_zone = former.get("time_zone", client.time_zone)
        else:
            episode = session.scalars(sa.select(Episode).where(col(Episode.id) == row.target_id)).one()
            for column, value in former.items():
                setattr(episode, column, value)
        session.delete(row)
    session.flush()


def _drop_episodes(session: Session, import_id: UUID) -> None:
    statement = sa.select(col(Episode.id)).where(col(Episode.import_id) == import_id)
    for model in (Appointment, Contact, Absence, Agreement):
        statement = statement.where(
            ~sa.select(col(model.id)).where(col(model.episode_id) == col(Episode.id)).correlate(Episode).exists()
        )
    follows = sa.orm.aliased(Episode)
    statement = statement.where(
        ~sa.select(col(follows.id))
        .where(col(follows.previous_episode_id) == col(Episode.id))
        .correlate(Episode)
        .exists()
    )
    gone = list(session.scalars(statement))
    for part in (EpisodeParticipant, EpisodeClinician):
        session.execute(sa.delete(part).where(col(part.episode_id).in_(gone)), execution_options=_NO_SYNC)
    of_them = (col(ExternalId.noun) == "group", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    session.execute(sa.delete(Episode).where(col(Episode.id).in_(gone)), execution_options=_NO_SYNC)


def _drop_clients(session: Session, import_id: UUID) -> None:
    statement = sa.select(col(Client.id)).where(col(Client.import_id) == import_id)
    for model in (EpisodeParticipant, Consent, Contact, Appointment):
        key = col(model.client_id)
        statement = statement.where(~sa.select(key).where(key == col(Client.id)).correlate(Client).exists())
    doubles = sa.orm.aliased(Client)
    statement = statement.where(
        ~sa.select(col(doubles.id)).where(col(doubles.merged_into_id) == col(Client.id)).correlate(Client).exists()
    )
    gone = list(session.scalars(statement))
    of_them = (col(ExternalId.noun) == "client", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    session.execute(sa.delete(Client).where(col(Client.id).in_(gone)), execution_options=_NO_SYNC)


def _drop_clinicians(session: Session, import_id: UUID) -> None:
    statement = sa.select(col(Member.id)).where(
        col(Member.import_id) == import_id, col(Member.password_hash).is_(None), col(Member.email_digest).is_(None)
    )
    for key in (
        col(EpisodeClinician.member_id),
        col(Episode.responsible_id),
        col(Appointment.clinician_id),
        col(Absence.member_id),
    ):
        statement = statement.where(~sa.select(key).where(key == col(Member.id)).correlate(Member).exists())
    gone = list(session.scalars(statement))
    of_them = (col(ExternalId.noun) == "member", col(ExternalId.target_id).in_(gone))
    session.execute(sa.delete(ExternalId).where(*of_them), execution_options=_NO_SYNC)
    session.execute(sa.delete(Member).where(col(Member.id).in_(gone)), execution_options=_NO_SYNC)
