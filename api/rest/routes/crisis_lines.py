"""Where help is now, on the page behind a reply link."""

from fastapi import APIRouter, Response

from api.rest.answers import problems
from api.rest.depends import SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import crisis_lines
from schemas.wire.crisis_lines import CrisisLinesIn, CrisisLinesOut

router = APIRouter(prefix="/practice/crisis-lines", tags=["Practice"], route_class=OnceRoute)


@router.get("", summary="Read where help is now", responses=problems(401, 403))
def read(work: SignedIn, response: Response) -> CrisisLinesOut:
    """What the practice has checked, and what ships for each country, which nobody here has."""
    found = crisis_lines.read(work)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put("", summary="Say where help is now", responses=problems(401, 403, 412, 428))
def change(work: SignedIn, given: CrisisLinesIn, version: Version, response: Response) -> CrisisLinesOut:
    """Each line that is sent was checked today, by whoever sends it. They replace those before."""
    found = crisis_lines.change(work, given, version=version)
    response.headers["ETag"] = etag(found.version)
    return found
