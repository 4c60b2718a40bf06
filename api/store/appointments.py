"""Appointments by page and by id, and the events recorded for them here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import appointments as rules
from api.domain.cursors import Cursor
from api.domain.history import StatusEvent
from schemas.tables import Appointment, AppointmentEvent
from schemas.tables.base import Identifier, Instant, new_id
from schemas.vocabulary import OWN_SOURCE, AppointmentStatus


def get(session: Session, appointment_id: UUID) -> Appointment | None:
    return session.scalars(sa.select(Appointment).where(col(Appointment.id) == appointment_id)).first()


def by_external_id(session: Session, source: str, external_id: str) -> Appointment | None:
    statement = sa.select(Appointment).where(
        col(Appointment.source) == source, col(Appointment.external_id) == external_id
    )
    return session.scalars(statement).first()


def page(
    session: Session,
    *,
    episode_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    after: Cursor | None,
    limit: int,
) -> Sequence[Appointment]:
    """By start, then id; `since` is included, `until` is not."""
    statement = sa.select(Appointment).order_by(col(Appointment.starts_at), col(Appointment.id)).limit(limit)
    if episode_id is not None:
        statement = statement.where(col(Appointment.episode_id) == episode_id)
    if since is not None:
        statement = statement.where(col(Appointment.starts_at) >= since)
    if until is not None:
        statement = statement.where(col(Appointment.starts_at) < until)
    if after is not None:
        statement = statement.where(
            sa.tuple_(col(Appointment.starts_at), col(Appointment.id))
            > sa.tuple_(sa.literal(after.at, Instant), sa.literal(after.row_id, Identifier))
        )
    return session.scalars(statement).all()


def episodes_of(session: Session, appointment_ids: Collection[UUID]) -> set[UUID]:
    if not appointment_ids:
        return set()
    statement = sa.select(col(Appointment.episode_id)).where(col(Appointment.id).in_(set(appointment_ids)))
    return set(session.scalars(statement))


def latest_of(session: Session, episode_ids: Collection[UUID], client_id: UUID, *, limit: int) -> Sequence[Appointment]:
    """The newest of these episodes, newest first, without what is about another participant alone."""
    statement = (
        sa.select(Appointment)
        .where(
            col(Appointment.episode_id).in_(set(episode_ids)),
            sa.or_(col(Appointment.client_id).is_(None), col(Appointment.client_id) == client_id),
        )
        .order_by(col(Appointment.starts_at).desc(), col(Appointment.id).desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def new(episode_id: UUID, starts_at: datetime, now: datetime, *, minutes: int, standing: bool) -> Appointment:
    """A time booked here. Whatever else is known of it is the caller's to say before it is added."""
    row_id = new_id()
    return Appointment(
        id=row_id,
        episode_id=episode_id,
        source=OWN_SOURCE,
        external_id=str(row_id),
        duration_minutes=minutes,
        standing=standing,
        starts_at=starts_at,
        status=AppointmentStatus.BOOKED,
        status_known_at=now,
        created_at=now,
    )


def booked_at(session: Session, episode_id: UUID, starts_at: datetime, client_id: UUID | None) -> Appointment | None:
    """What is booked at this instant for whoever is named alone, or for all who take part."""
    statement = sa.select(Appointment).where(
        col(Appointment.episode_id) == episode_id,
        col(Appointment.starts_at) == starts_at,
        col(Appointment.status) == AppointmentStatus.BOOKED,
        sa.or_(col(Appointment.client_id).is_(None), col(Appointment.client_id) == client_id),
    )
    return session.scalars(statement.order_by(col(Appointment.id)).limit(1)).first()


def book_instead(session: Session, moved: Appointment, booked: StatusEvent, recorded_by: UUID | None) -> Appointment:
    """The time to which another was moved. Only what stands in the same source can be named as its successor."""
    row = new(
        moved.episode_id, booked.starts_at, booked.known_at, minutes=moved.duration_minutes, standing=moved.standing
    )
    row.client_id, row.clinician_id, row.initiator = moved.client_id, moved.clinician_id, booked.initiator
    if moved.source == OWN_SOURCE:
        row.rescheduled_from = moved.external_id
    add(session, row, booked, recorded_by)
    return row


def add(session: Session, appointment: Appointment, event: StatusEvent, recorded_by: UUID | None) -> None:
    session.add(appointment)
    session.flush()
    _add_event(session, appointment.id, 0, event, recorded_by)


def learn(session: Session, appointment: Appointment, event: StatusEvent, recorded_by: UUID | None) -> bool:
    """Records what was learned now; False if the record said so already."""
    known = events(session, appointment.id)
    if not rules.news([known_event for _, known_event in known], [event]):
        return False
    _add_event(session, appointment.id, known[-1][0] + 1 if known else 0, event, recorded_by)
    says = rules.latest([*(known_event for _, known_event in known), event])
    appointment.starts_at, appointment.status = says.starts_at, says.status
    appointment.initiator, appointment.excused = says.initiator, says.excused
    appointment.status_known_at, appointment.version = says.known_at, appointment.version + 1
    session.flush()
    return True


def booked_instead(session: Session, moved: Appointment) -> Appointment | None:
    """The time booked here in the same act in which another was recorded as moved, if it still stands."""
    statement = sa.select(Appointment).where(
        col(Appointment.episode_id) == moved.episode_id,
        col(Appointment.source) == OWN_SOURCE,
        col(Appointment.created_at) == moved.status_known_at,
        col(Appointment.status) == AppointmentStatus.BOOKED,
        col(Appointment.id) != moved.id,
    )
    return session.scalars(statement).first()


def events(session: Session, appointment_id: UUID) -> list[tuple[int, StatusEvent]]:
    statement = (
        sa.select(AppointmentEvent)
        .where(col(AppointmentEvent.appointment_id) == appointment_id)
        .order_by(col(AppointmentEvent.position))
    )
    return [
        (row.position, StatusEvent(row.status, row.starts_at, row.known_at, row.initiator, row.excused))
        for row in session.scalars(statement)
    ]


def _add_event(
    session: Session, appointment_id: UUID, position: int, event: StatusEvent, recorded_by: UUID | None
) -> None:
    session.add(
        AppointmentEvent(
            appointment_id=appointment_id,
            position=position,
            status=event.status,
            starts_at=event.starts_at,
            known_at=event.known_at,
            initiator=event.initiator,
            excused=event.excused,
            recorded_by=recorded_by,
        )
    )
    session.flush()
