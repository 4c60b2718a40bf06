"""One's own account and one's own leave."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.choosing import Chosen
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import covers, leave, me, sign_ins
from schemas.wire.covers import CoverIn, CoverOut
from schemas.wire.leave import LeaveIn, LeaveOut
from schemas.wire.sign_ins import MeOut

router = APIRouter(prefix="/me", tags=["Me"], route_class=OnceRoute)


@router.get("", summary="Who is calling", responses=problems(401, 403))
def read(work: SignedIn) -> MeOut:
    return me.read(work)


@router.put(
    "/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Change one's own password",
    responses=problems(401, 403, 404),
)
def change_password(chosen: Chosen, work: SignedIn) -> Response:
    """Ends every other sign-in of this member. Repeated wrong present passwords slow the caller down."""
    sign_ins.change_password(work, chosen)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post(
    "/leave",
    status_code=status.HTTP_201_CREATED,
    summary="Record one's own leave",
    responses=problems(401, 403, 404, 409),
)
def leave_add(work: SignedIn, given: LeaveIn) -> LeaveOut:
    """Silence on these days says nothing about a client."""
    return leave.record_own(work, given)


@router.delete(
    "/leave/{leave_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw one's own leave",
    responses=problems(401, 403, 404),
)
def leave_withdraw(work: SignedIn, leave_id: UUID) -> Response:
    leave.withdraw_own(work, leave_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post(
    "/covers",
    status_code=status.HTTP_201_CREATED,
    summary="Name who covers for oneself",
    responses=problems(401, 403, 404, 409),
)
def covers_name(work: SignedIn, given: CoverIn) -> CoverOut:
    """For days of one's own leave that is on record."""
    return covers.name_own(work, given)


@router.delete(
    "/covers/{cover_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End one's own cover",
    responses=problems(401, 403, 404),
)
def covers_end(work: SignedIn, cover_id: UUID) -> Response:
    covers.end_own(work, cover_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
