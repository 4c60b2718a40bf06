"""Saying what is so."""

from uuid import UUID

from fastapi import APIRouter, status

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import corrections
from schemas.wire.corrections import CorrectionIn, CorrectionOut

router = APIRouter(prefix="/episodes/{episode_id}/corrections", tags=["Caseload"], route_class=OnceRoute)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Say what is so",
    responses=problems(401, 403, 404, 409),
)
def correct(work: SignedIn, episode_id: UUID, given: CorrectionIn) -> CorrectionOut:
    """It is written as the ordinary facts it stands for, known from now on, and answered with where the episode stands by them. What was
    shown before stays as it was. Only people may say so; a program records the facts themselves.
    """
    return corrections.correct(work, episode_id, given)
