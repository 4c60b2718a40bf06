"""The practice's own directory of those who may be a better fit: kept, imported, and matched with somebody's wishes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile, status

from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.uploads import EachPartOnce, UploadRoute
from api.services import referral_providers
from api.services.referral_providers import DirectoryFile
from schemas.wire.common import Page
from schemas.wire.referral_providers import (
    DirectoryImportOut,
    ReferralMatchOut,
    ReferralProviderIn,
    ReferralProviderOut,
    ReferralProviderPatch,
    WishesIn,
)

router = APIRouter(prefix="/referral-providers", tags=["Referrals"], route_class=UploadRoute)


@router.get("", summary="List the directory by name", responses=problems(401, 403))
def page(
    work: SignedIn,
    after: AfterId,
    search: Annotated[str | None, Query(max_length=200, description="Words of what the directory says.")] = None,
    limit: Limit = 50,
) -> Page[ReferralProviderOut]:
    """Every word that is searched for begins a word of the name, the place, what they know well, or anything else that is said."""
    return referral_providers.page(work, search=search, after=after, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Add a provider", responses=problems(401, 403, 409))
def add(work: SignedIn, given: ReferralProviderIn, response: Response) -> ReferralProviderOut:
    made = referral_providers.add(work, given)
    response.headers["Location"] = f"/v1/referral-providers/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return made


@router.post("/match", summary="Match the directory with wishes", responses=problems(401, 403))
def match(work: SignedIn, given: WishesIn, after: AfterId, limit: Limit = 50) -> Page[ReferralMatchOut]:
    """The whole directory. For each provider every wish is met, not met, or left open because the directory does not say, in words.
    The order: who takes new clients, then who leaves fewer wishes unmet, then fewer open, then the name. Nothing of it is kept.
    """
    return referral_providers.match(work, given, after=after, limit=limit)


@router.post("/imports", summary="Take a directory in", responses=problems(401, 403))
def take_in(
    work: SignedIn,
    _: EachPartOnce,
    file: Annotated[UploadFile, File(description="CSV in UTF-8 with a header row; only `name` is needed.")],
    *,
    dry_run: Annotated[bool, Form(description="Only try, and report.")] = False,
) -> DirectoryImportOut:
    """Row by row: what one row lacks keeps no other back. Found again by `external_id`, else by name and organisation, so the same
    file changes nothing the second time. Only columns that the file has are changed.
    """
    return referral_providers.take_in(work, DirectoryFile(file.file, dry_run=dry_run))


@router.get("/{provider_id}", summary="Read a provider", responses=problems(401, 403, 404))
def read(work: SignedIn, provider_id: UUID, response: Response) -> ReferralProviderOut:
    found = referral_providers.read(work, provider_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch("/{provider_id}", summary="Change a provider", responses=problems(401, 403, 404, 409, 412, 428))
def change(
    *, work: SignedIn, provider_id: UUID, given: ReferralProviderPatch, version: Version, response: Response
) -> ReferralProviderOut:
    changed = referral_providers.change(work, provider_id, given, version=version)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.delete(
    "/{provider_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a provider",
    responses=problems(401, 403, 404, 409),
)
def remove(work: SignedIn, provider_id: UUID) -> Response:
    """Out of the directory; referrals still name them."""
    referral_providers.remove(work, provider_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
