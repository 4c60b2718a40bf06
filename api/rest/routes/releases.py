"""Releases: asking for one, and the ledger. What was released is served letter by letter as it was kept."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import releases
from schemas.wire.common import Page
from schemas.wire.releases import ReleaseIn, ReleaseOut

router = APIRouter(prefix="/statistics/releases", tags=["Statistics"], route_class=OnceRoute)

_AS_A_FILE = {"Content-Disposition": "attachment"}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Release the table of a period",
    responses=problems(401, 403, 409),
)
def release(work: SignedIn, given: ReleaseIn) -> ReleaseOut:
    """Frozen for ever. The same period again is answered with the release it has."""
    return releases.release(work, given)


@router.get("", summary="List releases, newest first", responses=problems(401, 403))
def page(work: SignedIn, after: AfterId, limit: Limit = 50) -> Page[ReleaseOut]:
    return releases.page(work, before=after, limit=limit)


@router.get(
    "/{release_id}.json",
    summary="Read a release with its promise",
    response_class=Response,
    responses={
        **problems(401, 403, 404),
        200: {"description": "The document as it was released.", "content": {"application/json": {}}},
    },
)
def document(work: SignedIn, release_id: UUID) -> Response:
    """Letter by letter as it was released; its SHA-256 is in the list."""
    return Response(releases.document(work, release_id), media_type="application/json", headers=_AS_A_FILE)


@router.get(
    "/{release_id}.csv",
    summary="Read a release as a sheet",
    response_class=Response,
    responses={
        **problems(401, 403, 404),
        200: {"description": "The sheet as it was released; its promise first.", "content": {"text/csv": {}}},
    },
)
def sheet(work: SignedIn, release_id: UUID) -> Response:
    """The promise stands in the first lines, each of which begins with `#`."""
    return Response(releases.sheet(work, release_id), media_type="text/csv", headers=_AS_A_FILE)
