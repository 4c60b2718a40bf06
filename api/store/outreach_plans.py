"""Outreach plans and their notes as rows, and what ends a plan: whatever stops a message that waits, in the same unit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import outreach_plans as rules
from api.domain.errors import Conflict
from api.store import clients, episodes
from schemas.tables import OutreachPlan, OutreachStep
from schemas.vocabulary import PlanEnd, StopReason


def add(session: Session, plan: OutreachPlan, steps: Sequence[OutreachStep]) -> None:
    """Raises Conflict where another plan for the same client runs in this episode."""
    session.add(plan)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("A plan runs already: stop it first.", code="plan_runs") from None
    session.add_all(steps)
    session.flush()


def get(session: Session, plan_id: UUID) -> OutreachPlan | None:
    return session.scalars(sa.select(OutreachPlan).where(col(OutreachPlan.id) == plan_id)).first()


def step(session: Session, step_id: UUID) -> OutreachStep | None:
    return session.scalars(sa.select(OutreachStep).where(col(OutreachStep.id) == step_id)).first()


def hold(session: Session, plan_id: UUID) -> OutreachPlan | None:
    """As it stands now, and nobody else's to change until this unit ends. First the client, as everywhere."""
    clients.lock_whose(session, sa.select(col(OutreachPlan.client_id)).where(col(OutreachPlan.id) == plan_id))
    statement = sa.select(OutreachPlan).where(col(OutreachPlan.id) == plan_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def page(session: Session, *, episode_id: UUID | None, before: UUID | None, limit: int) -> Sequence[OutreachPlan]:
    """Newest first."""
    statement = sa.select(OutreachPlan).order_by(col(OutreachPlan.id).desc()).limit(limit)
    if episode_id is not None:
        statement = statement.where(col(OutreachPlan.episode_id) == episode_id)
    if before is not None:
        statement = statement.where(col(OutreachPlan.id) < before)
    return session.scalars(statement).all()


def steps(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, list[OutreachStep]]:
    """By plan, in their order."""
    found: dict[UUID, list[OutreachStep]] = {plan_id: [] for plan_id in plan_ids}
    statement = sa.select(OutreachStep).where(col(OutreachStep.plan_id).in_(set(plan_ids)))
    for row in session.scalars(statement.order_by(col(OutreachStep.position))):
        found[row.plan_id].append(row)
    return found


def as_step(row: OutreachStep) -> rules.Step:
    return rules.Step(row.position, row.due_on, row.check_in_id is not None)


def as_steps(rows: Sequence[OutreachStep]) -> list[rules.Step]:
    return [as_step(row) for row in rows]


def drafted(session: Session, plan: OutreachPlan, row: OutreachStep, check_in_id: UUID, now: datetime) -> None:
    """A person made a draft of this note. With the last one the plan is done."""
    row.check_in_id, row.drafted_at = check_in_id, now
    plan.version += 1
    session.flush()
    left = sa.select(col(OutreachStep.id)).where(
        col(OutreachStep.plan_id) == plan.id, col(OutreachStep.check_in_id).is_(None)
    )
    if session.scalar(left.limit(1)) is None:
        end(plan, PlanEnd.DONE, now)
    session.flush()
    episodes.mark_for_assessment(session, [plan.episode_id])


def end(plan: OutreachPlan, because: PlanEnd, now: datetime, *, by: UUID | None = None) -> None:
    plan.ended_at, plan.ended_because, plan.ended_by = now, because, by
    plan.version += 1


def stop(
    session: Session, client_ids: Collection[UUID], reason: StopReason, now: datetime, *, episode_id: UUID | None
) -> None:
    """Ends what runs for these clients, where the reason is one that ends a plan. Called with what stops their messages."""
    because = rules.ended_by(reason)
    if because is None:
        return
    which: list[sa.ColumnElement[bool]] = [
        col(OutreachPlan.client_id).in_(set(client_ids)),
        col(OutreachPlan.ended_at).is_(None),
    ]
    if episode_id is not None:
        which.append(col(OutreachPlan.episode_id) == episode_id)
    ended = (
        sa.update(OutreachPlan)
        .where(*which)
        .values(ended_at=now, ended_because=because, version=col(OutreachPlan.version) + 1)
        .returning(col(OutreachPlan.episode_id))
        .execution_options(synchronize_session="fetch")
    )
    touched = set(session.scalars(ended))
    if touched:
        episodes.mark_for_assessment(session, sorted(touched))


def keep_one(session: Session, double_id: UUID, into_id: UUID, now: datetime, *, by: UUID | None) -> None:
    """Of two plans that run for one person in one course of work, that of the client stays; the double's ends."""
    theirs = sa.select(col(OutreachPlan.episode_id)).where(
        col(OutreachPlan.client_id) == into_id, col(OutreachPlan.ended_at).is_(None)
    )
    twice = sa.select(OutreachPlan).where(
        col(OutreachPlan.client_id) == double_id,
        col(OutreachPlan.ended_at).is_(None),
        col(OutreachPlan.episode_id).in_(theirs),
    )
    for plan in session.scalars(twice).all():
        end(plan, PlanEnd.OTHER, now, by=by)
    session.flush()


def running(session: Session) -> Sequence[tuple[UUID, UUID]]:
    """Client and episode of every plan that runs."""
    statement = sa.select(col(OutreachPlan.client_id), col(OutreachPlan.episode_id))
    return [(row[0], row[1]) for row in session.execute(statement.where(col(OutreachPlan.ended_at).is_(None)))]
