"""The sheet that a client takes along at the end."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.rest.idempotency import OnceRoute
from api.services import sheets
from schemas.vocabulary import Locale
from schemas.wire.sheets import SheetOut

router = APIRouter(prefix="/episodes/{episode_id}/sheet", tags=["Goals"], route_class=OnceRoute)

Whose = Annotated[UUID | None, Query(description="For which participant, where there are several.")]
Tongue = Annotated[Locale | None, Query(description="In which language; without it, the client's own.")]


@router.get("", summary="Read the sheet that a client takes along", responses=problems(401, 403, 404))
def read(work: SignedIn, episode_id: UUID, client_id: Whose = None, locale: Tongue = None) -> SheetOut:
    """Goals that are open, early signs and supports as the note has them, the way back, and where help is now."""
    return sheets.read(work, episode_id, client_id=client_id, locale=locale)


@router.get(
    "/text",
    summary="The same as plain text",
    response_class=PlainTextResponse,
    responses=problems(401, 403, 404),
)
def text(work: SignedIn, episode_id: UUID, client_id: Whose = None, locale: Tongue = None) -> PlainTextResponse:
    return PlainTextResponse(sheets.text(work, episode_id, client_id=client_id, locale=locale))
