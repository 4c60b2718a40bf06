"""Closing sessions: where each client's stands, and what was said or done on the way to it."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import closing_sessions
from schemas.wire.closing_sessions import ClosingSessionOut, ClosingStepIn
from schemas.wire.common import Page

router = APIRouter(prefix="/episodes/{episode_id}/closing-session", tags=["Closing sessions"], route_class=OnceRoute)


@router.get("", summary="See where the closing session stands", responses=problems(401, 403, 404))
def page(work: SignedIn, episode_id: UUID) -> Page[ClosingSessionOut]:
    """One for each client who takes part or did. A time that was tied to it and attended is `held` by itself."""
    return Page[ClosingSessionOut](items=closing_sessions.page(work, episode_id))


@router.post(
    "/steps",
    status_code=status.HTTP_201_CREATED,
    summary="Record that it was offered, answered, booked or held",
    responses=problems(401, 403, 404, 409),
)
def record(work: SignedIn, episode_id: UUID, given: ClosingStepIn) -> ClosingSessionOut:
    """409 `closing_out_of_order` for what does not follow from what is on record, `client_died` for an offer to nobody."""
    return closing_sessions.record(work, episode_id, given)


@router.delete(
    "/steps/{record_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Take back what was recorded by mistake",
    responses=problems(401, 403, 404, 409),
)
def withdraw(work: SignedIn, episode_id: UUID, record_id: UUID) -> Response:
    """The last step; an offer in a message is taken back with the message."""
    closing_sessions.withdraw(work, episode_id, record_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
