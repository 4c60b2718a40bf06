"""One client's whole record, for a practice lead: handing it out."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.services import client_exports
from api.web.visits import PAGE_HEADERS, SignedIn

router = APIRouter(prefix="/clients/{client_id}")


@router.get("/export")
def export(visit: SignedIn, client_id: UUID) -> Response:
    """A file to save. Its name says nothing about the client."""
    with visit.work() as work:
        made = client_exports.make(work, client_id)
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, media_type="application/zip", headers=headers)
