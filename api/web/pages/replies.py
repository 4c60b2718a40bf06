"""The answers of clients: what they tapped and wrote, the oldest first, and what was done about each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Invalid
from api.services import replies
from api.web.forms import Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn
from schemas.vocabulary import ReplyHandling
from schemas.wire.replies import HandledIn

router = APIRouter(prefix="/replies")

_LISTED = 25


@router.get("")
def page(visit: SignedIn, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    with visit.work() as work:
        found = replies.page(work, handled=False, cursor=cursor, limit=_LISTED)
    return visit.page(
        "replies.html",
        found=found.items,
        next_cursor=found.next_cursor,
        is_first_page=cursor is None,
        ways=list(ReplyHandling),
        may_write=visit.may(Permission.CHECK_IN_WRITE),
        may_handle=visit.may(Permission.REPLY_HANDLE),
    )


@router.post("/{reply_id}/handled")
def handle(visit: SignedIn, reply_id: UUID, sent: Sent) -> Response:
    with visit.work() as work:
        visit.require(Permission.REPLY_HANDLE)
        try:
            given = as_shape(HandledIn, **sent.present("how"))
        except Invalid:
            return visit.go(f"/replies#reply-{replies.read(work, reply_id).id}")
        replies.handle(work, reply_id, given)
    return visit.go("/replies", Said.RECORDED)
