"""Answers to messages, for whoever has to see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import offered_times, replies
from schemas.wire.appointments import AppointmentOut
from schemas.wire.common import Page
from schemas.wire.replies import HandledIn, ReplyOut, WaitingRepliesOut

router = APIRouter(prefix="/replies", tags=["Replies"], route_class=OnceRoute)


@router.get("", summary="List answers, danger first, then the oldest", responses=problems(401, 403))
def page(
    work: SignedIn,
    *,
    handled: Annotated[bool, Query(description="Those that somebody has handled, instead of those that wait.")] = False,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ReplyOut]:
    """Also those that came after an episode ended. What a client told somebody else in confidence is not among them."""
    return replies.page(work, handled=handled, cursor=cursor, limit=limit)


@router.get("/waiting", summary="Read how long answers wait", responses=problems(401, 403))
def waiting(work: SignedIn) -> WaitingRepliesOut:
    """Of one's own caseload; of the whole practice for whoever leads it. Never of a colleague alone."""
    return replies.waiting(work)


@router.get("/{reply_id}", summary="Read an answer", responses=problems(401, 403, 404))
def read(work: SignedIn, reply_id: UUID) -> ReplyOut:
    return replies.read(work, reply_id)


@router.post("/{reply_id}/handled", summary="Say what was done about an answer", responses=problems(401, 403, 404))
def handle(work: SignedIn, reply_id: UUID, given: HandledIn) -> ReplyOut:
    """Said again, the first word stands. The next kind act of the episode is worked out anew."""
    return replies.handle(work, reply_id, given)


@router.post("/{reply_id}/book", summary="Book the time that a client tapped", responses=problems(401, 403, 404, 409))
def book(work: SignedIn, reply_id: UUID) -> AppointmentOut:
    """A tap books nothing; this does, as the client's own booking, and the answer is handled by it. Said again, it is the same."""
    return offered_times.confirm(work, reply_id)
