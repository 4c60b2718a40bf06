"""The page for a last meeting: to print, to share, to put in one's own words."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import closing_agendas
from schemas.vocabulary import AgendaForm, Locale
from schemas.wire.closing_agendas import ClosingAgendaIn, ClosingAgendaOut

router = APIRouter(
    prefix="/episodes/{episode_id}/closing-session/agenda", tags=["Closing sessions"], route_class=OnceRoute
)

Whose = Annotated[UUID | None, Query(description="For which participant, where several take part.")]


@router.get("", summary="Read the page for a last meeting", responses=problems(401, 403, 404))
def read(
    *,
    work: SignedIn,
    episode_id: UUID,
    response: Response,
    client_id: Whose = None,
    locale: Annotated[Locale | None, Query(description="Left out: as it was put, or the client's language.")] = None,
    form: Annotated[AgendaForm | None, Query(description="Left out: by how many sessions were held.")] = None,
) -> ClosingAgendaOut:
    """A proposal until somebody puts it in their own words. After three sessions or fewer a shorter one."""
    found = closing_agendas.read(work, episode_id, client_id=client_id, locale=locale, form=form)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put("", summary="Put the page in your own words", responses=problems(401, 403, 404, 412, 428))
def change(
    work: SignedIn, episode_id: UUID, given: ClosingAgendaIn, version: Version, response: Response
) -> ClosingAgendaOut:
    """`If-Match: "v0"` where nobody has yet."""
    changed = closing_agendas.change(work, episode_id, given, version=version)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.delete(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Go back to the proposal",
    responses=problems(401, 403, 404),
)
def discard(work: SignedIn, episode_id: UUID, client_id: Whose = None) -> Response:
    closing_agendas.discard(work, episode_id, client_id=client_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
