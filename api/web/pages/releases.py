"""Releasing the table of a period; the page of a release, and its two files."""

import json
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import invalid_field
from api.services import releases
from api.web import everybody
from api.web.forms import Sent, as_shape
from api.web.said import Said
from api.web.visits import PAGE_HEADERS, SignedIn
from schemas.wire.releases import ReleaseIn

router = APIRouter(prefix="/statistics/releases")

_AS_A_FILE = {"Content-Disposition": "attachment"}


@router.post("")
def release(visit: SignedIn, sent: Sent) -> Response:
    """The page before said that it can be released; if that has changed meanwhile, the refusal says so."""
    sent.only("first_year", "last_year")
    with visit.work() as work:
        visit.require(Permission.STATISTICS_RELEASE)
        years = {name: _year(sent.given(name), name) for name in ("first_year", "last_year")}
        released = releases.release(work, as_shape(ReleaseIn, **years))
    return visit.go(f"/statistics/releases/{released.id}", Said.RELEASED)


@router.get("/{release_id}")
def read(visit: SignedIn, release_id: UUID) -> Response:
    """Drawn from the document itself, so that a page shows nothing that the files do not have."""
    with visit.work() as work:
        told = releases.read(work, release_id)
        document = json.loads(releases.document(work, release_id))
        known = everybody.members_here(work) if visit.may(Permission.MEMBER_READ) else []
    names = {member.id: member.name for member in known}
    whom = names.get(told.released_by) if told.released_by is not None else None
    return visit.page("release.html", told=told, document=document, whom=whom)


@router.get("/{release_id}/release.json")
def document(visit: SignedIn, release_id: UUID) -> Response:
    with visit.work() as work:
        text = releases.document(work, release_id)
    return Response(text, media_type="application/json", headers={**PAGE_HEADERS, **_AS_A_FILE})


@router.get("/{release_id}/release.csv")
def sheet(visit: SignedIn, release_id: UUID) -> Response:
    with visit.work() as work:
        text = releases.sheet(work, release_id)
    return Response(text, media_type="text/csv", headers={**PAGE_HEADERS, **_AS_A_FILE})


def _year(text: str | None, name: str) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        raise invalid_field(f"/{name}", "This is not a year.")
    return int(text[:6])
