"""One client's whole record: handing it out, keeping it, erasing it; and whose time is over."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn
from api.rest.idempotency import OnceRoute
from api.services import client_exports, erasures, retention
from schemas.wire.common import Page
from schemas.wire.records import DueOut, ErasedOut, EraseIn, KeepIn, LegalHoldIn, RecordOut

router = APIRouter(tags=["Clients"], route_class=OnceRoute)

_ZIP = "application/zip"


@router.get(
    "/clients/{client_id}/export",
    summary="Export everything held about a client",
    response_class=Response,
    responses={
        **problems(401, 403, 404, 409),
        200: {
            "description": "A ZIP with `record.json` for programs and `record.html` for people.",
            "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def export(work: SignedIn, client_id: UUID) -> Response:
    """Opened and readable, without anything about another participant alone. Read it before it is handed on."""
    made = client_exports.make(work, client_id)
    return Response(
        made.content, media_type=_ZIP, headers={"Content-Disposition": f'attachment; filename="{made.name}"'}
    )


@router.get(
    "/clients/{client_id}/record", summary="Say where a client's record stands", responses=problems(401, 403, 404)
)
def read(work: SignedIn, client_id: UUID) -> RecordOut:
    return retention.read(work, client_id)


@router.post("/clients/{client_id}/erase", summary="Erase a client", responses=problems(401, 403, 404, 409))
def erase(work: SignedIn, client_id: UUID, given: EraseIn) -> ErasedOut:
    """For ever. 409 while an episode is under way (`episodes_running`), a legal hold stands (`legal_hold`), a message is
    being handed over (`message_under_way`) or a file is being read (`import_under_way`).
    """
    return erasures.erase(work, client_id, given)


@router.put(
    "/clients/{client_id}/legal-hold",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Forbid that a client is erased",
    responses=problems(401, 403, 404, 409),
)
def hold(work: SignedIn, client_id: UUID, given: LegalHoldIn) -> Response:
    erasures.hold(work, client_id, given)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete(
    "/clients/{client_id}/legal-hold",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End a legal hold",
    responses=problems(401, 403, 404),
)
def end_hold(work: SignedIn, client_id: UUID) -> Response:
    erasures.end_hold(work, client_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.put(
    "/clients/{client_id}/keep",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Keep a record for longer",
    responses=problems(401, 403, 404, 409),
)
def keep(work: SignedIn, client_id: UUID, given: KeepIn) -> Response:
    """Until a day, with the reason. It puts off the day on which the record is due."""
    retention.keep(work, client_id, given)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/retention", summary="List the records whose time is over", responses=problems(401, 403))
def page(work: SignedIn, after: AfterId, limit: Limit = 50) -> Page[DueOut]:
    """Nothing happens to them by itself. Go on with `next_cursor` until it is null, also where a page came short."""
    return retention.page(work, after=after, limit=limit)
