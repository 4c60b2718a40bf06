"""Writes a year of made-up work into a practice, past the use cases: hundreds of clients in a moment."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain.definitions import Course, Ending
from api.domain.history import History, StatusEvent
from api.services.work import Work
from schemas.tables import (
    Absence,
    Appointment,
    AppointmentEvent,
    Client,
    Contact,
    Episode,
    EpisodeParticipant,
)
from schemas.tables.base import new_id
from schemas.vocabulary import EpisodeFormat
from tests.support.closings import remember_closing


def remember(work: Work, clients: Iterable[list[Course]]) -> list[UUID]:
    """One client for each list of courses; what each course tells becomes rows."""
    found = []
    for courses in clients:
        client_id = new_id()
        death = next((one.death for one in courses), None)
        found.append(client_id)
        work.session.add(
            Client(
                id=client_id,
                name_sealed=b"sealed",
                time_zone="UTC",
                died_on=None if death is None else death.on,
                death_known_at=None if death is None else death.known_at,
                created_at=work.now,
                updated_at=work.now,
            )
        )
        work.session.flush()
        for one in courses:
            episode_id = remember_course(work, one, [client_id])
            if one.own_ending is not None:
                remember_leaving(work, episode_id, client_id, one.own_ending)
    work.session.flush()
    return found


def remember_course(work: Work, one: Course, client_ids: list[UUID], *, whose: UUID | None = None) -> UUID:
    """`whose`: the client whom the contacts were with."""
    history, episode_id = one.history, new_id()
    work.session.add(
        Episode(
            id=episode_id,
            format=EpisodeFormat.INDIVIDUAL,
            kind=history.kind,
            time_zone=history.time_zone,
            started_at=history.started_at,
            ended_at=None if one.ending is None else one.ending.at,
            ending=None if one.ending is None else one.ending.how,
            ending_known_at=None if one.ending is None else one.ending.known_at,
            created_at=work.now,
            updated_at=work.now,
        )
    )
    work.session.flush()
    for client_id in client_ids:
        work.session.add(EpisodeParticipant(episode_id=episode_id, client_id=client_id, joined_at=work.now))
    times = {told.key: _remember_appointment(work, episode_id, told.events) for told in history.appointments}
    _remember_the_rest(work, episode_id, history, whose)
    for client_id in client_ids:
        remember_closing(work, episode_id, client_id, one.closing, times)
    return episode_id


def remember_leaving(work: Work, episode_id: UUID, client_id: UUID, ending: Ending) -> None:
    work.session.flush()
    theirs = sa.update(EpisodeParticipant).where(
        col(EpisodeParticipant.episode_id) == episode_id, col(EpisodeParticipant.client_id) == client_id
    )
    work.session.execute(theirs.values(left_at=ending.at, ending=ending.how, ending_known_at=ending.known_at))


def _remember_the_rest(work: Work, episode_id: UUID, history: History, whose: UUID | None) -> None:
    for contact in history.contacts:
        work.session.add(
            Contact(
                episode_id=episode_id,
                client_id=whose,
                at=contact.at,
                known_at=contact.known_at,
                direction=contact.direction,
                channel=contact.channel,
                outcome=contact.outcome,
                automated=contact.automated,
            )
        )
    for absence in history.absences:
        work.session.add(
            Absence(
                kind=absence.kind,
                episode_id=episode_id,
                from_on=absence.from_on,
                to_on=absence.to_on,
                known_at=absence.known_at,
                # Withdrawn long after every cut-off, so it still counts.
                withdrawn_at=absence.known_at + timedelta(days=5000),
            )
        )


def _remember_appointment(work: Work, episode_id: UUID, events: tuple[StatusEvent, ...]) -> UUID:
    appointment_id, last = new_id(), events[-1]
    work.session.add(
        Appointment(
            id=appointment_id,
            episode_id=episode_id,
            source="leavetaking",
            external_id=str(appointment_id),
            starts_at=last.starts_at,
            status=last.status,
            initiator=last.initiator,
            excused=last.excused,
            status_known_at=last.known_at,
            created_at=work.now,
        )
    )
    work.session.flush()
    for position, event in enumerate(events):
        work.session.add(
            AppointmentEvent(
                appointment_id=appointment_id,
                position=position,
                status=event.status,
                starts_at=event.starts_at,
                known_at=event.known_at,
                initiator=event.initiator,
                excused=event.excused,
            )
        )
    return appointment_id
