"""Termination notes: drafts, signatures, addenda, and the text for another record."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import PlainTextResponse

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import signatures, terminations
from api.services.terminations import Which
from schemas.vocabulary import NoteState
from schemas.wire.common import Page
from schemas.wire.letters import NoteSignatureIn
from schemas.wire.terminations import (
    NoteAddendumIn,
    NoteContent,
    NoteReturnIn,
    NoteSignedOut,
    NoteSummaryOut,
    TerminationNoteIn,
    TerminationNoteOut,
)

router = APIRouter(prefix="/termination-notes", tags=["Termination notes"], route_class=OnceRoute)


@router.get("", summary="List notes, newest first", responses=problems(401, 403))
def page(
    *,
    work: SignedIn,
    before: AfterId,
    client_id: Annotated[UUID | None, Query(description="Only those about this client.")] = None,
    episode_id: Annotated[UUID | None, Query(description="Only those of this episode.")] = None,
    state: Annotated[NoteState | None, Query(description="Only those in this state.")] = None,
    to_cosign: Annotated[bool, Query(description="Only those that wait for the caller's cosignature.")] = False,
    limit: Limit = 50,
) -> Page[NoteSummaryOut]:
    """No word of what the notes say."""
    which = Which(client_id=client_id, episode_id=episode_id, state=state, to_cosign=to_cosign)
    return terminations.page(work, which, before=before, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Begin a note", responses=problems(401, 403, 409))
def add(work: SignedIn, given: TerminationNoteIn, response: Response) -> TerminationNoteOut:
    """A draft, as unfinished as it may be. 409 `note_exists` where there is one about this client's part already."""
    note = terminations.add(work, given)
    response.headers["Location"] = f"/v1/termination-notes/{note.id}"
    response.headers["ETag"] = etag(note.version)
    return note


@router.get("/{note_id}", summary="Read a note", responses=problems(401, 403, 404))
def read(work: SignedIn, note_id: UUID, response: Response) -> TerminationNoteOut:
    note = terminations.read(work, note_id)
    response.headers["ETag"] = etag(note.version)
    return note


@router.put("/{note_id}", summary="Save a draft", responses=problems(401, 403, 404, 409, 412, 428))
def change(
    work: SignedIn, note_id: UUID, given: NoteContent, version: Version, response: Response
) -> TerminationNoteOut:
    """The whole content anew, as often as one likes. 412 where somebody else saved meanwhile: read theirs, then decide."""
    note = terminations.change(work, note_id, given, version=version)
    response.headers["ETag"] = etag(note.version)
    return note


@router.delete(
    "/{note_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Throw a draft away that was begun by mistake",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def discard(work: SignedIn, note_id: UUID, version: Version) -> Response:
    """409 `note_signed` once somebody signed it, `note_owed` once the work has ended."""
    terminations.discard(work, note_id, version=version)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get(
    "/{note_id}/text",
    summary="A note as plain text, to paste elsewhere",
    response_class=PlainTextResponse,
    responses=problems(401, 403, 404),
)
def text(work: SignedIn, note_id: UUID) -> PlainTextResponse:
    return PlainTextResponse(terminations.text(work, note_id))


@router.post("/{note_id}/sign", summary="Sign a note", responses=problems(401, 403, 404, 409, 412, 428))
def sign(
    work: SignedIn, note_id: UUID, version: Version, response: Response, given: NoteSignatureIn | None = None
) -> NoteSignedOut:
    """Locks the note and ends the client's part in the episode, in one act. A supervised author's note waits for a
    cosignature and ends nothing. 422 `note_unfinished` names what is missing, and why it is required; 409 `risk_open`
    while a flag of harm stands that was not looked at. With `letter` the closing letter is approved by the same act: where it may
    not go (`may_not_contact`), nothing is signed either.
    """
    signed = signatures.sign(work, note_id, version=version, letter=given.letter if given else None)
    response.headers["ETag"] = etag(signed.version)
    return signed


@router.post("/{note_id}/cosign", summary="Cosign a note", responses=problems(401, 403, 404, 409, 412, 428))
def cosign(
    work: SignedIn, note_id: UUID, version: Version, response: Response, given: NoteSignatureIn | None = None
) -> NoteSignedOut:
    """By a supervisor of its author or the practice lead, never by its author. Locks the note and ends the part.

    409 `ending_out_of_order` where a session came to be known since its author signed: the note goes back. With `letter` the letter
    that its author approved goes with it; without, it is a draft again.
    """
    signed = signatures.cosign(work, note_id, version=version, letter=given.letter if given else None)
    response.headers["ETag"] = etag(signed.version)
    return signed


@router.post("/{note_id}/return", summary="Return a note for changes", responses=problems(401, 403, 404, 409, 412, 428))
def send_back(
    work: SignedIn, note_id: UUID, given: NoteReturnIn, version: Version, response: Response
) -> NoteSignedOut:
    """It is a draft again, with the reason beside it."""
    returned = signatures.send_back(work, note_id, given, version=version)
    response.headers["ETag"] = etag(returned.version)
    return returned


@router.post(
    "/{note_id}/addenda",
    status_code=status.HTTP_201_CREATED,
    summary="Add to a signed note",
    responses=problems(401, 403, 404, 409),
)
def append(work: SignedIn, note_id: UUID, given: NoteAddendumIn) -> NoteSignedOut:
    """What was signed stays as it is."""
    return signatures.append(work, note_id, given)
