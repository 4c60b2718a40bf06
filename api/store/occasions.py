"""What a message rests on that is more than a check-in, as it stands in the record: each occasion carries one message.

Nobody makes an answer or a wish of a check-in by calling it one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import clock, follow_ups
from schemas.tables import Appointment, CheckIn, Client, Letter, Reply, TerminationNote
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import AppointmentStatus, CheckInKind, CheckInState, NoteState

WENT = (CheckInState.SENDING, CheckInState.SENT, CheckInState.DELIVERED, CheckInState.UNCERTAIN)
_ANSWERED_WITHIN = timedelta(days=30)
# A wish reaches further than an answer.
_WISHED_WITHIN = follow_ups.REACH


class Went(NamedTuple):
    """A message that went to a client, or may have."""

    id: UUID
    at: datetime
    kind: CheckInKind
    in_reply_to: UUID | None


def sent(session: Session, client_ids: Collection[UUID]) -> dict[UUID, list[Went]]:
    """What went to each client, oldest first."""
    columns = (
        col(CheckIn.client_id),
        col(CheckIn.id),
        col(CheckIn.state_at),
        col(CheckIn.kind),
        col(CheckIn.in_reply_to),
    )
    statement = sa.select(*columns).where(col(CheckIn.client_id).in_(client_ids), col(CheckIn.state).in_(WENT))
    found: dict[UUID, list[Went]] = defaultdict(list)
    for row in session.execute(statement.order_by(col(CheckIn.state_at), col(CheckIn.id))):
        found[row[0]].append(Went(*row[1:]))
    return found


def besides(sent: Iterable[Went], check_in_id: UUID) -> list[tuple[datetime, CheckInKind]]:
    """Of these, what was another message, and what it was. A second answer to one reply was no answer: it counts like a check-in."""
    found: list[tuple[datetime, CheckInKind]] = []
    answered_ids: set[UUID | None] = {None}
    for one in sent:
        if one.id == check_in_id:
            continue
        kind = one.kind
        if kind is CheckInKind.ANSWER:
            kind = CheckInKind.CHECK_IN if one.in_reply_to in answered_ids else kind
            answered_ids.add(one.in_reply_to)
        found.append((one.at, kind))
    return found


def answered(session: Session, check_in: CheckIn, now: datetime) -> datetime | None:
    """When the reply came that this message answers; None where another message answers it already."""
    if check_in.in_reply_to is None:
        return None
    statement = sa.select(col(Reply.at)).where(
        col(Reply.id) == check_in.in_reply_to,
        col(Reply.client_id) == check_in.client_id,
        col(Reply.at) >= now - _ANSWERED_WITHIN,
        sa.not_(_others(check_in).where(col(CheckIn.in_reply_to) == check_in.in_reply_to).exists()),
    )
    return session.scalars(statement).first()


def asked_for(
    session: Session, check_in: CheckIn, signs: Iterable[datetime], theirs: sa.ColumnElement[bool], now: datetime
) -> datetime | None:
    """When the client was here or in touch on the day on which they asked, the last time of that day.

    None where no such word or session stands in the record, or where a follow-up went since or waits: one for each wish.
    """
    zone = session.scalars(sa.select(col(Client.time_zone)).where(col(Client.id) == check_in.client_id)).first()
    if check_in.asked_for_on is None or zone is None:
        return None
    sessions = _attended_about(session, check_in.asked_for_on, theirs)
    said = [at for at in (*signs, *sessions) if _is_on(at, check_in.asked_for_on, zone) and at <= now]
    asked_at = max(said, default=None)
    if asked_at is None or now - asked_at > _WISHED_WITHIN:
        return None
    used = _others(check_in).where(
        sa.or_(col(CheckIn.state) == CheckInState.APPROVED, col(CheckIn.state_at) >= asked_at)
    )
    return None if session.scalar(sa.select(used.exists())) else asked_at


def signed_with(session: Session, check_in: CheckIn) -> datetime | None:
    """When the note that this letter was written with was signed in full; None while it is not, or where another of its letters went."""
    beside = sa.orm.aliased(Letter)
    theirs = (
        sa.select(sa.literal(1))
        .select_from(beside)
        .join(CheckIn, col(CheckIn.id) == col(beside.check_in_id))
        .where(
            col(beside.note_id) == col(Letter.note_id), col(beside.id) != col(Letter.id), col(CheckIn.state).in_(WENT)
        )
    )
    statement = (
        sa.select(col(TerminationNote.locked_at))
        .join(Letter, col(Letter.note_id) == col(TerminationNote.id))
        .where(
            col(Letter.check_in_id) == check_in.id,
            col(TerminationNote.state) == NoteState.SIGNED,
            sa.not_(theirs.correlate(Letter).exists()),
        )
    )
    return session.scalars(statement).first()


def _others(check_in: CheckIn) -> sa.Select[int]:
    """Messages of the same kind to the client that went, or wait and were approved before this one."""
    waits = [col(CheckIn.state) == CheckInState.APPROVED]
    if check_in.approved_at is not None:
        earlier = sa.tuple_(col(CheckIn.approved_at), col(CheckIn.id)) < sa.tuple_(
            sa.literal(check_in.approved_at, Instant),
            sa.literal(check_in.id, Identifier),
        )
        waits.append(earlier)
    return sa.select(sa.literal(1)).where(
        col(CheckIn.client_id) == check_in.client_id,
        col(CheckIn.kind) == check_in.kind,
        col(CheckIn.id) != check_in.id,
        sa.or_(col(CheckIn.state).in_(WENT), sa.and_(*waits)),
    )


def _attended_about(session: Session, day: date, theirs: sa.ColumnElement[bool]) -> list[datetime]:
    """Wide enough for the day in whatever zone."""
    midnight = datetime.combine(day, time.min, UTC)
    statement = sa.select(col(Appointment.starts_at)).where(
        theirs,
        col(Appointment.status) == AppointmentStatus.ATTENDED,
        col(Appointment.starts_at).between(midnight - timedelta(days=1), midnight + timedelta(days=2)),
    )
    return list(session.scalars(statement))


def _is_on(at: datetime, day: date, zone: str) -> bool:
    return clock.local_day(clock.second(at), zone) == day
