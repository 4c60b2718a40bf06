"""Files to save from the pages of a note and of a letter."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.services import documents
from api.services.documents import Document
from api.web.visits import PAGE_HEADERS, SignedIn
from schemas.vocabulary import Locale

router = APIRouter()

Language = Annotated[Locale | None, Query()]


@router.get("/notes/{note_id}/note.pdf")
def note(visit: SignedIn, note_id: UUID, locale: Language = None) -> Response:
    with visit.work() as work:
        made = documents.note(work, note_id, locale)
    return _file(made)


@router.get("/notes/{note_id}/evidence.pdf")
def pack(visit: SignedIn, note_id: UUID, locale: Language = None) -> Response:
    with visit.work() as work:
        made = documents.pack(work, note_id, locale)
    return _file(made)


@router.get("/check-ins/{check_in_id}/letter.pdf")
def letter(visit: SignedIn, check_in_id: UUID) -> Response:
    with visit.work() as work:
        made = documents.letter(work, check_in_id)
    return _file(made)


def _file(made: Document) -> Response:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.as_pdf(), media_type="application/pdf", headers=headers)
