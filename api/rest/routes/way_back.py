"""How clients come back after an ending, and who answers."""

from fastapi import APIRouter, Response

from api.rest.answers import problems
from api.rest.depends import SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import way_back
from schemas.wire.way_back import WayBackIn, WayBackOut

router = APIRouter(prefix="/practice/way-back", tags=["Practice"], route_class=OnceRoute)


@router.get("", summary="Read how clients come back", responses=problems(401, 403))
def read(work: SignedIn, response: Response) -> WayBackOut:
    """In the practice's own words and, where it has none, in ours."""
    found = way_back.read(work)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put("", summary="Say how clients come back", responses=problems(401, 403, 412, 428))
def change(work: SignedIn, given: WayBackIn, version: Version, response: Response) -> WayBackOut:
    """A note that is begun later has these words as its way back, and a client's sheet shows them."""
    found = way_back.change(work, given, version=version)
    response.headers["ETag"] = etag(found.version)
    return found
