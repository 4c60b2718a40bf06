"""Clients."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import READS_ONLY, OnceRoute
from api.services import clients, consents, timeline
from schemas.wire.clients import ClientIn, ClientMergeIn, ClientOut, ClientPatch, ClientSearchIn, ConsentIn, ConsentOut
from schemas.wire.common import ForeignId, Page, SourceName
from schemas.wire.contacts import TimelineOut

router = APIRouter(prefix="/clients", tags=["Clients"], route_class=OnceRoute)

Source = Annotated[SourceName, Path(description="The system whose identifier this is.")]
External = Annotated[ForeignId, Path(description="What that system calls the client. Never a name.")]


@router.get("", summary="List clients", responses=problems(401, 403))
def page(
    work: SignedIn,
    after: AfterId,
    limit: Limit = 50,
) -> Page[ClientOut]:
    return clients.page(work, name=None, after=after, limit=limit)


@router.post("/search", summary="Find clients by name", responses=problems(401, 403), openapi_extra=READS_ONLY)
def search(work: SignedIn, given: ClientSearchIn) -> Page[ClientOut]:
    """The names are opened in memory and compared there; no index holds a name. Whoever was added last comes first.

    A large practice is looked through a part at a time: go on with `next_cursor` until it is null, also where a part
    held nobody.
    """
    return clients.page(work, name=given.name, after=given.cursor, limit=given.limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Add a client", responses=problems(401, 403))
def add(work: SignedIn, given: ClientIn, response: Response) -> ClientOut:
    client = clients.add(work, given)
    response.headers["Location"] = f"/v1/clients/{client.id}"
    response.headers["ETag"] = etag(client.version)
    return client


@router.get("/{client_id}", summary="Read a client", responses=problems(401, 403, 404))
def read(work: SignedIn, client_id: UUID, response: Response) -> ClientOut:
    client = clients.read(work, client_id)
    response.headers["ETag"] = etag(client.version)
    return client


@router.patch("/{client_id}", summary="Change a client", responses=problems(401, 403, 404, 409, 412, 428))
def change(work: SignedIn, client_id: UUID, given: ClientPatch, version: Version, response: Response) -> ClientOut:
    client = clients.change(work, client_id, given, version=version)
    response.headers["ETag"] = etag(client.version)
    return client


@router.put(
    "/by-external-id/{source}/{external_id:path}",
    summary="Keep a client in step with another system",
    responses={**problems(401, 403, 404), 201: {"model": ClientOut, "description": "The client was new."}},
)
def upsert(work: SignedIn, source: Source, external_id: External, given: ClientIn, response: Response) -> ClientOut:
    """Adds the client or changes what differs. The same call twice changes nothing."""
    done = clients.upsert(work, source, external_id, given)
    response.status_code = status.HTTP_201_CREATED if done.created else status.HTTP_200_OK
    response.headers["ETag"] = etag(done.client.version)
    return done.client


@router.post("/{client_id}/merge", summary="Merge a double into this client", responses=problems(401, 403, 404, 409))
def merge(work: SignedIn, client_id: UUID, given: ClientMergeIn) -> ClientOut:
    """The double's episodes, appointments and contacts move here. Its id keeps resolving."""
    return clients.merge(work, client_id, given.double_id)


@router.get("/{client_id}/timeline", summary="What the record says, newest first", responses=problems(401, 403, 404))
def read_timeline(work: SignedIn, client_id: UUID, limit: Limit = 50) -> TimelineOut:
    return timeline.read(work, client_id, limit=limit)


@router.get("/{client_id}/consents", summary="List addresses and permissions", responses=problems(401, 403, 404))
def page_consents(work: SignedIn, client_id: UUID) -> Page[ConsentOut]:
    return Page[ConsentOut](items=consents.page(work, client_id))


@router.post(
    "/{client_id}/consents",
    status_code=status.HTTP_201_CREATED,
    summary="Record an address and what may be done with it",
    responses=problems(401, 403, 404, 409),
)
def add_consent(work: SignedIn, client_id: UUID, given: ConsentIn, response: Response) -> ConsentOut:
    """An address stands on record once: 409 `address_known` if it does already."""
    consent = consents.add(work, client_id, given)
    response.headers["ETag"] = etag(consent.version)
    return consent


@router.put(
    "/{client_id}/consents/{consent_id}",
    summary="Change what may be done with an address",
    responses=problems(401, 403, 404, 409, 412, 428),
)
def change_consent(
    *, work: SignedIn, client_id: UUID, consent_id: UUID, given: ConsentIn, version: Version, response: Response
) -> ConsentOut:
    """Adds to `answers` what the client says now. 409 `refusal_stands` to make a refusal unsaid, `address_answered` to
    move what was said to another address.
    """
    consent = consents.change(work, client_id, consent_id, given, version=version)
    response.headers["ETag"] = etag(consent.version)
    return consent


@router.delete(
    "/{client_id}/consents/{consent_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove an address that was wrong",
    responses=problems(401, 403, 404, 409),
)
def remove_consent(work: SignedIn, client_id: UUID, consent_id: UUID) -> Response:
    """One that the client refused stays: 409 `refusal_stands`. So does one that is not safe: 409 `address_flagged`."""
    consents.remove(work, client_id, consent_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
