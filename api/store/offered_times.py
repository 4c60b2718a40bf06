"""Times that messages offer: held for one episode at a time, given free again, tapped, made a booking of.

Another clinician's caseload may hold the same instant of the same person, so what is held is asked of the whole practice;
nothing of it is told but that it is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import offered_times as rules
from api.store import tenancy
from schemas.tables import Appointment, CheckIn, Episode, EpisodeParticipant, OfferedTime, Reply
from schemas.vocabulary import AppointmentStatus, ReplyAnswer


def get(session: Session, offered_time_id: UUID) -> OfferedTime | None:
    return session.scalars(sa.select(OfferedTime).where(col(OfferedTime.id) == offered_time_id)).first()


def of_messages(session: Session, check_in_ids: Collection[UUID]) -> dict[UUID, list[OfferedTime]]:
    """By message, the earliest first; a message that offers none has no entry."""
    found: dict[UUID, list[OfferedTime]] = {}
    statement = sa.select(OfferedTime).where(col(OfferedTime.check_in_id).in_(set(check_in_ids)))
    for row in session.scalars(statement.order_by(col(OfferedTime.starts_at))):
        found.setdefault(row.check_in_id, []).append(row)
    return found


def named(session: Session, offered_time_ids: Collection[UUID]) -> dict[UUID, OfferedTime]:
    if not offered_time_ids:
        return {}
    statement = sa.select(OfferedTime).where(col(OfferedTime.id).in_(set(offered_time_ids)))
    return {row.id: row for row in session.scalars(statement)}


def offer(session: Session, check_in: CheckIn, clinician_id: UUID, times: Sequence[datetime], *, now: datetime) -> None:
    """A draft offers these from now on and no others, and they are held for it. Raises Conflict where one is held elsewhere."""
    with tenancy.whole_practice(session):
        before = of_messages(session, [check_in.id]).get(check_in.id, [])
        wanted = [(clinician_id, starts_at) for starts_at in times]
        _hold_instants(session, [*wanted, *((row.clinician_id, row.starts_at) for row in before)])
        for row in before:
            session.delete(row)
        session.flush()
        for starts_at in times:
            _free(session, clinician_id, starts_at, check_in.episode_id, now)
        made = [
            OfferedTime(
                check_in_id=check_in.id,
                episode_id=check_in.episode_id,
                client_id=check_in.client_id,
                clinician_id=clinician_id,
                starts_at=starts_at,
                held_until=rules.held_until(starts_at, None),
                created_at=now,
            )
            for starts_at in times
        ]
        _write(session, made)


def hold(session: Session, check_in: CheckIn, *, now: datetime) -> None:
    """All that a message offers, for as long as its link opens. Raises Conflict where one is held elsewhere by now."""
    with tenancy.whole_practice(session):
        rows = of_messages(session, [check_in.id]).get(check_in.id, [])
        _hold_instants(session, [(row.clinician_id, row.starts_at) for row in rows])
        for row in rows:
            _hold(session, row, now)
            row.held_until = rules.held_until(row.starts_at, check_in.reply_until)
        session.flush()


def keep_as_draft(session: Session, check_in_id: UUID) -> None:
    """Its approval was undone: no link runs out. Nothing is asked anew, so that nothing stands in the way of undoing."""
    for row in of_messages(session, [check_in_id]).get(check_in_id, []):
        _until_it_comes(row)
    session.flush()


def to_tap(session: Session, check_in_id: UUID, now: datetime) -> list[OfferedTime]:
    """Whatever was answered before. Not the times of somebody who is not responsible any more: they are not to be had."""
    with tenancy.whole_practice(session):
        rows = of_messages(session, [check_in_id]).get(check_in_id, [])
        return [row for row in rows if row.starts_at > now and not _of_another(session, row)]


def tap(session: Session, check_in_id: UUID, offered_time_id: UUID, now: datetime) -> None:
    """The client wants this one: it stays held, and what else the message offered is free again.

    Raises Conflict where it is no time of this message, is over, or is held for somebody else by now.
    """
    with tenancy.whole_practice(session):
        rows = of_messages(session, [check_in_id]).get(check_in_id, [])
        _hold_instants(session, [(row.clinician_id, row.starts_at) for row in rows])
        wanted = next((row for row in to_tap(session, check_in_id, now) if row.id == offered_time_id), None)
        if wanted is None:
            raise rules.held_elsewhere()
        release(session, [check_in_id], now, but=wanted.id)
        _hold(session, wanted, now)
        _until_it_comes(wanted)


def keep(session: Session, row: OfferedTime, *, now: datetime) -> None:
    """Before it is booked: also where it was freed meanwhile. Raises Conflict where it is held or booked for somebody else.

    Until this unit ends nobody else keeps the same instant of the same clinician. Held with it is whatever else is offered to those who
    take part: the booking gives it free.
    """
    with tenancy.whole_practice(session):
        taking_part = sa.select(col(EpisodeParticipant.client_id)).where(
            col(EpisodeParticipant.episode_id) == row.episode_id
        )
        theirs = sa.select(OfferedTime).where(
            sa.or_(
                col(OfferedTime.check_in_id) == row.check_in_id,
                sa.and_(col(OfferedTime.client_id).in_(taking_part), col(OfferedTime.released_at).is_(None)),
            )
        )
        beside = session.scalars(theirs).all()
        _hold_instants(session, [(one.clinician_id, one.starts_at) for one in (row, *beside)])
        _hold(session, row, now)
        _until_it_comes(row)


def held_for_others(
    session: Session, clinician_id: UUID, starts_at: datetime, minutes: int, *, episode_id: UUID, now: datetime
) -> datetime | None:
    """Until when what lies across these minutes is held for other work. None: it is free. Asked to warn, so it holds nothing:
    whoever books goes on to stop messages, and those are held before times.
    """
    with tenancy.whole_practice(session):
        across = session.scalars(_across(clinician_id, starts_at, minutes)).all()
        held = [row for row in across if row.released_at is None and row.held_until > now]
        return max((row.held_until for row in held if row.episode_id != episode_id), default=None)


def answered(session: Session, check_in_id: UUID, answer: ReplyAnswer | None, now: datetime) -> None:
    """Another wish than to come back frees what was offered. Words alone, or coming back without a time, do not."""
    if answer not in (None, ReplyAnswer.COME_BACK):
        with tenancy.whole_practice(session):
            release(session, [check_in_id], now)


def release(session: Session, check_in_ids: Collection[UUID], now: datetime, *, but: UUID | None = None) -> None:
    """They are anybody's again: the message was answered otherwise, or will not arrive."""
    which: list[sa.ColumnElement[bool]] = [
        col(OfferedTime.check_in_id).in_(set(check_in_ids)),
        col(OfferedTime.released_at).is_(None),
    ]
    if but is not None:
        which.append(col(OfferedTime.id) != but)
    _release(session, which, now)


