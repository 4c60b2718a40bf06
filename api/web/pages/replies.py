"""The answers of clients: what they tapped and wrote, the oldest first, and what was done about each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Conflict, Invalid
from api.services import clients, episodes, offered_times, replies
from api.services.work import Work
from api.web.forms import Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import ReplyAnswer, ReplyHandling, Role
from schemas.wire.replies import HandledIn, ReplyOut

router = APIRouter(prefix="/replies")

_LISTED = 25
_COMES_BACK = frozenset({ReplyAnswer.COME_BACK, ReplyAnswer.ANOTHER_TIME})


@router.get("")
def page(visit: SignedIn, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    return _page(visit, cursor)


def _page(
    visit: Visit, cursor: str | None, refused: tuple[UUID, str] | None = None, status_code: int = status.HTTP_200_OK
) -> Response:
    """`refused`: which reply, and why its time could not be booked."""
    with visit.work() as work:
        found = replies.page(work, handled=False, cursor=cursor, limit=_LISTED)
        zones = {one.client.id: clients.read(work, one.client.id).time_zone for one in found.items if one.chosen_time}
        waiting = replies.waiting(work)
        over = _over(visit, work, found.items)
    return visit.page(
        "replies.html",
        status_code=status_code,
        refused=refused,
        clocks={client_id: visit.calendar.elsewhere(zone) for client_id, zone in zones.items()},
        may_book=visit.may(Permission.APPOINTMENT_RECORD),
        found=found.items,
        next_cursor=found.next_cursor,
        is_first_page=cursor is None,
        waiting=waiting,
        over=over,
        whole_practice=visit.me is not None and Role.PRACTICE_LEAD in visit.me.roles,
        ways=list(ReplyHandling),
        may_write=visit.may(Permission.CHECK_IN_WRITE),
        may_handle=visit.may(Permission.REPLY_HANDLE),
    )


def _over(visit: Visit, work: Work, found: list[ReplyOut]) -> set[UUID]:
    """The answers of clients who would come back to work that has ended: for whoever may begin it again."""
    if not visit.may(Permission.EPISODE_EDIT):
        return set()
    back = [one for one in found if one.answer in _COMES_BACK]
    return {one.id for one in back if episodes.read(work, one.episode_id).ended_at is not None}


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


@router.post("/{reply_id}/book")
def book(visit: SignedIn, reply_id: UUID) -> Response:
    """The time that the client tapped. The card says so where it cannot be booked any more."""
    try:
        with visit.work() as work:
            visit.require(Permission.APPOINTMENT_RECORD)
            offered_times.confirm(work, reply_id)
    except Conflict as error:
        return _page(visit, None, (reply_id, error.message), status.HTTP_409_CONFLICT)
    return visit.go("/replies", Said.BOOKED)
