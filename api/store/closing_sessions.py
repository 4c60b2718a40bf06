"""The steps of closing sessions as rows, and what they come to: with the messages that went and the times that were tied."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import closing_sessions as rules
from api.domain.closing_sessions import Course, Step, Time
from schemas.tables import Appointment, CheckIn, ClosingRecord, Contact
from schemas.vocabulary import CheckInState, ClosingStep, ContactOutcome

_MOVES = 20


def add(session: Session, row: ClosingRecord) -> None:
    session.add(row)
    session.flush()


def rows(session: Session, episode_id: UUID, client_ids: Collection[UUID]) -> Sequence[ClosingRecord]:
    """Oldest first, without what was taken back."""
    statement = sa.select(ClosingRecord).where(
        col(ClosingRecord.episode_id) == episode_id,
        col(ClosingRecord.client_id).in_(set(client_ids)),
        col(ClosingRecord.withdrawn_at).is_(None),
    )
    return session.scalars(statement.order_by(col(ClosingRecord.at), col(ClosingRecord.id))).all()


def steps(session: Session, found: Sequence[ClosingRecord]) -> dict[UUID, Step]:
    """By row: each with what the record says by now of its message and its time."""
    went = _went(session, {row.check_in_id for row in found if row.check_in_id is not None})
    times = _times(session, {row.appointment_id for row in found if row.appointment_id is not None})
    return {
        row.id: Step(
            id=row.id,
            step=row.step,
            at=row.at,
            known_at=row.recorded_at,
            by_reply=row.reply_id is not None,
            goes_with_message=row.check_in_id is not None,
            went_at=went.get(row.check_in_id) if row.check_in_id else None,
            time=times.get(row.appointment_id) if row.appointment_id else None,
        )
        for row in found
    }


def course_of(session: Session, episode_id: UUID, client_id: UUID) -> Course:
    """What one client's steps come to now."""
    return rules.course(steps(session, rows(session, episode_id, [client_id])).values())


def waiting_messages(session: Session, check_in_ids: Iterable[UUID]) -> list[UUID]:
    """Of these, the messages that are still written, or wait to go."""
    on_their_way = (CheckInState.DRAFT, CheckInState.APPROVED, CheckInState.SENDING)
    statement = sa.select(col(CheckIn.id)).where(
        col(CheckIn.id).in_(set(check_in_ids)), col(CheckIn.state).in_(on_their_way)
    )
    return list(session.scalars(statement.order_by(col(CheckIn.id))))


def offering(session: Session, check_in_ids: Collection[UUID]) -> set[UUID]:
    """Of these messages, those in which a closing session is offered."""
    statement = sa.select(col(ClosingRecord.check_in_id)).where(
        col(ClosingRecord.check_in_id).in_(set(check_in_ids)), col(ClosingRecord.withdrawn_at).is_(None)
    )
    return {one for one in session.scalars(statement) if one is not None}


def offer_in(session: Session, message: CheckIn, *, by: UUID | None, now: datetime) -> None:
    """A draft that offers one. It counts when the message has gone."""
    if message.id not in offering(session, [message.id]):
        row = ClosingRecord(
            episode_id=message.episode_id,
            client_id=message.client_id,
            step=ClosingStep.OFFERED,
            at=now,
            check_in_id=message.id,
            recorded_at=now,
            recorded_by=by,
        )
        add(session, row)


def offer_no_more(session: Session, message: CheckIn, *, by: UUID | None, now: datetime) -> None:
    """The draft was changed, and offers none."""
    statement = sa.select(ClosingRecord).where(
        col(ClosingRecord.check_in_id) == message.id, col(ClosingRecord.withdrawn_at).is_(None)
    )
    for row in session.scalars(statement):
        row.withdrawn_at, row.withdrawn_by = now, by
    session.flush()


def _went(session: Session, check_in_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these messages was handed over. What came back was offered to nobody."""
    if not check_in_ids:
        return {}
    statement = sa.select(col(Contact.check_in_id), col(Contact.at)).where(
        col(Contact.check_in_id).in_(check_in_ids), col(Contact.outcome) != ContactOutcome.NOT_DELIVERED
    )
    return {check_in_id: at for check_in_id, at in session.execute(statement) if check_in_id is not None}


def _times(session: Session, appointment_ids: Collection[UUID]) -> dict[UUID, Time]:
    """By the time that was tied, what it is now: one that was moved is the time it was moved to."""
    if not appointment_ids:
        return {}
    at_first = sa.select(Appointment).where(col(Appointment.id).in_(appointment_ids))
    now = {row.id: row for row in session.scalars(at_first)}
    for _ in range(_MOVES):
        moved = _moved_to(session, now.values())
        if not moved:
            break
        now = {tied: moved.get((row.source, row.external_id), row) for tied, row in now.items()}
    return {tied: Time(row.id, row.starts_at, row.status, row.status_known_at) for tied, row in now.items()}


def _moved_to(session: Session, found: Iterable[Appointment]) -> dict[tuple[str, str], Appointment]:
    """By source and key, the time that says it was moved from there. The keys are another system's: asked system by system."""
    keys: dict[str, set[str]] = defaultdict(set)
    episode_ids: set[UUID] = set()
    for row in found:
        keys[row.source].add(row.external_id)
        episode_ids.add(row.episode_id)
    moved: dict[tuple[str, str], Appointment] = {}
    for source, external_ids in keys.items():
        statement = sa.select(Appointment).where(
            col(Appointment.episode_id).in_(episode_ids),
            col(Appointment.source) == source,
            col(Appointment.rescheduled_from).in_(external_ids),
        )
        for row in session.scalars(statement.order_by(col(Appointment.created_at), col(Appointment.id))):
            if row.rescheduled_from is not None and row.rescheduled_from != row.external_id:
                moved[(source, row.rescheduled_from)] = row
    return moved
