"""One's own tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.services import tasks
from api.web.said import Said
from api.web.visits import SignedIn

router = APIRouter(prefix="/tasks")

_LISTED = 50


@router.get("")
def page(visit: SignedIn, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    with visit.work() as work:
        found = tasks.page(work, cursor=cursor, limit=_LISTED)
    return visit.page("tasks.html", found=found.items, next_cursor=found.next_cursor)


@router.post("/{task_id}/done")
def done(visit: SignedIn, task_id: UUID) -> Response:
    with visit.work() as work:
        tasks.done(work, task_id)
    return visit.go("/tasks", Said.RECORDED)
