"""One client's whole record, for a practice lead: handing it out, keeping it, erasing it; and whose time is over."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import client_exports, clients, erasures, retention
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import PAGE_HEADERS, SignedIn, Visit
from schemas.vocabulary import ErasureReason
from schemas.wire.records import EraseIn, KeepIn, LegalHoldIn

router = APIRouter()

_LISTED = 50


@router.get("/clients/{client_id}/export")
def export(visit: SignedIn, client_id: UUID) -> Response:
    """A file to save. Its name says nothing about the client."""
    with visit.work() as work:
        made = client_exports.make(work, client_id)
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, media_type="application/zip", headers=headers)


@router.get("/clients/{client_id}/record")
def read(visit: SignedIn, client_id: UUID) -> Response:
    return _page(visit, client_id, Form())


@router.post("/clients/{client_id}/erase")
def erase(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CLIENT_ERASE)
            given = as_shape(
                EraseIn, **{name: text.lower() for name, text in sent.present("confirm", "reason").items()}
            )
            erasures.erase(work, client_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, client_id, sent, visit.refused(sent, error))
    return visit.go("/clients", Said.ERASED)


@router.post("/clients/{client_id}/legal-hold")
def hold(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CLIENT_ERASE)
            erasures.hold(work, client_id, as_shape(LegalHoldIn, **sent.present("reason")))
    except TO_PUT_RIGHT as error:
        return _page(visit, client_id, sent, visit.refused(sent, error), asked="hold")
    return visit.go(f"/clients/{client_id}/record", Said.RECORDED)


@router.post("/clients/{client_id}/legal-hold/end")
def end_hold(visit: SignedIn, client_id: UUID) -> Response:
    with visit.work() as work:
        erasures.end_hold(work, client_id)
    return visit.go(f"/clients/{client_id}/record", Said.RECORDED)


@router.post("/clients/{client_id}/keep")
def keep(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CLIENT_ERASE)
            retention.keep(work, client_id, as_shape(KeepIn, **sent.present("until", "reason")))
    except TO_PUT_RIGHT as error:
        return _page(visit, client_id, sent, visit.refused(sent, error), asked="keep")
    return visit.go(f"/clients/{client_id}/record", Said.KEPT)


@router.get("/practice/retention")
def due(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        found = retention.page(work, after=cursor, limit=_LISTED)
    return visit.page("retention.html", found=found.items, next_cursor=found.next_cursor)


def _page(
    visit: Visit, client_id: UUID, form: Form, status_code: int = status.HTTP_200_OK, *, asked: str = ""
) -> Response:
    """`asked`: which of the forms that ask for a reason was sent, so that the fault is shown in that one."""
    if asked and "reason" in form.faults:
        form.faults[f"{asked}_reason"] = form.faults.pop("reason")
    with visit.work() as work:
        record = retention.read(work, client_id)
        client = clients.read(work, client_id)
    if record.erased_at is not None:
        return visit.page("client_erased.html", status_code=status_code, client=client)
    return visit.page(
        "record.html",
        status_code=status_code,
        form=form,
        asked=asked,
        client=client,
        record=record,
        reasons=list(ErasureReason),
        clock=visit.calendar.elsewhere(client.time_zone),
    )
