"""API keys: for systems that feed the practice or read from it."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.rest.idempotency import SHOWN_ONCE, OnceRoute
from api.services import keys
from schemas.wire.common import Page
from schemas.wire.keys import KeyIn, KeyOut, NewKeyOut

router = APIRouter(prefix="/keys", tags=["Keys"], route_class=OnceRoute)


@router.get("", summary="List API keys", responses=problems(401, 403))
def page(work: SignedIn, after: AfterId, limit: Limit = 50) -> Page[KeyOut]:
    """Also those that ended: the audit trail names them."""
    return keys.page(work, after=after, limit=limit)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Make an API key",
    responses=problems(401, 403),
    openapi_extra=SHOWN_ONCE,
)
def add(work: SignedIn, given: KeyIn) -> NewKeyOut:
    """The token is shown in this answer and nowhere else.

    403 `needs_practice_lead`: a key with any scope but `member:read` and `leave:record` opens clinical content, and whoever
    makes it holds its token. A practice lead makes it.
    """
    return keys.add(work, given)


@router.delete(
    "/{key_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End an API key",
    responses=problems(401, 403, 404),
)
def end(work: SignedIn, key_id: UUID) -> Response:
    """From its next request on the key opens nothing."""
    keys.end(work, key_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
