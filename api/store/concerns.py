"""What clients told somebody who is not their clinician. Whoever reads here is its reader: tenancy holds that."""

import itertools
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import replies as rules
from api.domain.inbox import FIRST, IN_TURN, Position
from api.store import clients, tenancy
from schemas.tables import (
    Appointment,
    CheckIn,
    Concern,
    ConcernNote,
    Contact,
    EpisodeClinician,
    EpisodeParticipant,
    FormerClinician,
    Member,
    MemberRole,
    NoteAddendum,
    Practice,
    TerminationNote,
)
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import Role


def leads(session: Session) -> Sequence[UUID]:
    """Practice leads who can sign in, whoever joined first."""
    statement = (
        sa.select(col(Member.id))
        .join(MemberRole, col(MemberRole.member_id) == col(Member.id))
        .where(
            col(MemberRole.role) == Role.PRACTICE_LEAD,
            col(Member.left_at).is_(None),
            col(Member.password_hash).is_not(None),
        )
        .order_by(col(Member.joined_at), col(Member.id))
    )
    return session.scalars(statement).all()


def keep_leads(session: Session) -> None:
    """Nobody becomes a lead, or leads no more, until this unit ends: whoever changes roles holds the practice (members.lock_roles). Ask
    before anything else is held, so that the two never wait for one another.
    """
    session.execute(sa.select(col(Practice.id)).with_for_update(read=True))


def clinicians_of(session: Session, client_id: UUID) -> set[UUID]:
    """Everybody who is or was a clinician of an episode of this client, saw them, spoke with them, wrote to them or approved what
    was written, or wrote how the work ended. Ask over the whole practice.

    Their part may have ended before that was kept: then what they did tells. A note of a double names the double still.
    """
    episodes = sa.select(col(EpisodeParticipant.episode_id)).where(col(EpisodeParticipant.client_id) == client_id)
    notes = sa.select(col(TerminationNote.id)).where(col(TerminationNote.episode_id).in_(episodes))
    asked: tuple[sa.Select[UUID | None], ...] = (
        sa.select(col(EpisodeClinician.member_id)).where(col(EpisodeClinician.episode_id).in_(episodes)),
        sa.select(col(FormerClinician.member_id)).where(col(FormerClinician.episode_id).in_(episodes)),
        sa.select(col(Appointment.clinician_id)).where(col(Appointment.episode_id).in_(episodes)),
        sa.select(col(Contact.recorded_by)).where(col(Contact.episode_id).in_(episodes)),
        sa.select(col(TerminationNote.author_id)).where(col(TerminationNote.episode_id).in_(episodes)),
        sa.select(col(NoteAddendum.author_id)).where(col(NoteAddendum.note_id).in_(notes)),
        sa.select(col(CheckIn.written_by)).where(col(CheckIn.client_id) == client_id),
        sa.select(col(CheckIn.approved_by)).where(col(CheckIn.client_id) == client_id),
    )
    return {member_id for one in asked for member_id in session.scalars(one.distinct()) if member_id is not None}


def add(session: Session, row: Concern) -> None:
    session.add(row)
    session.flush()


def get(session: Session, concern_id: UUID) -> Concern | None:
    return session.scalars(sa.select(Concern).where(col(Concern.id) == concern_id)).first()


def latest(session: Session, check_in_id: UUID, *, since: datetime) -> Sequence[Concern]:
    """What came by one link since an instant, to the reader in whose scope this is asked."""
    statement = sa.select(Concern).where(col(Concern.check_in_id) == check_in_id, col(Concern.at) > since)
    return session.scalars(statement.order_by(col(Concern.id))).all()


def page(
    session: Session, *, handled: bool, closed: Collection[UUID], after: Position | None, limit: int
) -> Sequence[Concern]:
    """Of those that wait: first what may be about danger, then whoever has waited longest. Of the rest the oldest first. Nothing that
    is `closed` to whoever asks.
    """
    done = col(Concern.handled_at).is_not(None) if handled else col(Concern.handled_at).is_(None)
    rank = sa.literal(IN_TURN) if handled else sa.case((col(Concern.comes_first), FIRST), else_=IN_TURN)
    order = (rank, col(Concern.at), col(Concern.id))
    statement = sa.select(Concern).where(done, col(Concern.superseded_by).is_(None), col(Concern.id).not_in(closed))
    statement = statement.limit(limit).order_by(*(order[1:] if handled else order))
    if after is not None:
        last = (sa.literal(after.rank), sa.literal(after.at, Instant), sa.literal(after.row_id, Identifier))
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(*last))
    return session.scalars(statement).all()


def position(row: Concern) -> Position:
    return Position(FIRST if row.comes_first and row.handled_at is None else IN_TURN, row.at, row.id)


def see(session: Session, rows: Collection[Concern], now: datetime) -> None:
    """Its reader has opened it, and what it took the place of with it: what comes by the same link from now on stands beside it."""
    for row in (*rows, *itertools.chain.from_iterable(replaced(session, {row.id for row in rows}).values())):
        if row.seen_at is None:
            row.seen_at = now
    session.flush()


