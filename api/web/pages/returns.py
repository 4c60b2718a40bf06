"""Somebody came back: a new episode that takes up the work before, so that they need explain nothing."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Conflict
from api.services import episodes
from api.services.work import Work
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled
from api.web.pages.episodes import clinicians_to_choose
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import EpisodeFormat
from schemas.wire.episodes import EpisodeIn, EpisodeOut

router = APIRouter(prefix="/episodes/{episode_id}/return")

_LATEST = 20


@router.get("")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_EDIT)
        episode = episodes.read(work, episode_id)
        goes_on = _goes_on(work, episode)
    if goes_on is not None:
        return visit.go(f"/clients/{goes_on.clients[0].id}")
    days = episode.agreed_cadence_days
    form = prefilled(
        client_ids=[one.id for one in episode.clients],
        kind=episode.kind,
        agreed_cadence_days=None if days is None else f"{days:g}",
    )
    return _page(visit, episode_id, form)


@router.post("")
def add(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """A second tap finds that the work goes on already."""
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            episode = episodes.read(work, episode_id)
            if (goes_on := _goes_on(work, episode)) is not None:
                return visit.go(f"/clients/{goes_on.clients[0].id}", Said.ALREADY_RECORDED)
            if episode.ended_at is None:
                raise Conflict("This work has not ended.", code="episode_running")
            again = episodes.add(work, _given(episode, sent))
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{again.clients[0].id}", Said.CAME_BACK)


def _given(episode: EpisodeOut, sent: Form) -> EpisodeIn:
    """Whoever of several comes back alone comes for themselves."""
    wanted = sent.several("client_ids") or [str(one.id) for one in episode.clients]
    alone = len(wanted) == 1
    return as_shape(
        EpisodeIn,
        client_ids=wanted,
        format=EpisodeFormat.INDIVIDUAL if alone and len(episode.clients) > 1 else episode.format,
        previous_episode_id=episode.id,
        **sent.present("kind", "responsible_id"),
        **sent.numbers("agreed_cadence_days"),
    )


def _goes_on(work: Work, episode: EpisodeOut) -> EpisodeOut | None:
    """The work that takes this up and runs; the episode itself, where it has not ended."""
    if episode.ended_at is None:
        return episode
    for person in episode.clients:
        for one in episodes.latest(work, person.id, before=None, limit=_LATEST).items:
            if one.previous_episode_id == episode.id and one.ended_at is None:
                return one
    return None


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_EDIT)
        episode = episodes.read(work, episode_id)
        clinicians = clinicians_to_choose(visit, work)
    return visit.page(
        "episode_return.html",
        status_code=status_code,
        form=form,
        episode=episode,
        clinicians=clinicians,
        clock=visit.calendar.elsewhere(episode.time_zone),
    )
