"""What clients told a practice lead in confidence: one page for each, for its one reader."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Invalid
from api.services import concerns
from api.web.forms import Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.concerns import ConcernNoteIn, ConcernReleaseIn

router = APIRouter(prefix="/concerns")

_LISTED = 25


@router.get("")
def page(
    visit: SignedIn,
    handled: Annotated[str, Query(max_length=3)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    settled = handled == "yes"
    with visit.work() as work:
        found = concerns.page(work, handled=settled, cursor=cursor, limit=_LISTED)
    return visit.page("concerns.html", found=found.items, next_cursor=found.next_cursor, settled=settled)


@router.get("/{concern_id}")
def read(visit: SignedIn, concern_id: UUID) -> Response:
    return _page(visit, concern_id, Form())


@router.post("/{concern_id}/acknowledged")
def acknowledge(visit: SignedIn, concern_id: UUID) -> Response:
    with visit.work() as work:
        concerns.acknowledge(work, concern_id)
    return visit.go(f"/concerns/{concern_id}", Said.SAVED)


@router.post("/{concern_id}/notes")
def note(visit: SignedIn, concern_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CONCERN_HANDLE)
            concerns.note(work, concern_id, as_shape(ConcernNoteIn, **sent.present("spoken_on", "words")))
    except Invalid as error:
        return _page(visit, concern_id, sent, visit.refused(sent, error))
    return visit.go(f"/concerns/{concern_id}", Said.RECORDED)


@router.post("/{concern_id}/handled")
def handle(visit: SignedIn, concern_id: UUID) -> Response:
    with visit.work() as work:
        concerns.handle(work, concern_id)
    return visit.go("/concerns", Said.RECORDED)


@router.post("/{concern_id}/hold")
def hold(visit: SignedIn, concern_id: UUID) -> Response:
    with visit.work() as work:
        concerns.hold(work, concern_id)
    return visit.go(f"/concerns/{concern_id}", Said.SAVED)


@router.post("/{concern_id}/lift")
def lift(visit: SignedIn, concern_id: UUID) -> Response:
    with visit.work() as work:
        concerns.lift(work, concern_id)
    return visit.go(f"/concerns/{concern_id}", Said.SAVED)


@router.post("/{concern_id}/release")
def release(visit: SignedIn, concern_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CONCERN_HANDLE)
            given = as_shape(ConcernReleaseIn, **sent.present("client_agreed_on"))
            concerns.release(work, concern_id, given)
    except Invalid as error:
        return _page(visit, concern_id, sent, visit.refused(sent, error))
    return visit.go(f"/concerns/{concern_id}", Said.SAVED)


def _page(visit: Visit, concern_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        found = concerns.read(work, concern_id)
    return visit.page("concern.html", status_code=status_code, concern=found, form=form)
