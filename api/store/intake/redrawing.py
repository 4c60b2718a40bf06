"""Appointments drawn anew from their events, after some of these are gone or are known otherwise."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import appointments as rules
from api.domain.history import StatusEvent
from schemas.tables import Appointment, AppointmentEvent

_NO_SYNC = {"synchronize_session": False}


def redraw(session: Session, appointment_ids: Collection[UUID]) -> set[UUID]:
    """Those that were redrawn. One of which nobody tells anything any more goes altogether."""
    left: dict[UUID, list[StatusEvent]] = {appointment_id: [] for appointment_id in appointment_ids}
    if not left:
        return set()
    statement = (
        sa.select(
            col(AppointmentEvent.appointment_id),
            col(AppointmentEvent.status),
            col(AppointmentEvent.starts_at),
            col(AppointmentEvent.known_at),
            col(AppointmentEvent.initiator),
            col(AppointmentEvent.excused),
        )
        .where(col(AppointmentEvent.appointment_id).in_(left))
        .order_by(col(AppointmentEvent.position))
    )
    for row in session.execute(statement):
        left[row[0]].append(StatusEvent(*row[1:]))
    gone = {appointment_id for appointment_id, events in left.items() if not events}
    session.execute(sa.delete(Appointment).where(col(Appointment.id).in_(gone)), execution_options=_NO_SYNC)
    for appointment_id, events in left.items():
        if events:
            _redraw_one(session, appointment_id, rules.latest(events))
    return set(left) - gone


def _redraw_one(session: Session, appointment_id: UUID, says: StatusEvent) -> None:
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