def take_the_place(session: Session, row: Concern) -> None:
    """Of what the same reader was told by the same link before and has not opened. It is kept, and read with this one."""
    statement = sa.select(Concern).where(
        col(Concern.check_in_id) == row.check_in_id,
        col(Concern.id) != row.id,
        col(Concern.superseded_by).is_(None),
        col(Concern.seen_at).is_(None),
        col(Concern.handled_at).is_(None),
    )
    for earlier in session.scalars(statement).all():
        for former in replaced(session, {earlier.id}).get(earlier.id, ()):
            former.superseded_by = row.id
        row.comes_first = row.comes_first or earlier.comes_first
        earlier.superseded_by, earlier.version = row.id, earlier.version + 1
    session.flush()


def replaced(session: Session, by: Collection[UUID]) -> dict[UUID, list[Concern]]:
    """In whose place each stands, the last of them first."""
    found: dict[UUID, list[Concern]] = {}
    statement = sa.select(Concern).where(col(Concern.superseded_by).in_(set(by)))
    for row in session.scalars(statement.order_by(col(Concern.id).desc())):
        if row.superseded_by is not None:
            found.setdefault(row.superseded_by, []).append(row)
    return found


def add_note(session: Session, row: ConcernNote) -> None:
    session.add(row)
    session.flush()


def notes(session: Session, concern_ids: Collection[UUID]) -> dict[UUID, list[ConcernNote]]:
    """By concern, the first of them first."""
    found: dict[UUID, list[ConcernNote]] = {}
    statement = sa.select(ConcernNote).where(col(ConcernNote.concern_id).in_(set(concern_ids)))
    for row in session.scalars(statement.order_by(col(ConcernNote.id))):
        found.setdefault(row.concern_id, []).append(row)
    return found


def waits(session: Session, *, closed: Collection[UUID]) -> bool:
    """Whether there is one that nobody has looked after, for whoever asks, and that is not closed to them."""
    statement = (
        sa.select(col(Concern.id))
        .where(col(Concern.handled_at).is_(None), col(Concern.superseded_by).is_(None), col(Concern.id).not_in(closed))
        .limit(1)
    )
    return session.scalar(statement) is not None


def closed_to_reader(session: Session) -> set[UUID]:
    """Of what whoever asks has not opened: those of clients whose clinician they have become since. Another independent lead reads them
    from now on; where there is none they stay closed, and these are named. What they have opened they know, and stays theirs.

    Ask before anything is shown to them.
    """
    reader_id = tenancy.scope_of(session).reader_id
    if reader_id is None:
        return set()
    with tenancy.whole_practice(session, reader_id=reader_id):
        return _leave_to_the_independent(session, reader_id)


def pass_on(session: Session) -> None:
    """From whoever leads no more to whoever is independent of the client now; so what a lead has not opened who is a clinician of the
    client by now. Where nobody is, it stays unread until somebody is.

    Call it wherever a practice lead comes, goes, or is given an account.
    """
    session.flush()
    lead_now = _lead_now(session)
    for reader_id in _readers(session):
        with tenancy.whole_practice(session, reader_id=reader_id):
            if reader_id in lead_now:
                _leave_to_the_independent(session, reader_id)
                continue
            there = leads(session)
            for row in session.scalars(sa.select(Concern)).all():
                to_id = rules.reader(there, _clinicians_around(session, row))
                if to_id is not None:
                    row.reader_id = to_id


def _leave_to_the_independent(session: Session, reader_id: UUID) -> set[UUID]:
    """What nobody has opened moves with whatever it took the place of. Returns what nobody else may open either."""
    unopened = sa.select(Concern).where(
        col(Concern.seen_at).is_(None), col(Concern.handled_at).is_(None), col(Concern.superseded_by).is_(None)
    )
    rows = session.scalars(unopened).all()
    there = leads(session) if rows else ()
    closed = set()
    for row in rows:
        clinicians = _clinicians_around(session, row)
        if reader_id not in clinicians:
            continue
        to_id = rules.reader(there, clinicians)
        if to_id is None:
            closed.add(row.id)
            continue
        for former in (*replaced(session, {row.id}).get(row.id, ()), row):
            former.reader_id = to_id
    session.flush()
    return closed


def _clinicians_around(session: Session, row: Concern) -> set[UUID]:
    """Of the client as they are known now: a double has no part in any episode any more."""
    client = clients.kept(session, row.client_id)
    return clinicians_of(session, client.id if client else row.client_id)


def _lead_now(session: Session) -> set[UUID]:
    """Who leads, also who cannot sign in at the moment."""
    statement = (
        sa.select(col(MemberRole.member_id))
        .join(Member, col(Member.id) == col(MemberRole.member_id))
        .where(col(MemberRole.role) == Role.PRACTICE_LEAD, col(Member.left_at).is_(None))
    )
    return set(session.scalars(statement))


def _readers(session: Session) -> Sequence[UUID]:
    """Who is named as a reader. Past what each may see, and with nothing of what was told."""
    concerns = Concern.__table__  # type: ignore[attr-defined]  # set by SQLModel
    named = sa.select(concerns.c.reader_id).where(concerns.c.practice_id == tenancy.practice_of(session)).distinct()
    return sorted(session.scalars(named))