def release_one(session: Session, offered_time_id: UUID, now: datetime) -> None:
    """The client has changed their mind about it."""
    freed = sa.update(OfferedTime).where(col(OfferedTime.id) == offered_time_id, col(OfferedTime.released_at).is_(None))
    session.execute(freed.values(released_at=now).execution_options(synchronize_session="fetch"))


def release_of(
    session: Session, which: Sequence[sa.ColumnElement[bool]], now: datetime, *, tapped: bool = True
) -> None:
    """Those of these messages; not `tapped`: but for the ones that were tapped and wait for a person."""
    held = sa.select(col(OfferedTime.id)).join(CheckIn, col(CheckIn.id) == col(OfferedTime.check_in_id))
    held = held.where(*which, col(OfferedTime.released_at).is_(None))
    if not tapped:
        wanted = sa.select(col(Reply.id)).where(
            col(Reply.offered_time_id) == col(OfferedTime.id), col(Reply.handled_at).is_(None)
        )
        held = held.where(~wanted.exists())
    found = set(session.scalars(held))
    if found:
        _release(session, [col(OfferedTime.id).in_(found), col(OfferedTime.released_at).is_(None)], now)


def _release(session: Session, which: Sequence[sa.ColumnElement[bool]], now: datetime) -> None:
    found = _in_order(session, which)
    if found:
        freed = sa.update(OfferedTime).where(col(OfferedTime.id).in_(found)).values(released_at=now)
        session.execute(freed.execution_options(synchronize_session="fetch"))


def _in_order(session: Session, which: Sequence[sa.ColumnElement[bool]]) -> list[UUID]:
    """Nobody else's until the unit ends. Other clients may have been offered the same times, so everybody takes the earliest first."""
    order = (col(OfferedTime.clinician_id), col(OfferedTime.starts_at), col(OfferedTime.id))
    statement = sa.select(col(OfferedTime.id)).where(*which).order_by(*order).with_for_update(key_share=True)
    return list(session.scalars(statement))


