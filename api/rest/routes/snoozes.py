"""Putting the next act of an episode off, and bringing it back."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import snoozes
from schemas.wire.common import Page
from schemas.wire.snoozes import SnoozeIn, SnoozeOut

router = APIRouter(prefix="/episodes/{episode_id}/snoozes", tags=["Caseload"], route_class=OnceRoute)


@router.get("", summary="List what was put off, the latest first", responses=problems(401, 403, 404))
def page(work: SignedIn, episode_id: UUID) -> Page[SnoozeOut]:
    """The last hundred. At most one of them still runs: the one without `ended_at`."""
    return Page[SnoozeOut](items=snoozes.page(work, episode_id))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Put the next act off",
    responses=problems(401, 403, 404, 409),
)
def put_off(work: SignedIn, episode_id: UUID, given: SnoozeIn) -> SnoozeOut:
    """409 `cannot_wait` for an answer that nobody has handled and for a risk of harm; `nothing_to_put_off` where nothing is
    next. No stage, reason or later flag follows from it.
    """
    return snoozes.put_off(work, episode_id, given)


@router.delete(
    "/{snooze_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Bring it back",
    responses=problems(401, 403, 404, 409),
)
def bring_back(work: SignedIn, episode_id: UUID, snooze_id: UUID) -> Response:
    snoozes.bring_back(work, episode_id, snooze_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
