"""Reads the facts of episodes as histories for the domain. One query per kind of fact, whatever the number of episodes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import history as facts
from api.store import consents
from schemas.tables import Absence, Agreement, Appointment, AppointmentEvent, Contact, Episode
from schemas.vocabulary import AbsenceKind

T = TypeVar("T")


def load(session: Session, episode_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, facts.History]:
    """Everything the record knows of these episodes. Facts learned after `as_of` may be within: the domain leaves
    them aside. Absences withdrawn by `as_of` are left out here.
    """
    wanted = set(episode_ids)
    episodes = session.execute(
        sa.select(
            col(Episode.id),
            col(Episode.time_zone),
            col(Episode.format),
            col(Episode.kind),
            col(Episode.started_at),
            col(Episode.ended_at),
            col(Episode.agreed_cadence_days),
            col(Episode.responsible_id),
        ).where(col(Episode.id).in_(wanted))
    ).all()
    appointments = _appointments(session, wanted)
    contacts = _contacts(session, wanted)
    agreements = _agreements(session, wanted)
    reach = consents.reach(session, wanted)
    away = _Away(session, wanted, {row[7] for row in episodes if row[7] is not None}, as_of)
    return {
        row[0]: facts.History(
            time_zone=row[1],
            format=row[2],
            kind=row[3],
            started_at=row[4],
            ended_at=row[5],
            agreed_cadence_days=row[6],
            reach=reach[row[0]],
            appointments=appointments[row[0]],
            contacts=tuple(contacts[row[0]]),
            absences=away.of(row[0], row[7]),
            agreements=tuple(agreements[row[0]]),
        )
        for row in episodes
    }


def _appointments(session: Session, episode_ids: set[UUID]) -> dict[UUID, tuple[facts.Appointment, ...]]:
    """Keys are the external ids within their source, which is also what `rescheduled_from` names."""
    events: dict[UUID, list[facts.StatusEvent]] = defaultdict(list)
    of_them = sa.select(col(Appointment.id)).where(col(Appointment.episode_id).in_(episode_ids))
    for row in session.execute(
        sa.select(
            col(AppointmentEvent.appointment_id),
            col(AppointmentEvent.status),
            col(AppointmentEvent.starts_at),
            col(AppointmentEvent.known_at),
            col(AppointmentEvent.initiator),
            col(AppointmentEvent.excused),
        )
        .where(col(AppointmentEvent.appointment_id).in_(of_them))
        .order_by(col(AppointmentEvent.appointment_id), col(AppointmentEvent.position))
    ):
        events[row[0]].append(facts.StatusEvent(row[1], row[2], row[3], row[4], row[5]))
    return _appointments_with(session, episode_ids, events)


def _appointments_with(
    session: Session, episode_ids: set[UUID], events: dict[UUID, list[facts.StatusEvent]]
) -> dict[UUID, tuple[facts.Appointment, ...]]:
    found: dict[UUID, list[facts.Appointment]] = defaultdict(list)
    for row in session.execute(
        sa.select(
            col(Appointment.id),
            col(Appointment.episode_id),
            col(Appointment.source),
            col(Appointment.external_id),
            col(Appointment.duration_minutes),
            col(Appointment.rescheduled_from),
            col(Appointment.standing),
            col(Appointment.client_id),
        ).where(col(Appointment.episode_id).in_(episode_ids))
    ):
        found[row[1]].append(
            facts.Appointment(
                key=f"{row[2]}:{row[3]}",
                events=tuple(events[row[0]]),
                duration_minutes=row[4],
                rescheduled_from=None if row[5] is None else f"{row[2]}:{row[5]}",
                standing=row[6],
                participant=None if row[7] is None else str(row[7]),
            )
        )
    return defaultdict(tuple, {episode_id: tuple(rows) for episode_id, rows in found.items()})


def _contacts(session: Session, episode_ids: set[UUID]) -> dict[UUID, list[facts.Contact]]:
    return _grouped(
        (row[0], facts.Contact(row[1], row[2], row[3], row[4], row[5], row[6]))
        for row in session.execute(
            sa.select(
                col(Contact.episode_id),
                col(Contact.at),
                col(Contact.known_at),
                col(Contact.direction),
                col(Contact.channel),
                col(Contact.automated),
                col(Contact.outcome),
            ).where(col(Contact.episode_id).in_(episode_ids))
        )
    )


def _agreements(session: Session, episode_ids: set[UUID]) -> dict[UUID, list[facts.Agreement]]:
    return _grouped(
        (row[0], facts.Agreement(row[1], row[2], row[3], row[4], row[5]))
        for row in session.execute(
            sa.select(
                col(Agreement.episode_id),
                col(Agreement.kind),
                col(Agreement.from_on),
                col(Agreement.known_at),
                col(Agreement.to_on),
                col(Agreement.cadence_days),
            ).where(col(Agreement.episode_id).in_(episode_ids))
        )
    )


class _Away:
    """Absences of episodes, the leave of their responsible clinicians, and the days the practice is closed."""

    def __init__(self, session: Session, episode_ids: set[UUID], member_ids: set[UUID], as_of: datetime) -> None:
        self._of_episodes: dict[UUID, list[facts.Absence]] = defaultdict(list)
        self._of_members: dict[UUID, list[facts.Absence]] = defaultdict(list)
        self._of_all: list[facts.Absence] = []
        statement = sa.select(
            col(Absence.kind),
            col(Absence.from_on),
            col(Absence.to_on),
            col(Absence.known_at),
            col(Absence.episode_id),
            col(Absence.member_id),
        ).where(
            sa.or_(
                col(Absence.episode_id).in_(episode_ids),
                col(Absence.member_id).in_(member_ids),
                col(Absence.kind) == AbsenceKind.PRACTICE_CLOSED,
            ),
            sa.or_(col(Absence.withdrawn_at).is_(None), col(Absence.withdrawn_at) > as_of),
        )
        for row in session.execute(statement):
            absence = facts.Absence(row[0], row[1], row[2], row[3])
            if row[4] is not None:
                self._of_episodes[row[4]].append(absence)
            elif row[5] is not None:
                self._of_members[row[5]].append(absence)
            else:
                self._of_all.append(absence)

    def of(self, episode_id: UUID, responsible_id: UUID | None) -> tuple[facts.Absence, ...]:
        leave = self._of_members[responsible_id] if responsible_id is not None else []
        return (*self._of_episodes[episode_id], *leave, *self._of_all)


def _grouped(pairs: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