def _hold_instants(session: Session, rows: Collection[tuple[UUID, datetime]]) -> None:
    """Whoever was offered a time of these clinicians that lies across one of these."""
    if rows:
        across = [
            sa.and_(col(OfferedTime.clinician_id) == clinician_id, *_near(starts_at, rules.MINUTES))
            for clinician_id, starts_at in set(rows)
        ]
        _in_order(session, [sa.or_(*across)])


def waiting_for(session: Session, now: datetime) -> set[tuple[UUID, UUID]]:
    """Clients for whom times are held, each with the episode."""
    held = sa.select(col(OfferedTime.client_id), col(OfferedTime.episode_id)).where(
        col(OfferedTime.released_at).is_(None), col(OfferedTime.held_until) > now
    )
    return {(row[0], row[1]) for row in session.execute(held.distinct())}


def _hold(session: Session, row: OfferedTime, now: datetime) -> None:
    """Also what is held already may have been booked for somebody else: a booking asks nobody what is held."""
    if _of_another(session, row):
        raise rules.of_another()
    _free(session, row.clinician_id, row.starts_at, row.episode_id, now)
    row.released_at = None
    _write(session, [])


def _of_another(session: Session, row: OfferedTime) -> bool:
    """Where nobody is responsible, they are of whoever wrote the message."""
    responsible = sa.select(col(Episode.responsible_id)).where(col(Episode.id) == row.episode_id)
    return session.scalar(responsible) not in (None, row.clinician_id)


def _until_it_comes(row: OfferedTime) -> None:
    """Whoever wants it waits for a person, and not for the link to run out."""
    row.held_until = row.starts_at


def _free(session: Session, clinician_id: UUID, starts_at: datetime, episode_id: UUID, now: datetime) -> None:
    """What has expired, or is held for the same work by an earlier message, gives way. Raises Conflict for anything else.

    First who holds or held it, which `_hold_instants` has made this unit's, then what is booked: whoever makes a booking of a
    time gives it free in the same unit.
    """
    for row in session.scalars(_across(clinician_id, starts_at, rules.MINUTES)).all():
        if row.starts_at == starts_at and row.released_at is None:
            if row.held_until > now and row.episode_id != episode_id:
                raise rules.held_elsewhere()
            row.released_at = now
    session.flush()
    if _booked_for_others(session, clinician_id, starts_at, episode_id):
        raise rules.held_elsewhere()


def _across(clinician_id: UUID, starts_at: datetime, minutes: int) -> sa.Select[OfferedTime]:
    """Whatever was offered of one clinician that lies across these minutes, as it stands."""
    return (
        sa.select(OfferedTime)
        .where(col(OfferedTime.clinician_id) == clinician_id, *_near(starts_at, minutes))
        .order_by(col(OfferedTime.starts_at), col(OfferedTime.id))
        .execution_options(populate_existing=True)
    )


def _near(starts_at: datetime, minutes: int) -> tuple[sa.ColumnElement[bool], ...]:
    begins = col(OfferedTime.starts_at)
    return begins > starts_at - timedelta(minutes=rules.MINUTES), begins < starts_at + timedelta(minutes=minutes)


def _booked_for_others(session: Session, clinician_id: UUID, starts_at: datetime, episode_id: UUID) -> bool:
    """Where the booking names no clinician it is with whoever is responsible. One work shares what begins at one instant."""
    ends_at, longest = starts_at + timedelta(minutes=rules.MINUTES), timedelta(days=1)
    booked = (
        sa.select(col(Appointment.starts_at), col(Appointment.duration_minutes), col(Appointment.episode_id))
        .join(Episode, col(Episode.id) == col(Appointment.episode_id))
        .where(
            sa.func.coalesce(col(Appointment.clinician_id), col(Episode.responsible_id)) == clinician_id,
            col(Appointment.status) == AppointmentStatus.BOOKED,
            col(Appointment.starts_at) > starts_at - longest,
            col(Appointment.starts_at) < ends_at,
        )
    )
    return any(
        at + timedelta(minutes=minutes) > starts_at and (at, whose) != (starts_at, episode_id)
        for at, minutes, whose in session.execute(booked)
    )


def _write(session: Session, rows: Sequence[OfferedTime]) -> None:
    """Of two who offer the same time at one moment, the second is told."""
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError:
        raise rules.held_elsewhere() from None
