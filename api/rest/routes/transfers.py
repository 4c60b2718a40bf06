"""Transfers: giving the work to somebody else, here or elsewhere. Nothing leaves the practice by itself."""

from uuid import UUID

from fastapi import APIRouter, Response, status
from fastapi.responses import PlainTextResponse

from api.formats.documents import typesetting
from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, SignedInWhenAsked, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import handovers, transfers
from schemas.wire.common import Page
from schemas.wire.transfers import FirstMeetingIn, TransferContent, TransferIn, TransferOut

_PDF = "application/pdf"
_A_FILE = {
    "description": "A tagged PDF (PDF/UA-1). Its name says nothing about the client.",
    "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}},
}
router = APIRouter(tags=["Transfers"], route_class=OnceRoute)


@router.get(
    "/episodes/{episode_id}/transfers", summary="List transfers, newest first", responses=problems(401, 403, 404)
)
def page(work: SignedIn, episode_id: UUID, before: AfterId, limit: Limit = 50) -> Page[TransferOut]:
    return transfers.page(work, episode_id, before=before, limit=limit)


@router.post(
    "/episodes/{episode_id}/transfers",
    status_code=status.HTTP_201_CREATED,
    summary="Begin a transfer",
    responses=problems(401, 403, 404, 409),
)
def begin(work: SignedIn, episode_id: UUID, given: TransferIn, response: Response) -> TransferOut:
    """A draft, as unfinished as it may be. One client's part has one draft at a time."""
    made = transfers.begin(work, episode_id, given)
    response.headers["Location"] = f"/v1/transfers/{made.id}"
    return _tagged(made, response)


@router.get("/transfers/{transfer_id}", summary="Read a transfer", responses=problems(401, 403, 404))
def read(work: SignedIn, transfer_id: UUID, response: Response) -> TransferOut:
    """`handed` is what would be handed over now, or what was. Whoever goes on reads exactly that."""
    return _tagged(transfers.read(work, transfer_id), response)


@router.put("/transfers/{transfer_id}", summary="Change a draft", responses=problems(401, 403, 404, 409, 412, 428))
def change(
    *, work: SignedIn, transfer_id: UUID, given: TransferContent, version: Version, response: Response
) -> TransferOut:
    """The whole of it anew."""
    return _tagged(transfers.change(work, transfer_id, given, version=version), response)


@router.post(
    "/transfers/{transfer_id}/hand-over",
    summary="Hand it over",
    responses=problems(401, 403, 404, 409, 412, 422, 428),
)
def hand_over(work: SignedIn, transfer_id: UUID, version: Version, response: Response) -> TransferOut:
    """To a colleague here the episode goes in the same act. To somebody elsewhere it goes with the termination note, which ends the work."""
    return _tagged(handovers.hand_over(work, transfer_id, version=version), response)


@router.post("/transfers/{transfer_id}/receive", summary="Say that it was read", responses=problems(401, 403, 404, 409))
def receive(work: SignedIn, transfer_id: UUID, response: Response) -> TransferOut:
    """By the colleague it went to. Of somebody elsewhere by whoever heard it from them."""
    return _tagged(handovers.receive(work, transfer_id), response)


@router.post("/transfers/{transfer_id}/withdraw", summary="Withdraw it", responses=problems(401, 403, 404, 409))
def withdraw(work: SignedIn, transfer_id: UUID, response: Response) -> TransferOut:
    """Not what a colleague has by now: that comes back by a transfer of its own."""
    return _tagged(handovers.withdraw(work, transfer_id), response)


@router.post(
    "/transfers/{transfer_id}/first-meeting",
    summary="Say what became of the first meeting",
    responses=problems(401, 403, 404, 409, 422),
)
def meet(work: SignedIn, transfer_id: UUID, given: FirstMeetingIn, response: Response) -> TransferOut:
    """Until then somebody has the task to ask, and a day."""
    return _tagged(transfers.meet(work, transfer_id, given), response)


@router.get(
    "/transfers/{transfer_id}/sheet",
    summary="What is handed over, as text",
    response_class=PlainTextResponse,
    responses=problems(401, 403, 404, 409),
)
def sheet(work: SignedIn, transfer_id: UUID) -> PlainTextResponse:
    """To be pasted or given along. Nothing that the client asked to keep back is in it."""
    return PlainTextResponse(transfers.sheet(work, transfer_id))


@router.get(
    "/transfers/{transfer_id}/sheet.pdf",
    summary="What is handed over, as a PDF",
    response_class=Response,
    responses={**problems(401, 403, 404, 409), 200: _A_FILE},
)
def sheet_pdf(signed_in: SignedInWhenAsked, transfer_id: UUID) -> Response:
    """The same, in English, tagged for screen readers. The file's name says nothing about the client."""
    with signed_in() as work:
        paper = transfers.paper(work, transfer_id)
    name = f"handover-{paper.dated:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(typesetting.pdf(paper), media_type=_PDF, headers=headers)


def _tagged(one: TransferOut, response: Response) -> TransferOut:
    response.headers["ETag"] = etag(one.version)
    return one
