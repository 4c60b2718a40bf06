"""What keeps messages to a client back, and what is needed at hand to reach one today."""

from uuid import UUID

from fastapi import APIRouter, status

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import flags
from schemas.wire.common import Page
from schemas.wire.flags import FlagClearIn, FlagIn, FlagOut, FlagReviewIn, RiskOut

router = APIRouter(tags=["Clients"], route_class=OnceRoute)


@router.get("/clients/{client_id}/flags", summary="List what keeps messages back", responses=problems(401, 403, 404))
def page(work: SignedIn, client_id: UUID) -> Page[FlagOut]:
    """Those that stand first. Of a hold by the practice nobody but its author sees who asked for it, and why."""
    return Page[FlagOut](items=flags.page(work, client_id))


@router.post(
    "/clients/{client_id}/flags",
    status_code=status.HTTP_201_CREATED,
    summary="Raise what keeps messages back",
    responses=problems(401, 403, 404, 409),
)
def add(work: SignedIn, client_id: UUID, given: FlagIn) -> FlagOut:
    """Stops what was approved and has not left. A risk of harm opens a task for today. 409 `flag_stands` if it is there."""
    return flags.raise_flag(work, client_id, given)


@router.post(
    "/clients/{client_id}/flags/{flag_id}/reviews",
    summary="Look at a flag again, and leave it standing",
    responses=problems(401, 403, 404, 409),
)
def review(work: SignedIn, client_id: UUID, flag_id: UUID, given: FlagReviewIn) -> FlagOut:
    """Of a risk of harm the note says what was found: without a look at it no ending is signed."""
    return flags.review(work, client_id, flag_id, given)


@router.post(
    "/clients/{client_id}/flags/{flag_id}/clear", summary="Clear a flag", responses=problems(401, 403, 404, 409)
)
def clear(work: SignedIn, client_id: UUID, flag_id: UUID, given: FlagClearIn) -> FlagOut:
    """What it stopped stays stopped. 403 `hold_of_another` where the practice's hold is somebody else's to end."""
    return flags.clear(work, client_id, flag_id, given)


@router.get("/tasks/{task_id}/risk", summary="Have at hand what a risk task needs", responses=problems(401, 403, 404))
def read_risk(work: SignedIn, task_id: UUID) -> RiskOut:
    """For the owner of an open `risk_today` task: the last known status, the emergency contact, the addresses."""
    return flags.at_hand(work, task_id)
