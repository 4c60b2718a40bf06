"""Sending a message oneself: the words to copy, saying that they went; and a message as text for another record system."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import MayNotContact
from api.services import by_hand, checkins, clients, consents
from api.web import dates
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import CheckInState
from schemas.wire.checkins import SentByHandIn

router = APIRouter(prefix="/check-ins/{check_in_id}")


@router.get("/by-hand")
def look(visit: SignedIn, check_in_id: UUID, consent_id: Annotated[UUID | None, Query()] = None) -> Response:
    return _page(visit, check_in_id, consent_id)


@router.post("/by-hand/words")
def show(visit: SignedIn, check_in_id: UUID, sent: Sent) -> Response:
    consent_id = _as_id(sent.text("consent_id"))
    try:
        return _page(visit, check_in_id, consent_id, shows=True)
    except TO_PUT_RIGHT as error:
        return _page(visit, check_in_id, consent_id, sent, visit.refused(sent, error))


@router.post("/by-hand")
def record(visit: SignedIn, check_in_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_APPROVE)
            zone = clients.read(work, checkins.read(work, check_in_id).client_id).time_zone
            typed = sent.given("at")
            at = dates.instant(typed, zone, "at") if typed else None
            given = as_shape(SentByHandIn, at=at, **sent.present("consent_id", "override_reason"))
            by_hand.record(work, check_in_id, given, version=version_of(sent))
    except (*TO_PUT_RIGHT, MayNotContact) as error:
        consent_id, status_code = _as_id(sent.text("consent_id")), visit.refused(sent, error)
        return _page(visit, check_in_id, consent_id, sent, status_code, shows=_shown_before(visit, check_in_id))
    return visit.go(f"/check-ins/{check_in_id}", Said.RECORDED)


@router.get("/record-text")
def record_text(visit: SignedIn, check_in_id: UUID) -> Response:
    with visit.work() as work:
        shown = by_hand.record_text(work, check_in_id)
    return visit.page("record_text.html", check_in_id=check_in_id, text=shown.text)


def _shown_before(visit: Visit, check_in_id: UUID) -> bool:
    """Of what still waits to be sent from here the words were not shown, and are not because a form was wrong."""
    with visit.work() as work:
        return checkins.read(work, check_in_id).state is CheckInState.DRAFT


def _as_id(typed: str) -> UUID | None:
    """None for what is no identifier: the form says so already."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def _page(
    visit: Visit,
    check_in_id: UUID,
    consent_id: UUID | None,
    form: Form | None = None,
    status_code: int = status.HTTP_200_OK,
    *,
    shows: bool = False,
) -> Response:
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_APPROVE)
        found = (by_hand.show if shows else by_hand.look)(work, check_in_id, consent_id)
        message = checkins.read(work, check_in_id)
        client = clients.read(work, message.client_id)
        ways = consents.page(work, message.client_id)
    clock = visit.calendar.elsewhere(client.time_zone)
    filled = prefilled(at=clock.for_input(visit.runtime.now()), consent_id=found.consent_id)
    shown = form or filled
    shown.now_at(message.version)
    return visit.page(
        "by_hand.html",
        status_code=status_code,
        form=shown,
        message=message,
        client=client,
        found=found,
        ways=ways,
        clock=clock,
    )
