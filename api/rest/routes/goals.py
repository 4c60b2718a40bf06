"""Goals for continued growth."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import goals
from schemas.wire.common import Page
from schemas.wire.goals import GoalContent, GoalIn, GoalOut, GoalStateIn

router = APIRouter(tags=["Goals"], route_class=OnceRoute)


@router.get("/episodes/{episode_id}/goals", summary="List goals", responses=problems(401, 403, 404))
def page(
    *,
    work: SignedIn,
    episode_id: UUID,
    after: AfterId,
    client_id: Annotated[UUID | None, Query(description="Only those of this participant.")] = None,
    limit: Limit = 50,
) -> Page[GoalOut]:
    """In the order in which they were recorded."""
    return goals.page(work, episode_id, client_id=client_id, after=after, limit=limit)


@router.post(
    "/episodes/{episode_id}/goals",
    status_code=status.HTTP_201_CREATED,
    summary="Write a goal down",
    responses=problems(401, 403, 404, 409),
)
def add(work: SignedIn, episode_id: UUID, given: GoalIn, response: Response) -> GoalOut:
    """In the client's own words; everything but the goal may come later. A note that is begun later has it."""
    goal = goals.add(work, episode_id, given)
    response.headers["Location"] = f"/v1/goals/{goal.id}"
    response.headers["ETag"] = etag(goal.version)
    return goal


@router.get("/goals/{goal_id}", summary="Read a goal", responses=problems(401, 403, 404))
def read(work: SignedIn, goal_id: UUID, response: Response) -> GoalOut:
    goal = goals.read(work, goal_id)
    response.headers["ETag"] = etag(goal.version)
    return goal


@router.put("/goals/{goal_id}", summary="Change a goal", responses=problems(401, 403, 404, 412, 428))
def change(work: SignedIn, goal_id: UUID, given: GoalContent, version: Version, response: Response) -> GoalOut:
    """The whole goal anew. What a signed note says of it stays as it was signed."""
    goal = goals.change(work, goal_id, given, version=version)
    response.headers["ETag"] = etag(goal.version)
    return goal


@router.put("/goals/{goal_id}/state", summary="Say what became of a goal", responses=problems(401, 403, 404, 412, 428))
def settle(work: SignedIn, goal_id: UUID, given: GoalStateIn, version: Version, response: Response) -> GoalOut:
    """By the client's own word: reached, let go, or open again. No goal is ever called missed."""
    goal = goals.settle(work, goal_id, given, version=version)
    response.headers["ETag"] = etag(goal.version)
    return goal


@router.delete(
    "/goals/{goal_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a goal that was written down by mistake",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def discard(work: SignedIn, goal_id: UUID, version: Version) -> Response:
    """409 `goal_in_note` where it stands in a signed note, `goal_taken_up` where later work took it up."""
    goals.discard(work, goal_id, version=version)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
