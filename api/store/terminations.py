"""Termination notes, their signatures and addenda; who may cosign; and the facts of the record a note is drawn from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import measures, note_record
from api.domain.measures import FirstAndLast, Result
from api.domain.note_record import Record, Sessions, Touch
from api.store import clients, closing_sessions, note_digests, scores, tenancy
from schemas.tables import (
    Appointment,
    Client,
    Contact,
    Episode,
    NoteAddendum,
    NoteSignature,
    Supervision,
    TerminationNote,
)
from schemas.vocabulary import AppointmentStatus, NoteState, SignaturePart

_MOST_CONTACTS = 500
_MOST_RESULTS = 2000


def add(session: Session, row: TerminationNote | NoteSignature | NoteAddendum) -> None:
    session.add(row)
    session.flush()


def close_row(session: Session, note: TerminationNote) -> None:
    """Puts the fingerprint over the row as it stands. Whatever is to change in it has been changed before."""
    note.digest = note_digests.of_note(note)
    session.flush()


def add_signature(
    session: Session, note: TerminationNote, member_id: UUID, part: SignaturePart, at: datetime
) -> NoteSignature:
    """Under what the note says now."""
    row = NoteSignature(
        practice_id=note.practice_id,
        note_id=note.id,
        member_id=member_id,
        part=part,
        at=at,
        content_digest=note_digests.of_content(note),
        digest=b"",
    )
    row.digest = note_digests.of_signature(row)
    add(session, row)
    return row


def add_addendum(session: Session, note: TerminationNote, row: NoteAddendum) -> None:
    """After those there are; `position` and `digest` are given here. Hold the note first."""
    before = addenda(session, [note.id])
    row.practice_id, row.position = note.practice_id, len(before)
    row.digest = note_digests.of_addendum(row, before[-1].digest if before else note.digest or b"")
    add(session, row)


def get(session: Session, note_id: UUID) -> TerminationNote | None:
    return session.scalars(sa.select(TerminationNote).where(col(TerminationNote.id) == note_id)).first()


def delete(session: Session, draft: TerminationNote) -> None:
    """A draft; the database refuses it of anything else."""
    session.delete(draft)
    session.flush()


def every(session: Session, note_ids: Collection[UUID]) -> Sequence[TerminationNote]:
    return session.scalars(sa.select(TerminationNote).where(col(TerminationNote.id).in_(set(note_ids)))).all()


def hold(session: Session, note_id: UUID) -> TerminationNote | None:
    """Nobody else's to change until this unit ends, and as it is now. First whoever takes part, as everywhere. SQLite has one writer anyway."""
    theirs = sa.select(col(TerminationNote.episode_id)).where(col(TerminationNote.id) == note_id)
    clients.lock_of_episodes(session, theirs)
    statement = sa.select(TerminationNote).where(col(TerminationNote.id) == note_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def of_parts(session: Session, episode_id: UUID, client_ids: Collection[UUID]) -> Sequence[TerminationNote]:
    """The notes about these clients' parts in one episode."""
    statement = sa.select(TerminationNote).where(
        col(TerminationNote.episode_id) == episode_id, col(TerminationNote.client_id).in_(set(client_ids))
    )
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes a list is asked for. `authors`: only theirs; `but`: not this author's."""

    client_ids: Collection[UUID] | None = None
    episode_id: UUID | None = None
    state: NoteState | None = None
    authors: Collection[UUID] | None = None
    but: UUID | None = None


def page(session: Session, wanted: Wanted, *, before: UUID | None, limit: int) -> Sequence[TerminationNote]:
    """Newest first."""
    statement = sa.select(TerminationNote).order_by(col(TerminationNote.id).desc()).limit(limit)
    if wanted.client_ids is not None:
        statement = statement.where(col(TerminationNote.client_id).in_(set(wanted.client_ids)))
    if wanted.episode_id is not None:
        statement = statement.where(col(TerminationNote.episode_id) == wanted.episode_id)
    if wanted.state is not None:
        statement = statement.where(col(TerminationNote.state) == wanted.state)
    if wanted.authors is not None:
        statement = statement.where(col(TerminationNote.author_id).in_(set(wanted.authors)))
    if wanted.but is not None:
        statement = statement.where(col(TerminationNote.author_id) != wanted.but)
    if before is not None:
        statement = statement.where(col(TerminationNote.id) < before)
    return session.scalars(statement).all()


def signatures(session: Session, note_ids: Collection[UUID]) -> Sequence[NoteSignature]:
    """In the order in which they were made."""
    statement = sa.select(NoteSignature).where(col(NoteSignature.note_id).in_(set(note_ids)))
    return session.scalars(statement.order_by(col(NoteSignature.at), col(NoteSignature.id))).all()


def addenda(session: Session, note_ids: Collection[UUID]) -> Sequence[NoteAddendum]:
    statement = sa.select(NoteAddendum).where(col(NoteAddendum.note_id).in_(set(note_ids)))
    return session.scalars(statement.order_by(col(NoteAddendum.note_id), col(NoteAddendum.position))).all()


def supervisors_of(session: Session, member_id: UUID) -> set[UUID]:
    statement = sa.select(col(Supervision.supervisor_id)).where(col(Supervision.supervisee_id) == member_id)
    return set(session.scalars(statement))


def doubles_of(session: Session, client_id: UUID) -> set[UUID]:
    """Who turned out to be this client, by one merge or by several. A signed note stays with whom it was signed for,
    under their key.
    """
    clients = Client.__table__  # type: ignore[attr-defined]  # set by SQLModel
    # A double takes part in no episode any more, so no caseload holds them: the practice is named here.
    ours = clients.c.practice_id == tenancy.practice_of(session)
    found = sa.select(clients.c.id).where(ours, clients.c.merged_into_id == client_id).cte("doubles", recursive=True)
    further = sa.select(clients.c.id).where(ours, clients.c.merged_into_id == found.c.id)
    return set(session.scalars(sa.select(found.union(further).c.id)))


def merged_into(session: Session, client_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """For those of these who turned out to be somebody else's double, who that is."""
    clients = Client.__table__  # type: ignore[attr-defined]  # set by SQLModel
    statement = sa.select(clients.c.id, clients.c.merged_into_id).where(
        clients.c.practice_id == tenancy.practice_of(session),
        clients.c.id.in_(set(client_ids)),
        clients.c.merged_into_id.is_not(None),
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def drawn(session: Session, episode: Episode, client_id: UUID, now: datetime) -> Record:
    """What the record says of this client's part at this moment."""
    touches = [
        Touch(row.at, row.direction, row.channel, row.outcome, row.automated)
        for row in _contacts(session, episode.id, client_id)
    ]
    held = _sessions_held(session, episode.id, client_id)
    closing = closing_sessions.course_of(session, episode.id, client_id).state
    told = _scores(session, episode, client_id, now)
    return note_record.drawn(episode.started_at, held, touches, now, closing_session=closing, scores=told)


def _scores(session: Session, episode: Episode, client_id: UUID, now: datetime) -> tuple[FirstAndLast, ...]:
    told = [
        Result(row.measure, row.value, row.at)
        for row in scores.latest_of(session, [episode.id], client_id, limit=_MOST_RESULTS)
        if row.at <= now
    ]
    return measures.first_and_last(reversed(told), ZoneInfo(episode.time_zone))


def _sessions_held(session: Session, episode_id: UUID, client_id: UUID) -> Sessions:
    """A status that was recorded before the time came tells of no session (DOMAIN 3)."""
    statement = sa.select(
        sa.func.min(col(Appointment.starts_at)),
        sa.func.max(col(Appointment.starts_at)),
        sa.func.count(sa.distinct(col(Appointment.starts_at))),
    ).where(
        col(Appointment.episode_id) == episode_id,
        sa.or_(col(Appointment.client_id).is_(None), col(Appointment.client_id) == client_id),
        col(Appointment.status) == AppointmentStatus.ATTENDED,
        col(Appointment.status_known_at) >= col(Appointment.starts_at),
    )
    first_at, last_at, count = session.execute(statement).one()
    return Sessions(first_at, last_at, count)


def _contacts(session: Session, episode_id: UUID, client_id: UUID) -> list[Contact]:
    """The newest, oldest first, without what is about another participant alone."""
    statement = (
        sa.select(Contact)
        .where(
            col(Contact.episode_id) == episode_id,
            sa.or_(col(Contact.client_id).is_(None), col(Contact.client_id) == client_id),
        )
        .order_by(col(Contact.at).desc(), col(Contact.id).desc())
        .limit(_MOST_CONTACTS)
    )
    return list(reversed(session.scalars(statement).all()))
