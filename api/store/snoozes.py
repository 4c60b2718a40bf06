"""Next acts that were put off, and keeping them in step with what the record learns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import engagement, next_step
from api.domain import snoozes as rules
from api.domain.engagement import Assessment, Standing
from api.domain.evidence import Evidence
from api.store import keys as key_store
from api.store.sealing import Keyring, Place
from schemas.tables import Episode, Snooze
from schemas.vocabulary import NextStepKind, SnoozeEnd, SnoozeReason


@dataclass(frozen=True, slots=True)
class Told:
    """One with its words opened. Of somebody who was erased none are left."""

    id: UUID
    episode_id: UUID
    act: NextStepKind
    reason: SnoozeReason
    why: str
    words: str | None
    until_on: date
    made_at: datetime
    made_by: UUID | None
    ended_at: datetime | None
    ended_because: SnoozeEnd | None
    ended_by: UUID | None


def begin(session: Session, row: Snooze) -> None:
    """What was put off before is put off anew. Call `assessments.refresh` for the episode before this, to hold it, and after."""
    former = running(session, [row.episode_id]).get(row.episode_id)
    if former is not None:
        end(former, SnoozeEnd.REPLACED, row.made_at, by=row.made_by)
        session.flush()
    session.add(row)
    session.flush()


def get(session: Session, episode_id: UUID, snooze_id: UUID) -> Snooze | None:
    statement = sa.select(Snooze).where(col(Snooze.episode_id) == episode_id, col(Snooze.id) == snooze_id)
    return session.scalars(statement).first()


def latest(session: Session, episode_id: UUID, *, limit: int) -> Sequence[Snooze]:
    """The one made last first."""
    statement = sa.select(Snooze).where(col(Snooze.episode_id) == episode_id)
    return session.scalars(statement.order_by(col(Snooze.made_at).desc(), col(Snooze.id).desc()).limit(limit)).all()


def running(session: Session, episode_ids: Collection[UUID]) -> dict[UUID, Snooze]:
    """By episode, the one that nobody and nothing has ended yet."""
    statement = sa.select(Snooze).where(col(Snooze.episode_id).in_(set(episode_ids)), col(Snooze.ended_at).is_(None))
    return {row.episode_id: row for row in session.scalars(statement)}


def end(row: Snooze, because: SnoozeEnd, at: datetime, *, by: UUID | None = None) -> None:
    row.ended_at, row.ended_because, row.ended_by = at, because, by


def follow(
    session: Session, assessed: Mapping[UUID, Assessment], ended: Mapping[UUID, datetime | None], now: datetime
) -> dict[UUID, datetime]:
    """Ends those that what is known now ends. The others: until when each waits, if nothing more is learned.

    Asked before the new assessments are written: the evidence of before says what is news.
    """
    rows = running(session, assessed)
    if not rows:
        return {}
    statement = sa.select(col(Episode.id), col(Episode.responsible_id), col(Episode.evidence))
    waits: dict[UUID, datetime] = {}
    for episode_id, responsible_id, stored in session.execute(statement.where(col(Episode.id).in_(rows))).all():
        row = rows[episode_id]
        before = Evidence.from_json(stored) if Evidence.is_readable(stored) else None
        verdict = _verdict(row, assessed[episode_id], before, ended[episode_id], now)
        if row.responsible_id != responsible_id:
            verdict = rules.Verdict(ended_at=now, because=SnoozeEnd.HANDED_OVER)
        if verdict.until is not None:
            waits[episode_id] = verdict.until
        elif verdict.because is not None:
            end(row, verdict.because, verdict.ended_at or now)
    session.flush()
    return waits


def _verdict(
    row: Snooze, assessed: Assessment, before: Evidence | None, ended_at: datetime | None, now: datetime
) -> rules.Verdict:
    evidence = assessed.evidence
    standing: Standing = engagement.standing_at(assessed.drifting_at, assessed.quiet_at, evidence, ended_at, now)
    act = next_step.next_step(standing, evidence, now).kind
    made = rules.Snooze(row.act, row.stage, row.made_at, rules.until_instant(row.until_on, evidence.time_zone))
    return rules.follow(made, rules.Seen(evidence, assessed.quiet_at, standing.stage, act, now, before))


def told(session: Session, keyring: Keyring, rows: Sequence[Snooze], *, worded: bool) -> list[Told]:
    """In the order of the rows, with or without what their authors wrote."""
    whose = {row.client_id for row in rows if worded and row.words_sealed and row.client_id is not None}
    keys = key_store.left_of_clients(session, keyring, whose) if whose else {}
    return [
        Told(
            id=row.id,
            episode_id=row.episode_id,
            act=row.act,
            reason=row.reason,
            why=rules.WHY[row.reason],
            words=keys[row.client_id].open(row.words_sealed, Place("snoozes", "words", row.id))
            if row.words_sealed and row.client_id in keys
            else None,
            until_on=row.until_on,
            made_at=row.made_at,
            made_by=row.made_by,
            ended_at=row.ended_at,
            ended_because=row.ended_because,
            ended_by=row.ended_by,
        )
        for row in rows
    ]
