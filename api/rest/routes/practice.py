"""The practice's settings and the days on which it is closed."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import practices
from schemas.wire.common import Page
from schemas.wire.leave import LeaveIn, LeaveOut
from schemas.wire.practices import NoticingOut, PracticeOut, PracticePatch

router = APIRouter(prefix="/practice", tags=["Practice"], route_class=OnceRoute)


@router.get("", summary="Read the practice's settings", responses=problems(401, 403))
def read(work: SignedIn, response: Response) -> PracticeOut:
    practice = practices.read(work)
    response.headers["ETag"] = etag(practice.version)
    return practice


@router.patch("", summary="Change the practice's settings", responses=problems(401, 403, 412, 428))
def change(work: SignedIn, given: PracticePatch, version: Version, response: Response) -> PracticeOut:
    """Another default cadence, sensitivity or zone has every running episode assessed again; `/v1/practice/noticing` says how far
    that has come.
    """
    practice = practices.change(work, given, version=version)
    response.headers["ETag"] = etag(practice.version)
    return practice


@router.get("/noticing", summary="Read how early the practice can be told", responses=problems(401, 403))
def noticing(work: SignedIn) -> NoticingOut:
    """The levels of sensitivity with their flags a month, as measured on simulated practices and for as many episodes as run here."""
    return practices.noticing(work)


@router.get("/closures", summary="List the days on which the practice is closed", responses=problems(401, 403))
def closures(work: SignedIn, after: AfterId, limit: Limit = 50) -> Page[LeaveOut]:
    return practices.closures(work, after=after, limit=limit)


@router.post(
    "/closures",
    status_code=status.HTTP_201_CREATED,
    summary="Close the practice for some days",
    responses=problems(401, 403),
)
def close_days(work: SignedIn, given: LeaveIn) -> LeaveOut:
    """Silence on these days says nothing about a client."""
    return practices.close_days(work, given)


@router.delete(
    "/closures/{closure_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw closed days",
    responses=problems(401, 403, 404),
)
def withdraw_closure(work: SignedIn, closure_id: UUID) -> Response:
    practices.withdraw_closure(work, closure_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
