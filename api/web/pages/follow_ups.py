"""Messages that clients asked for: the wish, and what came of it."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import clients, episodes, follow_ups
from api.web import acts
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.follow_ups import FollowUpEndIn, FollowUpIn

router = APIRouter()

_SHOWN = 50
_SAME_TAP_SECONDS = 60


@router.get("/episodes/{episode_id}/follow-ups")
def page(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/follow-ups")
def add(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """The same wish sent again within a minute is one."""
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            given = as_shape(FollowUpIn, **sent.present("client_id", "asked_on", "due_on", "words"))
            known = follow_ups.page(work, episode_id, before=None, limit=1).items
            again = bool(known) and (known[0].words, known[0].due_on) == (given.words, given.due_on)
            is_new = not (again and (work.now - known[0].created_at).total_seconds() < _SAME_TAP_SECONDS)
            if is_new:
                follow_ups.add(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/follow-ups", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/episodes/{episode_id}/follow-ups/{follow_up_id}/end")
def end(visit: SignedIn, episode_id: UUID, follow_up_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            given = as_shape(FollowUpEndIn, **sent.present("because"))
            follow_ups.end(work, follow_up_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, Form(remarks=[error.message]), visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/follow-ups", Said.RECORDED)


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_READ)
        episode = episodes.read(work, episode_id)
        found = follow_ups.page(work, episode_id, before=None, limit=_SHOWN).items
        died = {one.id for one in episode.clients if clients.read(work, one.id).died_on is not None}
        may_change = visit.may(Permission.CHECK_IN_WRITE) and acts.may_change(work.principal, clinicians_of(episode))
    return visit.page(
        "follow_ups.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=found,
        clock=visit.calendar.elsewhere(episode.time_zone),
        may_change=may_change,
        died=died,
        living=[one for one in episode.clients if one.id not in died],
    )
