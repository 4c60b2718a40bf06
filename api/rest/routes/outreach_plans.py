"""Outreach plans: a sketch of at most three check-ins, each looked over and approved by a person on its day."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import outreach_plans
from schemas.wire.common import Page
from schemas.wire.outreach_plans import OutreachPlanIn, OutreachPlanOut, PlanStepPatch, PlanStopIn

router = APIRouter(prefix="/outreach-plans", tags=["Check-ins"], route_class=OnceRoute)


@router.get("", summary="List outreach plans, newest first", responses=problems(401, 403, 404))
def page(
    work: SignedIn,
    before: AfterId,
    *,
    episode_id: Annotated[UUID | None, Query(description="Only plans of this episode.")] = None,
    limit: Limit = 50,
) -> Page[OutreachPlanOut]:
    return outreach_plans.page(work, episode_id=episode_id, before=before, limit=limit)


@router.post(
    "", status_code=status.HTTP_201_CREATED, summary="Sketch an outreach plan", responses=problems(401, 403, 409)
)
def sketch(work: SignedIn, given: OutreachPlanIn, response: Response) -> OutreachPlanOut:
    """Nothing is sent by it. 422 `too_close` where two notes are nearer than messages may be, `no_closing_letter` for one.
    On its day a note is drafted with its `plan_step_id`, and held to the same contact decision as any check-in.
    """
    made = outreach_plans.sketch(work, given)
    response.headers["Location"] = f"/v1/outreach-plans/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return made


@router.get("/{plan_id}", summary="Read an outreach plan", responses=problems(401, 403, 404))
def read(work: SignedIn, plan_id: UUID, response: Response) -> OutreachPlanOut:
    """With the contact decision of this moment and the first day on which each note could go."""
    found = outreach_plans.read(work, plan_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/{plan_id}/steps/{step_id}",
    summary="Change a note of a plan",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def change(
    *, work: SignedIn, plan_id: UUID, step_id: UUID, given: PlanStepPatch, version: Version, response: Response
) -> OutreachPlanOut:
    """Of which there is no draft yet. `If-Match` is that of the plan."""
    changed = outreach_plans.change(work, plan_id, step_id, given, version=version)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.post("/{plan_id}/stop", summary="Stop an outreach plan", responses=problems(401, 403, 404, 409))
def stop(work: SignedIn, plan_id: UUID, given: PlanStopIn, response: Response) -> OutreachPlanOut:
    """For good. It stops by itself with whatever cancels a message that waits: a booking, a sign of life, an ending and the like."""
    stopped = outreach_plans.stop(work, plan_id, given)
    response.headers["ETag"] = etag(stopped.version)
    return stopped
