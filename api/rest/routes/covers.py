"""What a covering colleague sees and does. Who covers for whom is named beneath the member who is away."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import cover_acts, covering, covers
from schemas.wire.common import Page
from schemas.wire.covers import (
    CoverContactIn,
    CoverContactOut,
    CoverItem,
    CoverOpenedReplyOut,
    CoverOut,
    CoverWaitingOut,
)
from schemas.wire.replies import HandledIn

router = APIRouter(prefix="/covers", tags=["Covers"], route_class=OnceRoute)


@router.get("", summary="For whom one stands in today", responses=problems(401, 403))
def running(work: SignedIn) -> Page[CoverOut]:
    """A cover runs on those of its days on which the leave stands; then it opens what is below, and nothing else."""
    return Page[CoverOut](items=covers.running(work), next_cursor=None)


@router.get("/{cover_id}", summary="Read what cannot wait", responses=problems(401, 403, 404))
def waiting(work: SignedIn, cover_id: UUID) -> CoverWaitingOut:
    """Whom the absent clinician was to reach today, and that there are answers. 404 once the cover runs no more."""
    return covering.waiting(work, cover_id)


@router.get(
    "/{cover_id}/caseload", summary="Read the due list of somebody who is away", responses=problems(401, 403, 404)
)
def caseload(work: SignedIn, cover_id: UUID, cursor: CursorText = None, limit: Limit = 50) -> Page[CoverItem]:
    """What is due, with safety flags and contact limits, and no notes. `limit` is how many episodes are looked at: a page may
    have fewer.
    """
    return covering.caseload(work, cover_id, cursor=cursor, limit=limit)


@router.post(
    "/{cover_id}/episodes/{episode_id}/contacts",
    status_code=status.HTTP_201_CREATED,
    summary="Record a contact made for somebody who is away",
    responses=problems(401, 403, 404),
)
def record_contact(work: SignedIn, cover_id: UUID, episode_id: UUID, given: CoverContactIn) -> CoverContactOut:
    return cover_acts.record_contact(work, cover_id, episode_id, given)


@router.get(
    "/{cover_id}/replies/{reply_id}",
    summary="Open an answer for somebody who is away",
    responses=problems(401, 403, 404),
)
def read_reply(work: SignedIn, cover_id: UUID, reply_id: UUID) -> CoverOpenedReplyOut:
    """Where another clinician of the episode is here, it is theirs: 404."""
    return cover_acts.read_reply(work, cover_id, reply_id)


@router.post(
    "/{cover_id}/replies/{reply_id}/handled",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Say what was done about an answer, for somebody who is away",
    responses=problems(401, 403, 404),
)
def handle_reply(work: SignedIn, cover_id: UUID, reply_id: UUID, given: HandledIn) -> Response:
    cover_acts.handle_reply(work, cover_id, reply_id, given)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
