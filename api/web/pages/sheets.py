"""The sheet that a client takes along, to be printed: in their language, and without their name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.domain import sheet_words
from api.domain.access import Permission
from api.domain.errors import Invalid
from api.services import episodes, sheets
from api.web.visits import SignedIn
from schemas.vocabulary import Locale
from schemas.wire.sheets import SheetOut

router = APIRouter(prefix="/episodes/{episode_id}/sheet")


@router.get("")
def read(
    visit: SignedIn,
    episode_id: UUID,
    client: Annotated[UUID | None, Query()] = None,
    language: Annotated[str | None, Query(max_length=8)] = None,
) -> Response:
    """Of several participants it is asked whose it is; a language that is none of ours is the client's own."""
    with visit.work() as work:
        visit.require(Permission.NOTE_READ)
        episode = episodes.read(work, episode_id)
        wanted = next((one for one in Locale if one == language), None)
        sheet: SheetOut | None = None
        try:
            sheet = sheets.read(work, episode_id, client_id=client, locale=wanted)
        except Invalid:
            sheet = None
    return visit.page(
        "sheet.html",
        episode=episode,
        sheet=sheet,
        said_in=None if sheet is None else sheet_words.WORDS[sheet.locale],
        locales=list(Locale),
    )
