"""Covers: naming who stands in for somebody, and the due list of a colleague who is away."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.covers import COVERS_AS
from api.domain.errors import Invalid, NotFound, invalid_field
from api.services import cover_acts, covering, covers, leave, members
from api.web import acts, everybody
from api.web import covering as covering_words
from api.web.acts import ContactTap
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import ReplyHandling
from schemas.wire.covers import CoverContactIn, CoverIn
from schemas.wire.replies import HandledIn

router = APIRouter()

_LISTED = 50
_AT_ONCE = 100
_FIELDS = ("covering_id", "from_on", "to_on")


@dataclass(frozen=True, slots=True)
class _Naming:
    """Whose cover is named, and where the page of it is."""

    member_id: UUID
    path: str
    back: str


@router.get("/me/covers")
def own(visit: SignedIn) -> Response:
    return _naming(visit, _mine(visit), None)


@router.post("/me/covers")
def name_own(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(CoverIn, **sent.present(*_FIELDS))
        with visit.work() as work:
            covers.name_own(work, given)
    except TO_PUT_RIGHT as error:
        return _naming(visit, _mine(visit), sent, visit.refused(sent, error))
    return visit.go("/me/covers", Said.RECORDED)


@router.post("/me/covers/{cover_id}/end")
def end_own(visit: SignedIn, cover_id: UUID) -> Response:
    with visit.work() as work:
        covers.end_own(work, cover_id)
    return visit.go("/me/covers", Said.COVER_ENDED)


@router.get("/members/{member_id}/covers")
def of_member(visit: SignedIn, member_id: UUID) -> Response:
    return _naming(visit, _theirs(visit, member_id), None)


@router.post("/members/{member_id}/covers")
def name(visit: SignedIn, member_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(CoverIn, **sent.present(*_FIELDS))
        with visit.work() as work:
            covers.name(work, member_id, given)
    except TO_PUT_RIGHT as error:
        return _naming(visit, _theirs(visit, member_id), sent, visit.refused(sent, error))
    return visit.go(f"/members/{member_id}/covers", Said.RECORDED)


@router.post("/members/{member_id}/covers/{cover_id}/end")
def end(visit: SignedIn, member_id: UUID, cover_id: UUID) -> Response:
    with visit.work() as work:
        covers.end(work, cover_id, member_id=member_id)
    return visit.go(f"/members/{member_id}/covers", Said.COVER_ENDED)


@router.get("/covers/{cover_id}")
def caseload(visit: SignedIn, cover_id: UUID, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    with visit.work() as work:
        waiting = covering.waiting(work, cover_id)
        found = covering.caseload(work, cover_id, cursor=cursor, limit=_AT_ONCE)
    return visit.page(
        "covering.html",
        waiting=waiting,
        items=found.items,
        next_cursor=found.next_cursor,
        is_first_page=cursor is None,
        contact_taps=acts.CONTACT_TAPS,
        limits=covering_words.limits,
    )


@router.post("/covers/{cover_id}/episodes/{episode_id}/contacts")
def record_contact(visit: SignedIn, cover_id: UUID, episode_id: UUID, sent: Sent) -> Response:
    try:
        given = _tapped(sent)
        with visit.work() as work:
            cover_acts.record_contact(work, cover_id, episode_id, given)
    except Invalid:
        return caseload(visit, cover_id)
    return visit.go(f"/covers/{cover_id}", Said.RECORDED)


@router.get("/covers/{cover_id}/replies/{reply_id}")
def read_reply(visit: SignedIn, cover_id: UUID, reply_id: UUID) -> Response:
    with visit.work() as work:
        waiting = covering.waiting(work, cover_id)
        reply = cover_acts.read_reply(work, cover_id, reply_id)
    return visit.page("covered_reply.html", waiting=waiting, reply=reply, ways=list(ReplyHandling))


@router.post("/covers/{cover_id}/replies/{reply_id}/handled")
def handle_reply(visit: SignedIn, cover_id: UUID, reply_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(HandledIn, **sent.present("how"))
    except Invalid:
        return read_reply(visit, cover_id, reply_id)
    with visit.work() as work:
        cover_acts.handle_reply(work, cover_id, reply_id, given)
    return visit.go(f"/covers/{cover_id}", Said.RECORDED)


def _tapped(sent: Form) -> CoverContactIn:
    try:
        tapped = acts.contact_of(ContactTap(sent.text("tap")))
    except ValueError:
        raise invalid_field("/tap", "Choose one of these.") from None
    told = tapped.model_dump(include={"direction", "channel", "outcome"})
    return as_shape(CoverContactIn, **told, **sent.present("client_id"))


def _mine(visit: Visit) -> _Naming:
    with visit.work() as work:
        visit.require(Permission.COVER_NAME_OWN)
        return _Naming(work.actor_id, "/me/covers", "/me")


def _theirs(visit: Visit, member_id: UUID) -> _Naming:
    with visit.work():
        visit.require(Permission.CLINICAL_GRANT)
    return _Naming(member_id, f"/members/{member_id}/covers", f"/members/{member_id}")


def _naming(visit: Visit, whose: _Naming, typed: Form | None, status_code: int = status.HTTP_200_OK) -> Response:
    """The form begins with the first days of leave that nobody covers yet."""
    with visit.work() as work:
        member = members.read(work, whose.member_id)
        named = covers.page(work, whose.member_id, before=None, limit=_LISTED).items
        absences = leave.page(work, whose.member_id, after=None, limit=_LISTED).items
        here = everybody.members_here(work)
    if member.left_at is not None:
        raise NotFound
    today = visit.calendar.today
    standing = [one for one in named if one.ended_at is None and one.to_on >= today]
    stands = [one for one in absences if not one.withdrawn and (one.to_on is None or one.to_on >= today)]
    to_come = sorted(stands, key=lambda one: one.from_on)
    open_days = [one for one in to_come if not any(cover.from_on <= one.from_on <= cover.to_on for cover in standing)]
    first = next(iter(open_days), None)
    return visit.page(
        "covers.html",
        status_code=status_code,
        whose=whose,
        member=member,
        absences=to_come,
        covers=standing,
        colleagues=[
            one
            for one in here
            if one.left_at is None and one.can_sign_in and one.id != member.id and COVERS_AS.intersection(one.roles)
        ],
        form=typed or prefilled(from_on=first and first.from_on, to_on=first and first.to_on),
    )
