"""Results of a client's own measures."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import item_answers, scores
from schemas.wire.common import Page
from schemas.wire.scores import AssessedIn, ScoreIn, ScoreOut

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
    """The number and which way is better; no items, but for the answer to the ninth of PHQ-9, which above 0 is somebody's to look at
    today. PHQ-9 is from 0 to 27, GAD-7 from 0 to 21. 409 `told_otherwise` where the same key said something else before.
    """
    return scores.record(work, episode_id, given)


@router.post(
    "/{score_id}/assessed",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Say that somebody looked at the answer beside a result",
    responses=problems(401, 403, 404, 409),
)
def assess(work: SignedIn, episode_id: UUID, score_id: UUID, given: AssessedIn) -> Response:
    """`in_session` is enough by itself. Whoever looked, looked at the client: every answer that waited is done with it."""
    item_answers.assess(work, episode_id, score_id, given)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete(
    "/{score_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw a result",
    responses=problems(401, 403, 404, 409),
)
def withdraw(work: SignedIn, episode_id: UUID, score_id: UUID) -> Response:
    scores.withdraw(work, episode_id, score_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
