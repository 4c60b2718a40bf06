"""Why an episode stands where it stands, for whoever wants to know more than the first reason; and what noticing looks at."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import engagement, episodes
from api.web import acts
from api.web.pages.clients import clinicians_of
from api.web.visits import SignedIn
from schemas.vocabulary import ChangeEffect

router = APIRouter()

_LATELY = 6


@router.get("/episodes/{episode_id}/why")
def why(visit: SignedIn, episode_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.ENGAGEMENT_READ)
        episode = episodes.read(work, episode_id)
        shown = engagement.read(work, episode_id)
        may_change = (
            episode.ended_at is None
            and visit.may(Permission.CONTACT_RECORD)
            and acts.may_change(work.principal, clinicians_of(episode))
        )
    return visit.page(
        "why.html",
        episode=episode,
        shown=shown,
        changes=[one for one in shown.would_change if one.effect is ChangeEffect.STAGE],
        moves=[one for one in shown.would_change if one.effect is ChangeEffect.DAY],
        clock=visit.calendar.elsewhere(episode.time_zone),
        may_change=may_change,
        lately=_LATELY,
    )


@router.get("/help/noticing")
def noticing(visit: SignedIn) -> Response:
    """What noticing looks at, and what it never does: docs/signal.md in short."""
    with visit.work():
        visit.require(Permission.ENGAGEMENT_READ)
    return visit.page("noticing_explained.html")
