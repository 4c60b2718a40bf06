"""Documents to print and to keep: the note, the pack of everything around it, and the closing letter."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.rest.answers import problems
from api.rest.depends import SignedInWhenAsked
from api.rest.idempotency import OnceRoute
from api.services import documents
from api.services.documents import Document
from schemas.vocabulary import Locale

router = APIRouter(route_class=OnceRoute)

_PDF = "application/pdf"
_A_FILE = {
    "description": "A tagged PDF (PDF/UA-1). Its name says nothing about the client.",
    "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}},
}
Language = Annotated[
    Locale | None, Query(description="Of the headings and of what the record says. Left out: the practice's.")
]


@router.get(
    "/termination-notes/{note_id}.pdf",
    summary="A note as a PDF",
    tags=["Termination notes"],
    response_class=Response,
    responses={**problems(401, 403, 404, 409), 200: _A_FILE},
)
def note(signed_in: SignedInWhenAsked, note_id: UUID, locale: Language = None) -> Response:
    """With its addenda, signatures and fingerprint; the same bytes until something is added or a name on it changes. A draft says on each page that it is one."""
    with signed_in() as work:
        made = documents.note(work, note_id, locale)
    return _file(made)


@router.get(
    "/termination-notes/{note_id}/evidence.pdf",
    summary="A note and everything on record about reaching the client, as one PDF",
    tags=["Termination notes"],
    response_class=Response,
    responses={**problems(401, 403, 404, 409), 200: _A_FILE},
)
def pack(signed_in: SignedInWhenAsked, note_id: UUID, locale: Language = None) -> Response:
    """Every message with the decisions on it and what became of it, of the unsent as of the sent; every reply, call and letter; every
    signature. Not what was told to one person in confidence. Whoever makes it has opened the replies in it.
    """
    with signed_in() as work:
        made = documents.pack(work, note_id, locale)
    return _file(made)


@router.get(
    "/check-ins/{check_in_id}/letter.pdf",
    summary="A closing letter as a PDF",
    tags=["Check-ins"],
    response_class=Response,
    responses={**problems(401, 403, 404, 409), 200: _A_FILE},
)
def letter(signed_in: SignedInWhenAsked, check_in_id: UUID) -> Response:
    """404 for any other kind of message. One that nobody has approved says on each page that it is a draft."""
    with signed_in() as work:
        made = documents.letter(work, check_in_id)
    return _file(made)


def _file(made: Document) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.as_pdf(), media_type=_PDF, headers=headers)
