"""Closing letters: written beside their note, approved with its signature."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import PlainTextResponse

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import letters
from schemas.wire.checkins import ApprovalIn
from schemas.wire.common import Page
from schemas.wire.letters import LetterHandedOverIn, LetterIn, LetterOut

router = APIRouter(prefix="/letters", tags=["Letters"], route_class=OnceRoute)


@router.get("", summary="List closing letters, newest first", responses=problems(401, 403))
def page(
    *,
    work: SignedIn,
    before: AfterId,
    note_id: Annotated[UUID | None, Query(description="Only those written with this note.")] = None,
    limit: Limit = 50,
) -> Page[LetterOut]:
    return letters.page(work, note_id=note_id, before=before, limit=limit)


@router.post(
    "", status_code=status.HTTP_201_CREATED, summary="Write a closing letter", responses=problems(401, 403, 409)
)
def draft(work: SignedIn, given: LetterIn, response: Response) -> LetterOut:
    """A draft beside its note, drawn from it unless words are given. It is approved with the note's signature: `letter` at
    `/v1/termination-notes/{note_id}/sign` and `…/cosign`. 409 `letter_exists`, `awaiting_cosign`, `client_died`.
    """
    made = letters.draft(work, given)
    response.headers["Location"] = f"/v1/letters/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return made


@router.get("/{letter_id}", summary="Read a closing letter", responses=problems(401, 403, 404))
def read(work: SignedIn, letter_id: UUID, response: Response) -> LetterOut:
    """Its words are changed, and what was approved is undone, as of any message: `/v1/check-ins/{check_in_id}`."""
    found = letters.read(work, letter_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.get(
    "/{letter_id}/text",
    summary="A closing letter as plain text, to print",
    response_class=PlainTextResponse,
    responses=problems(401, 403, 404, 409),
)
def text(work: SignedIn, letter_id: UUID) -> PlainTextResponse:
    """For the client's hand or the post, where no way of sending is allowed. Until its note is signed in full its first line
    says that it is a draft. 409 `client_died`.
    """
    return PlainTextResponse(letters.text(work, letter_id))


@router.post(
    "/{letter_id}/approve",
    summary="Let a letter go whose note is signed",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def approve(work: SignedIn, letter_id: UUID, given: ApprovalIn, version: Version, response: Response) -> LetterOut:
    """409 `letter_with_note` before the note is signed in full: then it is approved by the signature itself."""
    approved = letters.approve(work, letter_id, given, version=version)
    response.headers["ETag"] = etag(approved.version)
    return approved


@router.post(
    "/{letter_id}/hand-over",
    summary="Say that you gave the letter to the client on paper",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def hand_over(
    work: SignedIn, letter_id: UUID, given: LetterHandedOverIn, version: Version, response: Response
) -> LetterOut:
    """It stands in the record as a contact in person. A letter by post is its message's `by-hand`, to a postal address that the
    client allowed.
    """
    given_over = letters.hand_over(work, letter_id, given, version=version)
    response.headers["ETag"] = etag(given_over.version)
    return given_over
