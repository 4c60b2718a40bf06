"""Episodes of care, where they stand, and what happens outside the room."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import absences, contacts, endings, engagement, episodes, returns
from schemas.wire.common import Page
from schemas.wire.contacts import AbsenceIn, AbsenceOut, AgreementIn, AgreementOut, ContactIn, ContactOut
from schemas.wire.engagement import EngagementOut
from schemas.wire.episodes import EpisodeIn, EpisodeOut, EpisodePatch
from schemas.wire.returns import FormerWorkOut
from schemas.wire.terminations import EpisodeEndedOut, EpisodeEndIn

router = APIRouter(prefix="/episodes", tags=["Episodes"], route_class=OnceRoute)


@router.get("", summary="List episodes", responses=problems(401, 403, 404))
def page(
    work: SignedIn,
    after: AfterId,
    client_id: Annotated[UUID | None, Query(description="Only the episodes of this client.")] = None,
    limit: Limit = 50,
) -> Page[EpisodeOut]:
    return episodes.page(work, client_id=client_id, after=after, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Begin an episode", responses=problems(401, 403))
def add(work: SignedIn, given: EpisodeIn, response: Response) -> EpisodeOut:
    """A client who comes back meets a new episode: name the one before as `previous_episode_id`. Noticing starts anew with it."""
    episode = episodes.add(work, given)
    response.headers["Location"] = f"/v1/episodes/{episode.id}"
    response.headers["ETag"] = etag(episode.version)
    return episode


@router.get("/{episode_id}", summary="Read an episode", responses=problems(401, 403, 404))
def read(work: SignedIn, episode_id: UUID, response: Response) -> EpisodeOut:
    episode = episodes.read(work, episode_id)
    response.headers["ETag"] = etag(episode.version)
    return episode


@router.patch(
    "/{episode_id}", summary="Change or hand over an episode", responses=problems(401, 403, 404, 409, 412, 428)
)
def change(work: SignedIn, episode_id: UUID, given: EpisodePatch, version: Version, response: Response) -> EpisodeOut:
    """Naming another `responsible_id` hands the episode over."""
    episode = episodes.change(work, episode_id, given, version=version)
    response.headers["ETag"] = etag(episode.version)
    return episode


@router.get("/{episode_id}/engagement", summary="Where an episode stands, and why", responses=problems(401, 403, 404))
def read_engagement(work: SignedIn, episode_id: UUID) -> EngagementOut:
    """Stage, reasons in words with the facts that each rests on, the next kind act, what would change the stage and when, why it is
    not drifting (or not quiet), and how it was shown over twelve months. No number here is one of a person.
    """
    return engagement.read(work, episode_id)


@router.get(
    "/{episode_id}/former-work",
    summary="What a client who came back brings along",
    responses=problems(401, 403, 404),
)
def read_former_work(work: SignedIn, episode_id: UUID) -> FormerWorkOut:
    """The goals of the work that this episode takes up again (`previous_episode_id`), when that ended, and the notes about it that
    the caller may open. 404 where it takes up none.
    """
    return returns.before(work, episode_id)


@router.post(
    "/{episode_id}/end", summary="End an episode before its note is written", responses=problems(401, 403, 404, 409)
)
def end(work: SignedIn, episode_id: UUID, given: EpisodeEndIn) -> EpisodeEndedOut:
    """A draft of the note is begun for everybody who leaves, and a task asks for it. 409 `needs_cosign` for a supervised
    author, `risk_open` while a flag of harm stands that was not looked at.
    """
    return endings.end(work, episode_id, given)


@router.get("/{episode_id}/absences", summary="List absences", responses=problems(401, 403, 404))
def page_absences(work: SignedIn, episode_id: UUID) -> Page[AbsenceOut]:
    return Page[AbsenceOut](items=absences.page(work, episode_id))


@router.post(
    "/{episode_id}/absences",
    status_code=status.HTTP_201_CREATED,
    summary="Record a pause or the client away",
    responses=problems(401, 403, 404),
)
def record_absence(work: SignedIn, episode_id: UUID, given: AbsenceIn) -> AbsenceOut:
    """The clock stops for these days."""
    return absences.record(work, episode_id, given)


@router.delete(
    "/{episode_id}/absences/{absence_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Withdraw an absence",
    responses=problems(401, 403, 404, 409),
)
def withdraw_absence(work: SignedIn, episode_id: UUID, absence_id: UUID) -> Response:
    absences.withdraw(work, episode_id, absence_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/{episode_id}/agreements", summary="List agreements", responses=problems(401, 403, 404))
def page_agreements(work: SignedIn, episode_id: UUID) -> Page[AgreementOut]:
    return Page[AgreementOut](items=absences.agreements(work, episode_id))


@router.post(
    "/{episode_id}/agreements",
    status_code=status.HTTP_201_CREATED,
    summary="Record a planned end or another cadence",
    responses=problems(401, 403, 404),
)
def agree(work: SignedIn, episode_id: UUID, given: AgreementIn) -> AgreementOut:
    return absences.agree(work, episode_id, given)


@router.get("/{episode_id}/contacts", summary="List contacts, newest first", responses=problems(401, 403, 404))
def page_contacts(work: SignedIn, episode_id: UUID, before: AfterId, limit: Limit = 50) -> Page[ContactOut]:
    return contacts.page(work, episode_id, before=before, limit=limit)


@router.post(
    "/{episode_id}/contacts",
    status_code=status.HTTP_201_CREATED,
    summary="Record a contact made elsewhere",
    responses=problems(401, 403, 404),
)
def record_contact(work: SignedIn, episode_id: UUID, given: ContactIn) -> ContactOut:
    """Called, voicemail; called, spoke; answered at the desk."""
    return contacts.record(work, episode_id, given)
