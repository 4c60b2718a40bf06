"""What clients told somebody who is not their clinician, for its one reader."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import concerns
from schemas.wire.common import Page
from schemas.wire.concerns import ConcernNoteIn, ConcernOut, ConcernReleaseIn

router = APIRouter(prefix="/concerns", tags=["Concerns"], route_class=OnceRoute)


@router.get("", summary="List what was told to you in confidence", responses=problems(401, 403))
def page(
    work: SignedIn,
    *,
    handled: Annotated[bool, Query(description="Those you have looked after, instead of those that wait.")] = False,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ConcernOut]:
    """One's own only. Whether there are others, this does not tell, and neither does anything else."""
    return concerns.page(work, handled=handled, cursor=cursor, limit=limit)


@router.get("/{concern_id}", summary="Read what was told to you in confidence", responses=problems(401, 403, 404))
def read(work: SignedIn, concern_id: UUID) -> ConcernOut:
    return concerns.read(work, concern_id)


@router.post("/{concern_id}/acknowledged", summary="Say that you see to it", responses=problems(401, 403, 404))
def acknowledge(work: SignedIn, concern_id: UUID) -> ConcernOut:
    """Nothing is sent to the client by it, and nobody else is told."""
    return concerns.acknowledge(work, concern_id)


@router.post("/{concern_id}/notes", summary="Note what was said with the client", responses=problems(401, 403, 404))
def note(work: SignedIn, concern_id: UUID, given: ConcernNoteIn) -> ConcernOut:
    """For its reader alone, like the concern itself."""
    return concerns.note(work, concern_id, given)


@router.post("/{concern_id}/handled", summary="Say that it is resolved", responses=problems(401, 403, 404))
def handle(work: SignedIn, concern_id: UUID) -> ConcernOut:
    return concerns.handle(work, concern_id)


@router.post("/{concern_id}/hold", summary="Keep messages to the client back", responses=problems(401, 403, 404))
def hold(work: SignedIn, concern_id: UUID) -> ConcernOut:
    """What waits to be sent is cancelled. To others it reads as paused by the practice."""
    return concerns.hold(work, concern_id)


@router.post("/{concern_id}/lift", summary="Let messages go again", responses=problems(401, 403, 404))
def lift(work: SignedIn, concern_id: UUID) -> ConcernOut:
    return concerns.lift(work, concern_id)


@router.post("/{concern_id}/release", summary="Show it to the clinician", responses=problems(401, 403, 404))
def release(work: SignedIn, concern_id: UUID, given: ConcernReleaseIn) -> ConcernOut:
    """Only when the client agreed to it, and on which day. It is then among the answers."""
    return concerns.release(work, concern_id, given)
