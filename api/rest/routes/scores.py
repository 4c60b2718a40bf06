"""Results of a client's own measures."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import scores
from schemas.wire.common import Page
from schemas.wire.scores import ScoreIn, ScoreOut

router = APIRouter(prefix="/episodes/{episode_id}/scores", tags=["Episodes"], route_class=OnceRoute)


@router.get("", summary="List results of measures, newest first", responses=problems(401, 403, 404))
def page(work: SignedIn, episode_id: UUID, before: AfterId, limit: Limit = 50) -> Page[ScoreOut]:
    return scores.page(work, episode_id, before=before, limit=limit)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Record a result of a measure",
    responses=problems(401, 403, 404, 409),
)
def record(work: SignedIn, episode_id: UUID, given: ScoreIn) -> ScoreOut:
    """The number and which way is better; no items. 409 `told_otherwise` where the same key said something else before."""
    return scores.record(work, episode_id, given)


@router.delete(
    "/{score_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw a result",
    responses=problems(401, 403, 404, 409),
)
def withdraw(work: SignedIn, episode_id: UUID, score_id: UUID) -> Response:
    scores.withdraw(work, episode_id, score_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
