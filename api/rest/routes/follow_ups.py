"""Messages that clients asked for at the end of the work."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import follow_ups
from schemas.wire.common import Page
from schemas.wire.follow_ups import FollowUpEndIn, FollowUpIn, FollowUpOut

router = APIRouter(tags=["Goals"], route_class=OnceRoute)


@router.get(
    "/episodes/{episode_id}/follow-ups",
    summary="List messages that a client asked for, newest first",
    responses=problems(401, 403, 404),
)
def page(work: SignedIn, episode_id: UUID, before: AfterId, limit: Limit = 50) -> Page[FollowUpOut]:
    return follow_ups.page(work, episode_id, before=before, limit=limit)


@router.post(
    "/episodes/{episode_id}/follow-ups",
    status_code=status.HTTP_201_CREATED,
    summary="Record that a client asked to hear from us",
    responses=problems(401, 403, 404, 409),
)
def add(work: SignedIn, episode_id: UUID, given: FollowUpIn, response: Response) -> FollowUpOut:
    """On the day it is a named person's task (`write_follow_up`) to write a check-in of the kind `follow_up`. Nothing goes by itself."""
    made = follow_ups.add(work, episode_id, given)
    response.headers["ETag"] = etag(made.version)
    return made


@router.post(
    "/follow-ups/{follow_up_id}/end",
    summary="Say what came of such a wish",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def end(work: SignedIn, follow_up_id: UUID, given: FollowUpEndIn, version: Version, response: Response) -> FollowUpOut:
    """`written`, or `withdrawn` where they want it no more."""
    ended = follow_ups.end(work, follow_up_id, given, version=version)
    response.headers["ETag"] = etag(ended.version)
    return ended
