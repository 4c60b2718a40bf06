"""The audit trail: who did, read or was refused what. Codes and ids only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import audit
from api.web import everybody
from api.web.visits import SignedIn

router = APIRouter(prefix="/practice/audit")

_LISTED = 50


@router.get("")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    """Members are named, because whoever reads the trail knows them; what was acted upon stays an id."""
    with visit.work() as work:
        found = audit.page(work, subject_id=None, before=cursor, limit=_LISTED)
        known = everybody.members_here(work) if visit.may(Permission.MEMBER_READ) else []
    names = {member.id: member.name for member in known}
    return visit.page("audit.html", found=found.items, names=names, next_cursor=found.next_cursor)
