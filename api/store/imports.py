"""Imports as rows: the file in sealed pieces, how far it was read, what was wrong with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import among, members, tenancy
from schemas.tables import Appointment, Episode, Import, ImportPiece, ImportProblem
from schemas.vocabulary import ImportState

MOST_PROBLEMS = 10_000
_AT_ONCE = 500


def get(session: Session, import_id: UUID) -> Import | None:
    return session.scalars(sa.select(Import).where(col(Import.id) == import_id)).first()


def page(session: Session, *, before: UUID | None, limit: int) -> Sequence[Import]:
    """Newest first."""
    statement = sa.select(Import).order_by(col(Import.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(Import.id) < before)
    return session.scalars(statement).all()


def add(session: Session, row: Import) -> None:
    session.add(row)
    session.flush()


def add_piece(session: Session, piece: ImportPiece) -> None:
    session.add(piece)
    session.flush()
    session.expunge(piece)


def piece(session: Session, import_id: UUID, position: int) -> bytes | None:
    statement = sa.select(col(ImportPiece.content_sealed)).where(
        col(ImportPiece.import_id) == import_id, col(ImportPiece.position) == position
    )
    return session.scalar(statement)


def drop_pieces(session: Session, import_id: UUID) -> None:
    session.execute(sa.delete(ImportPiece).where(col(ImportPiece.import_id) == import_id))


def expire_dry_runs(session: Session, finished_before: datetime) -> None:
    """Of every practice: the files of dry runs that nobody took in for real are not kept for good."""
    stale = (col(Import.state) == ImportState.READY, col(Import.finished_at) < finished_before)
    of_them = sa.select(col(Import.id)).where(*stale)
    pieces = sa.delete(ImportPiece).where(col(ImportPiece.import_id).in_(of_them))
    for statement in (pieces, sa.update(Import).where(*stale).values(state=ImportState.EXPIRED)):
        session.execute(tenancy.before_tenant(statement.execution_options(synchronize_session=False)))


def add_problems(session: Session, row: Import, problems: Iterable[ImportProblem]) -> None:
    """Keeps the first ten thousand and counts the rest."""
    for problem in problems:
        if row.problem_count < MOST_PROBLEMS:
            session.add(problem)
        row.problem_count += 1
    session.flush()


def drop_problems(session: Session, import_id: UUID) -> None:
    session.execute(sa.delete(ImportProblem).where(col(ImportProblem.import_id) == import_id))


def problems(session: Session, import_id: UUID, *, after_line: int, limit: int) -> Sequence[ImportProblem]:
    statement = (
        sa.select(ImportProblem)
        .where(col(ImportProblem.import_id) == import_id, col(ImportProblem.line) > after_line)
        .order_by(col(ImportProblem.line))
        .limit(limit)
    )
    return session.scalars(statement).all()


def latest_clinicians(session: Session, import_id: UUID) -> list[tuple[UUID, UUID]]:
    """(episode, clinician of its latest appointment) for the import's own episodes that name another clinician.

    Whoever left is stood for by whom they handed over to; without one, the episode stays as it is.

    Asked of some hundred episodes at a time: of all at once, PostgreSQL has been seen to sort the whole practice.
    """
    begun = sa.select(col(Episode.id), col(Episode.responsible_id)).where(col(Episode.import_id) == import_id)
    successors = members.successors(session)
    responsible = {row[0]: row[1] for row in session.execute(begun)}
    ids, found = sorted(responsible), []
    for start in range(0, len(ids), _AT_ONCE):
        latest = _latest_clinicians_of(session, ids[start : start + _AT_ONCE])
        for one, clinician_id in latest:
            here = successors.get(clinician_id, clinician_id)
            if here not in (None, responsible[one]):
                found.append((one, here))
    return found


def _latest_clinicians_of(session: Session, episode_ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    place = sa.func.row_number().over(
        partition_by=col(Appointment.episode_id), order_by=col(Appointment.starts_at).desc()
    )
    ranked = (
        sa.select(col(Appointment.episode_id), col(Appointment.clinician_id), place.label("place"))
        .where(
            among.identifiers(session, col(Appointment.episode_id), episode_ids),
            col(Appointment.clinician_id).is_not(None),
        )
        .subquery()
    )
    statement = sa.select(ranked.c.episode_id, ranked.c.clinician_id).where(ranked.c.place == 1)
    return [(row[0], row[1]) for row in session.execute(statement)]
