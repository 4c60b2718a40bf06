"""What somebody has to be reminded of by the calendar alone: a risk that nobody has touched, a permission that runs out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from api.domain.tasks import ASK_AHEAD
from api.store import members
from schemas.tables import Client, Consent, Episode, EpisodeParticipant, FlagReview, Member, Supervision, Task
from schemas.vocabulary import ConsentState, Role, TaskKind


def untouched_risks(session: Session) -> Sequence[tuple[Task, str]]:
    """Open tasks to reach somebody at whose flag nobody has looked since and which nobody was told of; with the client's zone."""
    told = aliased(Task)
    looked = sa.select(col(FlagReview.id)).where(
        col(FlagReview.flag_id) == col(Task.subject_id), col(FlagReview.at) >= col(Task.created_at)
    )
    overdue = sa.and_(col(told.kind) == TaskKind.RISK_OVERDUE, col(told.created_at) >= col(Task.created_at))
    # Of an answer whoever else is told gets a task of the same kind. One that is done says nothing: it was asked about anew since.
    besides = sa.and_(
        col(told.kind) == TaskKind.LOOK_AT_ANSWER, col(told.id) != col(Task.id), col(told.done_at).is_(None)
    )
    passed_on = sa.select(col(told.id)).where(col(told.subject_id) == col(Task.subject_id), sa.or_(overdue, besides))
    statement = (
        sa.select(Task, col(Client.time_zone))
        .join(Client, col(Client.id) == col(Task.client_id))
        .where(
            col(Task.kind).in_((TaskKind.RISK_TODAY, TaskKind.LOOK_AT_ANSWER)),
            col(Task.done_at).is_(None),
            sa.not_(looked.exists()),
            sa.not_(passed_on.exists()),
        )
        .order_by(col(Task.id))
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def who_sees_to_it(session: Session, owner_id: UUID) -> list[UUID]:
    """Practice leads who are here, and whoever supervises the person whose task it is; never that person alone again."""
    supervisors = (
        sa.select(col(Supervision.supervisor_id))
        .join(Member, col(Member.id) == col(Supervision.supervisor_id))
        .where(col(Supervision.supervisee_id) == owner_id, col(Member.left_at).is_(None))
    )
    found = {*members.with_role(session, Role.PRACTICE_LEAD), *session.scalars(supervisors)}
    return sorted(found - {owner_id}) or [owner_id]


@dataclass(frozen=True, slots=True)
class Asked:
    """A permission as it stands, and whose it is to ask again: the responsible clinician of the running work."""

    consent_id: UUID
    client_id: UUID
    episode_id: UUID
    owner_id: UUID
    time_zone: str
    valid_until: date | None
    asked_at: datetime
    adult_on: date | None


def permissions_to_ask_about(session: Session, now: datetime) -> list[Asked]:
    """Of clients in running work who may be turned to: what may run out soon, or came of age, and is nobody's task yet."""
    statement = (
        sa.select(Consent, Client, col(Episode.id), col(Episode.responsible_id))
        .join(Client, col(Client.id) == col(Consent.client_id))
        .join(EpisodeParticipant, col(EpisodeParticipant.client_id) == col(Client.id))
        .join(Episode, col(Episode.id) == col(EpisodeParticipant.episode_id))
        .join(Member, col(Member.id) == col(Episode.responsible_id))
        .where(
            col(Consent.state) == ConsentState.GRANTED,
            col(Consent.asked_at).is_not(None),
            _may_run_out(now),
            col(Client.died_on).is_(None),
            col(Client.erased_at).is_(None),
            sa.not_(col(Client.client_contacts_us)),
            col(EpisodeParticipant.left_at).is_(None),
            col(Episode.ended_at).is_(None),
            col(Member.left_at).is_(None),
            sa.not_(_is_somebodys_task()),
        )
        .order_by(col(Consent.id), col(Episode.id))
    )
    latest: dict[UUID, Asked] = {}
    for consent, client, episode_id, owner_id in session.execute(statement):
        if consent.asked_at is None or owner_id is None:
            continue
        latest[consent.id] = Asked(
            consent.id,
            client.id,
            episode_id,
            owner_id,
            client.time_zone,
            consent.valid_until,
            consent.asked_at,
            client.adult_on,
        )
    return list(latest.values())


def _may_run_out(now: datetime) -> sa.ColumnElement[bool]:
    """Wide enough for the day in whatever zone; the rule looks again."""
    horizon = now.date() + ASK_AHEAD + timedelta(days=1)
    return sa.or_(col(Consent.valid_until) <= horizon, col(Client.adult_on) <= horizon)


def _is_somebodys_task() -> sa.ColumnElement[bool]:
    """Also one that was done: a permission is asked about once until something is said of it."""
    known = sa.select(col(Task.id)).where(
        col(Task.subject_id) == col(Consent.id),
        col(Task.kind) == TaskKind.ASK_AGAIN,
        col(Task.created_at) >= col(Consent.asked_at),
    )
    return known.exists()
