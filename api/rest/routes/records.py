"""One client's whole record: handing it out."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import client_exports

router = APIRouter(prefix="/clients/{client_id}", tags=["Clients"], route_class=OnceRoute)

_ZIP = "application/zip"


@router.get(
    "/export",
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
