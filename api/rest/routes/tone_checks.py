"""Checks of wording: what a message says between the lines."""

from fastapi import APIRouter

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import READS_ONLY, OnceRoute
from api.services import tone_checks
from schemas.wire.tone_checks import ToneCheckIn, ToneCheckOut

router = APIRouter(prefix="/tone-checks", tags=["Wording"], route_class=OnceRoute)


@router.post("", summary="Check the wording of a message", responses=problems(401, 403), openapi_extra=READS_ONLY)
def check(work: SignedIn, given: ToneCheckIn) -> ToneCheckOut:
    """`block`: it cannot be sent so, because it exposes the client or threatens with a fee. `advise`: whoever sends it all the
    same says why. Nothing of the text is kept.
    """
    return tone_checks.check(work, given)
