"""Who stands in for whom, on which days; and whether a cover runs, which is asked anew each time it is used."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.covers import COVERS_AS, Days
from api.store import practices
from schemas.tables import Absence, Cover, Episode, EpisodeClinician, EpisodeParticipant, Member, MemberRole
from schemas.vocabulary import AbsenceKind


def today(session: Session, now: datetime) -> date:
    """On the practice's calendar, as leave is."""
    return now.astimezone(ZoneInfo(practices.current(session).time_zone)).date()


def add(session: Session, row: Cover) -> None:
    session.add(row)
    session.flush()


def get(session: Session, cover_id: UUID) -> Cover | None:
    return session.scalars(sa.select(Cover).where(col(Cover.id) == cover_id)).first()


def page(session: Session, absent_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Cover]:
    """Whatever was named last comes first, also those that are over."""
    statement = sa.select(Cover).where(col(Cover.absent_id) == absent_id).order_by(col(Cover.id).desc()).limit(limit)
    return session.scalars(statement if before is None else statement.where(col(Cover.id) < before)).all()


def running(session: Session, covering_id: UUID, day: date) -> Sequence[Cover]:
    """Those in which somebody stands in on a day: not ended, on one of their days, while the leave stands and nobody has left."""
    statement = (
        sa.select(Cover)
        .join(Member, col(Member.id) == col(Cover.absent_id))
        .where(
            col(Cover.covering_id) == covering_id,
            col(Cover.ended_at).is_(None),
            col(Cover.from_on) <= day,
            col(Cover.to_on) >= day,
            col(Member.left_at).is_(None),
            col(Cover.absent_id).in_(_away(day)),
        )
        .order_by(col(Cover.id))
    )
    return session.scalars(statement).all()


def running_one(session: Session, cover_id: UUID, covering_id: UUID, now: datetime) -> Cover | None:
    """One's own, while it runs."""
    return next((one for one in running(session, covering_id, today(session, now)) if one.id == cover_id), None)


def which_run(session: Session, rows: Collection[Cover], day: date) -> set[UUID]:
    return {one.id for covering_id in {row.covering_id for row in rows} for one in running(session, covering_id, day)}


def stands_in_for(session: Session, absent_id: UUID, day: date) -> UUID | None:
    """Who covers for somebody on a day, and is here and may still do so: what is given to them has to reach a person."""
    may = sa.select(col(MemberRole.member_id)).where(col(MemberRole.role).in_(COVERS_AS))
    statement = (
        sa.select(col(Cover.covering_id))
        .join(Member, col(Member.id) == col(Cover.covering_id))
        .where(
            col(Cover.absent_id) == absent_id,
            col(Cover.ended_at).is_(None),
            col(Cover.from_on) <= day,
            col(Cover.to_on) >= day,
            col(Cover.absent_id).in_(_away(day)),
            col(Cover.covering_id).not_in(_away(day)),
            col(Cover.covering_id).in_(may),
            col(Member.left_at).is_(None),
        )
    )
    return session.scalars(statement.order_by(col(Cover.id)).limit(1)).first()


def for_client(session: Session, client_id: UUID, day: date) -> UUID | None:
    """Who covers for the responsible clinician of the client's running episode that began last, where that one is away."""
    parts = sa.select(col(EpisodeParticipant.episode_id)).where(
        col(EpisodeParticipant.client_id) == client_id, col(EpisodeParticipant.left_at).is_(None)
    )
    theirs = (
        sa.select(col(Episode.responsible_id))
        .where(col(Episode.id).in_(parts), col(Episode.ended_at).is_(None), col(Episode.responsible_id).is_not(None))
        .order_by(col(Episode.id).desc())
    )
    found = (stands_in_for(session, one, day) for one in session.scalars(theirs).all() if one is not None)
    return next((covering_id for covering_id in found if covering_id is not None), None)


def others(session: Session, absent_id: UUID) -> list[Days]:
    """Days for which a cover of the same clinician stands."""
    statement = sa.select(col(Cover.from_on), col(Cover.to_on)).where(
        col(Cover.absent_id) == absent_id, col(Cover.ended_at).is_(None)
    )
    return [Days(*row) for row in session.execute(statement)]


def leave(session: Session, member_id: UUID) -> list[Days]:
    """The leave of a member that stands, in pieces as it was recorded."""
    statement = sa.select(col(Absence.from_on), col(Absence.to_on)).where(
        col(Absence.member_id) == member_id,
        col(Absence.kind) == AbsenceKind.CLINICIAN_LEAVE,
        col(Absence.withdrawn_at).is_(None),
    )
    return [Days(*row) for row in session.execute(statement)]


def lock(session: Session, absent_id: UUID) -> None:
    """Of two who name a cover for somebody at once, the second finds the first."""
    session.execute(sa.select(col(Member.id)).where(col(Member.id) == absent_id).with_for_update(key_share=True))


def others_here(session: Session, episode_ids: Collection[UUID], absent_id: UUID, day: date) -> dict[UUID, UUID]:
    """By episode, another clinician of it who works here and is not away."""
    statement = (
        sa.select(col(EpisodeClinician.episode_id), col(EpisodeClinician.member_id))
        .join(Member, col(Member.id) == col(EpisodeClinician.member_id))
        .where(
            col(EpisodeClinician.episode_id).in_(set(episode_ids)),
            col(EpisodeClinician.member_id) != absent_id,
            col(Member.left_at).is_(None),
            col(Member.password_hash).is_not(None),
            col(Member.id).not_in(_away(day)),
        )
        .order_by(col(EpisodeClinician.member_id).desc())
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def end_all_of(session: Session, member_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """Somebody leaves the practice: nobody covers for them any more, nor they for anybody."""
    theirs = sa.or_(col(Cover.absent_id) == member_id, col(Cover.covering_id) == member_id)
    ended = sa.update(Cover).where(theirs, col(Cover.ended_at).is_(None)).values(ended_at=now, ended_by=by)
    session.execute(ended, execution_options={"synchronize_session": False})


def pass_on(session: Session, named_id: UUID, member_id: UUID) -> None:
    """Somebody who was only named turns out to be a member. Nobody covers for themselves."""
    no_sync = {"synchronize_session": False}
    theirs = col(Cover.absent_id) == named_id
    session.execute(sa.delete(Cover).where(theirs, col(Cover.covering_id) == member_id), execution_options=no_sync)
    session.execute(sa.update(Cover).where(theirs).values(absent_id=member_id), execution_options=no_sync)


def _away(day: date) -> sa.Select[UUID | None]:
    return sa.select(col(Absence.member_id)).where(
        col(Absence.kind) == AbsenceKind.CLINICIAN_LEAVE,
        col(Absence.member_id).is_not(None),
        col(Absence.withdrawn_at).is_(None),
        col(Absence.from_on) <= day,
        sa.or_(col(Absence.to_on).is_(None), col(Absence.to_on) >= day),
    )


def away_among(session: Session, member_ids: Collection[UUID], day: date) -> set[UUID]:
    """Who of these is on leave on a day."""
    statement = sa.select(col(Member.id)).where(col(Member.id).in_(set(member_ids)), col(Member.id).in_(_away(day)))
    return set(session.scalars(statement))
