"""The worker's queue. A job is claimed by a lease with a token; whoever lost the lease can no longer write.

`claim` and `practices_with_work` run before a practice is known. A test pins their callers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import tenancy
from schemas.tables import AuditUnsealed, Episode, Job, Practice
from schemas.tables.base import new_id

LEASE = timedelta(minutes=2)
_FIRST_WAIT = timedelta(seconds=5)
MOST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A job held by this worker until the lease runs out."""

    job_id: UUID
    practice_id: UUID
    kind: str
    subject_id: UUID
    token: UUID
    attempt: int


class LeaseLost(Exception):
    """Another worker holds the job now; what this one was about to write must not be written."""


def add(session: Session, kind: str, subject_id: UUID, now: datetime) -> None:
    """One job per kind and subject; asking again wakes a finished one."""
    found = session.scalars(sa.select(Job).where(col(Job.kind) == kind, col(Job.subject_id) == subject_id)).first()
    if found is None:
        session.add(Job(kind=kind, subject_id=subject_id, run_after=now, created_at=now))
    else:
        found.run_after, found.finished_at, found.attempt_count, found.failure_code = now, None, 0, None
        found.lease_token = found.lease_until = None
    session.flush()


def claim(session: Session, now: datetime) -> Claim | None:
    """The next due job, for any practice."""
    due = (
        sa.select(col(Job.id))
        .where(
            col(Job.finished_at).is_(None),
            col(Job.run_after) <= now,
            sa.or_(col(Job.lease_until).is_(None), col(Job.lease_until) <= now),
        )
        .order_by(col(Job.run_after))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = session.scalar(tenancy.before_tenant(due))
    if job_id is None:
        return None
    token = new_id()
    taken = (
        sa.update(Job)
        .where(col(Job.id) == job_id)
        .values(lease_token=token, lease_until=now + LEASE, attempt_count=col(Job.attempt_count) + 1)
        .returning(col(Job.practice_id), col(Job.kind), col(Job.subject_id), col(Job.attempt_count))
        .execution_options(synchronize_session=False)
    )
    practice_id, kind, subject_id, attempt = session.execute(tenancy.before_tenant(taken)).one()
    return Claim(job_id, practice_id, kind, subject_id, token, attempt)


def hold(session: Session, held: Claim, now: datetime) -> None:
    """Renews the lease inside the unit that is about to write. Raises LeaseLost."""
    statement = (
        sa.update(Job)
        .where(col(Job.id) == held.job_id, col(Job.lease_token) == held.token, col(Job.finished_at).is_(None))
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]  # a cursor result for an update
        raise LeaseLost


def finish(session: Session, held: Claim, now: datetime) -> None:
    hold(session, held, now)
    session.execute(
        sa.update(Job)
        .where(col(Job.id) == held.job_id)
        .values(finished_at=now, lease_token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def put_back(session: Session, held: Claim, failure_code: str, now: datetime) -> bool:
    """Tries again later, each time later; False once there have been too many attempts."""
    wait = _FIRST_WAIT * (1 << min(held.attempt, 10))
    gives_up = held.attempt >= MOST_ATTEMPTS
    session.execute(
        sa.update(Job)
        .where(col(Job.id) == held.job_id, col(Job.lease_token) == held.token)
        .values(
            lease_token=None,
            lease_until=None,
            run_after=now + wait,
            failure_code=failure_code,
            finished_at=now if gives_up else None,
        )
        .execution_options(synchronize_session=False)
    )
    return not gives_up


def release(session: Session, held: Claim) -> None:
    """Anybody's again. Does nothing where the lease was lost meanwhile."""
    session.execute(
        sa.update(Job)
        .where(col(Job.id) == held.job_id, col(Job.lease_token) == held.token, col(Job.finished_at).is_(None))
        .values(lease_token=None, lease_until=None, attempt_count=col(Job.attempt_count) - 1)
        .execution_options(synchronize_session=False)
    )


def practices_with_work(session: Session, now: datetime) -> Sequence[UUID]:
    """Practices in which an assessment is due or an audit entry waits to be sealed.

    Asked every half second, so each practice is looked up in the indexes of what is due, and no episode is read that
    is not: a join would leave the planner free to read them all.
    """
    marked, revisited = (_in_practice(rule) for rule in (col(Episode.assessment_due), col(Episode.revisit_at) <= now))
    due = sa.select(col(Practice.id)).where(sa.or_(marked, revisited))
    unsealed = sa.select(col(AuditUnsealed.practice_id))
    return session.scalars(tenancy.before_tenant(sa.union(due, unsealed))).all()


def _in_practice(rule: sa.ColumnExpressionArgument[bool]) -> sa.ColumnElement[bool]:
    one = sa.select(sa.literal(1)).select_from(Episode).where(col(Episode.practice_id) == col(Practice.id), rule)
    return one.limit(1).correlate(Practice).scalar_subquery().is_not(None)
