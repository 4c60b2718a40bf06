"""Which record tells which fact of an episode, and whom it is about: for explaining where the episode stands.

Noticing itself needs no ids. They are read only here, for one episode at a time.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import history as facts
from schemas.tables import Absence, Agreement, Appointment, Contact, Score
from schemas.vocabulary import AbsenceKind


@dataclass(frozen=True, slots=True)
class Record:
    """`client_id` where it is about one of those who take part."""

    id: UUID
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """By the source that a fact names; of the same fact told twice, the first record."""

    found: dict[Hashable, Record] = field(default_factory=dict)

    def of(self, source: Hashable) -> Record | None:
        keys = source if isinstance(source, tuple) else (source,)
        return next((self.found[key] for key in keys if key in self.found), None)


def records(session: Session, episode_id: UUID, responsible_id: UUID | None, *, now: datetime) -> Records:
    found: dict[Hashable, Record] = {}
    found.update(_appointments(session, episode_id))
    for source, record in (
        *_contacts(session, episode_id),
        *_absences(session, episode_id, responsible_id, now),
        *_agreements(session, episode_id),
        *_scores(session, episode_id, now),
    ):
        found.setdefault(source, record)
    return Records(found)


def _appointments(session: Session, episode_id: UUID) -> dict[Hashable, Record]:
    """By the key under which the history tells them."""
    rows = session.execute(
        sa.select(
            col(Appointment.source), col(Appointment.external_id), col(Appointment.id), col(Appointment.client_id)
        ).where(col(Appointment.episode_id) == episode_id)
    )
    return {f"{row[0]}:{row[1]}": Record(row[2], row[3]) for row in rows}


def _contacts(session: Session, episode_id: UUID) -> list[tuple[Hashable, Record]]:
    rows = session.execute(
        sa.select(
            col(Contact.at),
            col(Contact.known_at),
            col(Contact.direction),
            col(Contact.channel),
            col(Contact.automated),
            col(Contact.outcome),
            col(Contact.id),
            col(Contact.client_id),
        )
        .where(col(Contact.episode_id) == episode_id)
        .order_by(col(Contact.id))
    )
    return [(facts.Contact(*row[:6]), Record(row[6], row[7])) for row in rows]


def _absences(
    session: Session, episode_id: UUID, responsible_id: UUID | None, now: datetime
) -> list[tuple[Hashable, Record]]:
    """The episode's own, the leave of whoever is responsible, and the days on which the practice is closed."""
    whose = sa.or_(
        col(Absence.episode_id) == episode_id,
        col(Absence.kind) == AbsenceKind.PRACTICE_CLOSED,
        *([col(Absence.member_id) == responsible_id] if responsible_id is not None else []),
    )
    rows = session.execute(
        sa.select(col(Absence.kind), col(Absence.from_on), col(Absence.to_on), col(Absence.known_at), col(Absence.id))
        .where(whose, sa.or_(col(Absence.withdrawn_at).is_(None), col(Absence.withdrawn_at) > now))
        .order_by(col(Absence.id))
    )
    return [(facts.Absence(*row[:4]), Record(row[4])) for row in rows]


def _agreements(session: Session, episode_id: UUID) -> list[tuple[Hashable, Record]]:
    rows = session.execute(
        sa.select(
            col(Agreement.kind),
            col(Agreement.from_on),
            col(Agreement.known_at),
            col(Agreement.to_on),
            col(Agreement.cadence_days),
            col(Agreement.id),
        )
        .where(col(Agreement.episode_id) == episode_id)
        .order_by(col(Agreement.id))
    )
    return [(facts.Agreement(*row[:5]), Record(row[5])) for row in rows]


def _scores(session: Session, episode_id: UUID, now: datetime) -> list[tuple[Hashable, Record]]:
    rows = session.execute(
        sa.select(
            col(Score.measure),
            col(Score.value),
            col(Score.higher_is_better),
            col(Score.at),
            col(Score.known_at),
            col(Score.client_id),
            col(Score.id),
        )
        .where(
            col(Score.episode_id) == episode_id,
            sa.or_(col(Score.withdrawn_at).is_(None), col(Score.withdrawn_at) > now),
        )
        .order_by(col(Score.id))
    )
    return [(facts.Score(*row[:5], None if row[5] is None else str(row[5])), Record(row[6], row[5])) for row in rows]
