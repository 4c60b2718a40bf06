"""Messages to clients: drafted and looked over, approved by a person, undone, and what became of each."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import approvals, by_hand, checkins
from schemas.vocabulary import CheckInState
from schemas.wire.checkins import (
    ApprovalIn,
    ByHandOut,
    CheckInIn,
    CheckInOut,
    CheckInPatch,
    CheckInStandingOut,
    RecordTextOut,
    SentByHandIn,
    SettlementIn,
)
from schemas.wire.common import Page

router = APIRouter(prefix="/check-ins", tags=["Check-ins"], route_class=OnceRoute)


@dataclass(frozen=True, slots=True)
class Wanted:
    client_id: UUID | None
    episode_id: UUID | None
    states: tuple[CheckInState, ...]


def wanted(
    client_id: Annotated[UUID | None, Query(description="Only messages to this client.")] = None,
    episode_id: Annotated[UUID | None, Query(description="Only messages of this episode.")] = None,
    state: Annotated[list[CheckInState] | None, Query(description="Only messages in one of these states.")] = None,
) -> Wanted:
    return Wanted(client_id, episode_id, tuple(state or ()))


@router.get("", summary="List messages, newest first", responses=problems(401, 403, 404))
def page(
    work: SignedIn, before: AfterId, one: Annotated[Wanted, Depends(wanted)], limit: Limit = 50
) -> Page[CheckInOut]:
    """What was sent, what was not and why, and what is still a draft."""
    return checkins.page(
        work, client_id=one.client_id, episode_id=one.episode_id, states=one.states, before=before, limit=limit
    )


@router.post("", status_code=status.HTTP_201_CREATED, summary="Draft a message", responses=problems(401, 403))
def draft(work: SignedIn, given: CheckInIn, response: Response) -> CheckInOut:
    """Answers with what the review of the wording finds, and whether the message could be approved now."""
    drafted = checkins.draft(work, given)
    response.headers["Location"] = f"/v1/check-ins/{drafted.id}"
    response.headers["ETag"] = etag(drafted.version)
    return drafted


@router.get("/{check_in_id}", summary="Read a message", responses=problems(401, 403, 404))
def read(work: SignedIn, check_in_id: UUID, response: Response) -> CheckInOut:
    """With every decision on it, in words. A draft comes with a review of its wording and an outlook."""
    found = checkins.read(work, check_in_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch("/{check_in_id}", summary="Change a draft", responses=problems(401, 403, 404, 409, 412, 428))
def change(work: SignedIn, check_in_id: UUID, given: CheckInPatch, version: Version, response: Response) -> CheckInOut:
    changed = checkins.change(work, check_in_id, given, version=version)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.post("/{check_in_id}/approve", summary="Approve a message", responses=problems(401, 403, 404, 409, 412, 428))
def approve(
    work: SignedIn, check_in_id: UUID, given: ApprovalIn, version: Version, response: Response
) -> CheckInStandingOut:
    """By a person, of the version they read. It goes once the time to undo it is over, if nothing speaks against it then."""
    standing = approvals.approve(work, check_in_id, given, version=version)
    response.headers["ETag"] = etag(standing.version)
    return standing


@router.post("/{check_in_id}/undo", summary="Undo an approval", responses=problems(401, 403, 404, 409))
def undo(work: SignedIn, check_in_id: UUID, response: Response) -> CheckInStandingOut:
    """A draft again; possible until the message is being sent."""
    standing = approvals.undo(work, check_in_id)
    response.headers["ETag"] = etag(standing.version)
    return standing


@router.post("/{check_in_id}/cancel", summary="Cancel a message", responses=problems(401, 403, 404, 409))
def cancel(work: SignedIn, check_in_id: UUID, response: Response) -> CheckInStandingOut:
    standing = approvals.cancel(work, check_in_id)
    response.headers["ETag"] = etag(standing.version)
    return standing


@router.post(
    "/{check_in_id}/settle", summary="Say what became of an uncertain message", responses=problems(401, 403, 404, 409)
)
def settle(work: SignedIn, check_in_id: UUID, given: SettlementIn, response: Response) -> CheckInStandingOut:
    """From the provider's record. A message that did not go is not sent again: write another."""
    standing = approvals.settle(work, check_in_id, given)
    response.headers["ETag"] = etag(standing.version)
    return standing


@router.get(
    "/{check_in_id}/by-hand", summary="Read whether you may send it yourself", responses=problems(401, 403, 404, 409)
)
def look(
    work: SignedIn,
    check_in_id: UUID,
    consent_id: Annotated[UUID | None, Query(description="To which address; left out: the message's own.")] = None,
) -> ByHandOut:
    """The contact decision for you and this address, and what the review finds. The words are there only once you ask for them."""
    return by_hand.look(work, check_in_id, consent_id)


@router.post(
    "/{check_in_id}/by-hand/words",
    summary="Ask for the words to send yourself",
    responses=problems(401, 403, 404, 409),
)
def show(
    work: SignedIn,
    check_in_id: UUID,
    response: Response,
    consent_id: Annotated[UUID | None, Query(description="To which address; left out: the message's own.")] = None,
) -> ByHandOut:
    """From then on they go from nowhere else: a message that waited to be sent is a draft again. The contact decision is kept; where it
    forbids, there are no words, and what waits goes on waiting.
    """
    shown = by_hand.show(work, check_in_id, consent_id)
    response.headers["ETag"] = etag(shown.version)
    return shown


@router.post(
    "/{check_in_id}/by-hand", summary="Say that you sent it yourself", responses=problems(401, 403, 404, 409, 412, 428)
)
def record(
    *, work: SignedIn, check_in_id: UUID, given: SentByHandIn, version: Version, response: Response
) -> CheckInStandingOut:
    """It stands in the record as an attempt, and nothing is sent from here. The contact decision holds all the same; of a risk of harm
    it exempts whoever has the task of reaching the client today.
    """
    standing = by_hand.record(work, check_in_id, given, version=version)
    response.headers["ETag"] = etag(standing.version)
    return standing


@router.get("/{check_in_id}/record-text", summary="Read a message as text to paste", responses=problems(401, 403, 404))
def record_text(work: SignedIn, check_in_id: UUID) -> RecordTextOut:
    """What was sent, when, by which way, and what was decided, for the practice's main record system."""
    return by_hand.record_text(work, check_in_id)
