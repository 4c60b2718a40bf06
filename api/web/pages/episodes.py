"""Episodes: beginning one, and changing how it is paced or who is responsible."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import VersionMismatch, invalid_field
from api.services import clients, episodes
from api.services.work import Work
from api.web import dates, everybody
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.clients import ClientSearchIn
from schemas.wire.episodes import EpisodeIn, EpisodeOut, EpisodePatch, PersonOut

router = APIRouter()

_EPISODES = 50
_FOUND = 20
_SAME_TAP_SECONDS = 60


@router.get("/clients/{client_id}/episodes/new")
def new(visit: SignedIn, client_id: UUID) -> Response:
    return _new(visit, client_id, Form())


@router.post("/clients/{client_id}/episodes/new")
def add(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    """Looking for who else takes part shows the form again, with those who were found to tick."""
    if sent.ticked("find"):
        return _new(visit, client_id, sent)
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            client = clients.read(work, client_id)
            if _began_a_moment_ago(work, client_id):
                return visit.go(f"/clients/{client_id}", Said.ALREADY_RECORDED)
            given = as_shape(
                EpisodeIn,
                client_ids=[client_id, *sent.several("client_ids")],
                started_at=_started(sent, client.time_zone),
                **sent.present("format", "kind", "responsible_id"),
                **sent.numbers("agreed_cadence_days"),
            )
            episodes.add(work, given)
    except TO_PUT_RIGHT as error:
        return _new(visit, client_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.EPISODE_BEGUN)


@router.get("/episodes/{episode_id}/edit")
def edit(visit: SignedIn, episode_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_EDIT)
        episode = episodes.read(work, episode_id)
        clinicians = clinicians_to_choose(visit, work)
    form = prefilled(
        kind=episode.kind,
        agreed_cadence_days=_plain(episode.agreed_cadence_days),
        responsible_id=episode.responsible.id if episode.responsible else None,
        version=episode.version,
    )
    return _edit(visit, episode, clinicians, form)


@router.post("/episodes/{episode_id}/edit")
def change(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """Naming another clinician hands the episode over; whoever handed it over may lose sight of it."""
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            given = as_shape(
                EpisodePatch, **sent.present("kind", "responsible_id"), **sent.numbers("agreed_cadence_days")
            )
            before = episodes.read(work, episode_id)
            if before.responsible is not None and given.responsible_id == before.responsible.id:
                given = given.model_copy(update={"responsible_id": None})
            after = episodes.change(work, episode_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            episode = episodes.read(work, episode_id)
            clinicians = clinicians_to_choose(visit, work)
        if isinstance(error, VersionMismatch):
            sent.now_at(episode.version)
        return _edit(visit, episode, clinicians, sent, status_code)
    return visit.go(_where_to_go_on(visit, after), Said.SAVED)


@router.post("/episodes/{episode_id}/owner")
def name_owner(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """Gives an episode that nobody has to somebody. When somebody else was faster, the form of the episode says so."""
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            given = as_shape(EpisodePatch, responsible_id=sent.given("responsible_id"))
            if given.responsible_id is None:
                raise invalid_field("/responsible_id", "Choose somebody.")
            episodes.change(work, episode_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            episode = episodes.read(work, episode_id)
            clinicians = clinicians_to_choose(visit, work)
        sent.now_at(episode.version)
        return _edit(visit, episode, clinicians, sent, status_code)
    return visit.go("/caseload", Said.SAVED)


def clinicians_to_choose(visit: Visit, work: Work) -> list[PersonOut]:
    if not visit.may(Permission.MEMBER_READ):
        return []
    return everybody.clinicians(work)


def _where_to_go_on(visit: Visit, episode: EpisodeOut) -> str:
    sees = visit.principal.sees if visit.principal else frozenset()
    clinicians = {person.id for person in (episode.responsible, *episode.co_therapists) if person is not None}
    still_in_sight = sees is None or bool(sees & clinicians)
    return f"/clients/{episode.clients[0].id}" if still_in_sight and episode.clients else "/caseload"


def _new(visit: Visit, client_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_EDIT)
        client = clients.read(work, client_id)
        clinicians = clinicians_to_choose(visit, work)
        others = _others(work, client_id, form)
    return visit.page(
        "episode_new.html", status_code=status_code, form=form, client=client, clinicians=clinicians, others=others
    )


def _others(work: Work, client_id: UUID, form: Form) -> list[PersonOut]:
    """Who was ticked before, and who is called what was typed; of the visitor's own clients only."""
    ticked = [clients.read(work, one) for one in _ids(form.several("client_ids"))]
    name = form.given("other_name")
    wanted = None if name is None else as_shape(ClientSearchIn, name=name, limit=_FOUND)
    found = [] if wanted is None else clients.page(work, name=wanted.name, after=None, limit=wanted.limit).items
    people = {one.id: PersonOut(id=one.id, name=one.name) for one in (*ticked, *found) if one.id != client_id}
    return list(people.values())


def _ids(typed: list[str]) -> list[UUID]:
    """Those that are ids at all; the others are refused when the episode is begun."""
    found = []
    for one in typed[:_FOUND]:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _edit(
    visit: Visit, episode: EpisodeOut, clinicians: list[PersonOut], form: Form, status_code: int = status.HTTP_200_OK
) -> Response:
    return visit.page("episode_edit.html", status_code=status_code, form=form, episode=episode, clinicians=clinicians)


def _started(form: Form, zone: str) -> datetime | None:
    """A day alone is its morning on the client's clock."""
    typed = form.given("started_at")
    return dates.instant(f"{typed}T00:00", zone, "started_at") if typed else None


def _began_a_moment_ago(work: Work, client_id: UUID) -> bool:
    """A hurried finger sends the same form twice."""
    found = episodes.page(work, client_id=client_id, after=None, limit=_EPISODES).items
    begun = (episode.started_at for episode in found if episode.started_at is not None)
    return any(abs((work.now - at).total_seconds()) < _SAME_TAP_SECONDS for at in begun)


def _plain(days: float | None) -> str | None:
    """`7`, not `7.0`."""
    return None if days is None else f"{days:g}"
