"""Contacts made elsewhere: recorded in one tap from the caseload, or with day, way and a note on a page of their own."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import invalid_field
from api.services import contacts, episodes
from api.web import acts, dates
from api.web.acts import ContactTap
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit, local_path
from schemas.vocabulary import Channel, ContactDirection, ContactOutcome
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodeOut

router = APIRouter()

_SHOWN = 20
_TAPS = frozenset(ContactTap)


@router.get("/episodes/{episode_id}/contacts")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/contacts")
def record(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CONTACT_RECORD)
            episode = episodes.read(work, episode_id)
            is_new = acts.record_contact(work, episode_id, _given(sent, episode))
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    back = local_path(sent.given("back")) or f"/clients/{episode.clients[0].id}"
    return visit.go(back, Said.RECORDED if is_new else Said.ALREADY_RECORDED)


def _given(sent: Form, episode: EpisodeOut) -> ContactIn:
    tap = sent.given("tap")
    if tap is not None:
        if tap not in _TAPS:
            raise invalid_field("/channel", "Choose one of these.")
        return acts.contact_of(ContactTap(tap))
    typed = sent.given("at")
    given = sent.present("direction", "channel", "outcome", "client_id", "note")
    at = dates.instant(typed, episode.time_zone, "at") if typed else None
    return as_shape(ContactIn, at=at, **given)


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.CONTACT_RECORD)
        episode = episodes.read(work, episode_id)
        found = contacts.page(work, episode_id, before=None, limit=_SHOWN).items
    return visit.page(
        "contacts.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=found,
        clock=visit.calendar.elsewhere(episode.time_zone),
        directions=list(ContactDirection),
        channels=list(Channel),
        outcomes=list(ContactOutcome),
    )
