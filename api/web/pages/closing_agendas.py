"""The page for a last meeting: read, printed, put in one's own words, and back to the proposal."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import closing_agenda as rules
from api.domain.access import Permission
from api.services import closing_agendas, episodes
from api.web import acts
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, beside, prefilled, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import AgendaForm, AgendaPart, Locale
from schemas.wire.closing_agendas import ClosingAgendaIn

router = APIRouter(prefix="/episodes/{episode_id}/closing-session/agenda")


@router.get("")
def read(
    visit: SignedIn,
    episode_id: UUID,
    client: Annotated[UUID | None, Query()] = None,
    locale: Annotated[Locale | None, Query()] = None,
    form: Annotated[AgendaForm | None, Query()] = None,
) -> Response:
    return _page(visit, episode_id, client, None, wanted=(locale, form))


@router.post("/words")
def change(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    client_id = UUID(sent.text("client_id")) if _is_id(sent.text("client_id")) else None
    try:
        given = as_shape(
            ClosingAgendaIn,
            parts=[{"part": part, "words": sent.text(f"words_{part}")} for part in AgendaPart],
            **sent.present("client_id", "locale", "form"),
        )
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            closing_agendas.change(work, episode_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        shown = beside(error, {f"/parts/{at}/words": f"words_{part}" for at, part in enumerate(AgendaPart)})
        return _page(visit, episode_id, client_id, sent, visit.refused(sent, shown))
    return visit.go(_path(episode_id, client_id), Said.SAVED)


@router.post("/discard")
def discard(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    client_id = UUID(sent.text("client_id")) if _is_id(sent.text("client_id")) else None
    with visit.work() as work:
        visit.require(Permission.NOTE_WRITE)
        closing_agendas.discard(work, episode_id, client_id=client_id)
    return visit.go(_path(episode_id, client_id), Said.SAVED)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _path(episode_id: UUID, client_id: UUID | None) -> str:
    whose = f"?client={client_id}" if client_id else ""
    return f"/episodes/{episode_id}/closing-session/agenda{whose}"


def _page(
    visit: Visit,
    episode_id: UUID,
    client_id: UUID | None,
    sent: Form | None,
    status_code: int = status.HTTP_200_OK,
    *,
    wanted: tuple[Locale | None, AgendaForm | None] = (None, None),
) -> Response:
    """Where several take part and nobody is named, the first of them: each has their own."""
    with visit.work() as work:
        visit.require(Permission.NOTE_READ)
        episode = episodes.read(work, episode_id)
        whose = client_id or episode.clients[0].id
        agenda = closing_agendas.read(work, episode_id, client_id=whose, locale=wanted[0], form=wanted[1])
        may_change = visit.may(Permission.NOTE_WRITE) and acts.may_change(work.principal, clinicians_of(episode))
    told = {f"words_{one.part}": one.words for one in agenda.parts}
    return visit.page(
        "closing_agenda.html",
        status_code=status_code,
        form=sent or prefilled(version=agenda.version, **told),
        episode=episode,
        agenda=agenda,
        headings=rules.HEADING[agenda.locale],
        locales=list(Locale),
        forms=list(AgendaForm),
        may_change=may_change,
    )
