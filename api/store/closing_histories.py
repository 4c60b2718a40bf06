"""Closing sessions as they were on record at an instant, for looking back: of many episodes at once, by few questions."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.closing_figures import Closing, InNote, Said, Tied
from api.domain.closing_sessions import Step
from api.store import terminations
from schemas.tables import Appointment, CheckIn, ClosingRecord, Contact, TerminationNote
from schemas.vocabulary import ContactOutcome, NoteState

Whose = tuple[UUID, UUID]
"""Episode and client."""


def load(session: Session, episode_ids: Collection[UUID], *, as_of: datetime) -> dict[Whose, Closing]:
    """Of those of whom anything is on record. Left out here is what was recorded later, and what had been taken back by then."""
    if not episode_ids:
        return {}
    said, in_notes = _said(session, episode_ids, as_of), _in_notes(session, episode_ids, as_of)
    return {whose: Closing(tuple(said.get(whose, ())), in_notes.get(whose)) for whose in said.keys() | in_notes.keys()}


def _said(session: Session, episode_ids: Collection[UUID], as_of: datetime) -> dict[Whose, list[Said]]:
    """With when the message of each offer went, and the time that each names as the history of its episode has it."""
    found: dict[Whose, list[Said]] = defaultdict(list)
    for row in session.execute(_steps(episode_ids, as_of)):
        step = Step(
            row.id,
            row.step,
            row.at,
            row.recorded_at,
            by_reply=row.by_reply,
            goes_with_message=row.with_message,
            went_at=row.went_at,
        )
        tied = None if row.time_id is None else Tied(row.time_id, f"{row.source}:{row.external_id}")
        found[row.episode_id, row.client_id].append(Said(step, tied))
    return found


def _steps(episode_ids: Collection[UUID], as_of: datetime) -> sa.Select[Any]:
    # What came back later than that still stood in the record as sent.
    had_gone = sa.and_(
        col(Contact.known_at) <= as_of,
        sa.or_(col(Contact.outcome) != ContactOutcome.NOT_DELIVERED, col(CheckIn.state_at) > as_of),
    )
    return (
        sa.select(
            col(ClosingRecord.id),
            col(ClosingRecord.episode_id),
            col(ClosingRecord.client_id),
            col(ClosingRecord.step),
            col(ClosingRecord.at),
            col(ClosingRecord.recorded_at),
            col(ClosingRecord.reply_id).is_not(None).label("by_reply"),
            col(ClosingRecord.check_in_id).is_not(None).label("with_message"),
            sa.case((had_gone, col(Contact.at))).label("went_at"),
            col(Appointment.id).label("time_id"),
            col(Appointment.source),
            col(Appointment.external_id),
        )
        .outerjoin(CheckIn, col(CheckIn.id) == col(ClosingRecord.check_in_id))
        .outerjoin(Contact, col(Contact.check_in_id) == col(ClosingRecord.check_in_id))
        .outerjoin(Appointment, col(Appointment.id) == col(ClosingRecord.appointment_id))
        .where(
            col(ClosingRecord.episode_id).in_(set(episode_ids)),
            col(ClosingRecord.recorded_at) <= as_of,
            sa.or_(col(ClosingRecord.withdrawn_at).is_(None), col(ClosingRecord.withdrawn_at) > as_of),
        )
    )


def _in_notes(session: Session, episode_ids: Collection[UUID], as_of: datetime) -> dict[Whose, InNote]:
    """A signed note stays with the client for whom it was signed, also when that is a double by now: it is about who they are."""
    statement = (
        sa.select(
            col(TerminationNote.episode_id),
            col(TerminationNote.client_id),
            col(TerminationNote.closing_session),
            col(TerminationNote.locked_at),
        )
        .where(
            col(TerminationNote.episode_id).in_(set(episode_ids)),
            col(TerminationNote.state) == NoteState.SIGNED,
            col(TerminationNote.closing_session).is_not(None),
            col(TerminationNote.locked_at) <= as_of,
        )
        .order_by(col(TerminationNote.locked_at), col(TerminationNote.id))
    )
    rows = session.execute(statement).all()
    now = terminations.merged_into(session, {row[1] for row in rows})
    # Where two notes turned out to be about one person, the later one speaks.
    return {
        (episode_id, now.get(client_id, client_id)): InNote(says, locked_at)
        for episode_id, client_id, says, locked_at in rows
        if says is not None and locked_at is not None
    }
