"""Referrals: helping a client on to somebody who fits better. Nothing is sent by them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import PlainTextResponse

from api.formats import referral_sheet
from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import referral_options, referrals
from schemas.vocabulary import Locale
from schemas.wire.common import Page
from schemas.wire.referral_providers import ReferralMatchOut
from schemas.wire.referrals import (
    ReferralCloseIn,
    ReferralIn,
    ReferralOptionIn,
    ReferralOut,
    ReferralPatch,
    ReferralStepIn,
)

router = APIRouter(prefix="/referrals", tags=["Referrals"], route_class=OnceRoute)


@router.get("", summary="List referrals, newest first", responses=problems(401, 403, 404))
def page(
    work: SignedIn,
    before: AfterId,
    *,
    episode_id: Annotated[UUID | None, Query(description="Only referrals out of this episode.")] = None,
    is_open: Annotated[bool | None, Query(alias="open", description="Only those that are open, or closed.")] = None,
    limit: Limit = 50,
) -> Page[ReferralOut]:
    return referrals.page(work, episode_id=episode_id, is_open=is_open, before=before, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Begin a referral", responses=problems(401, 403, 409))
def begin(work: SignedIn, given: ReferralIn, response: Response) -> ReferralOut:
    """Its owner has a task from now on, due when they ask how it went, until the client has started or somebody closes it."""
    made = referrals.begin(work, given)
    response.headers["Location"] = f"/v1/referrals/{made.id}"
    return _tagged(made, response)


@router.get("/{referral_id}", summary="Read a referral", responses=problems(401, 403, 404))
def read(work: SignedIn, referral_id: UUID, response: Response) -> ReferralOut:
    return _tagged(referrals.read(work, referral_id), response)


@router.patch("/{referral_id}", summary="Change a referral", responses=problems(401, 403, 404, 409, 412, 428))
def change(
    *, work: SignedIn, referral_id: UUID, given: ReferralPatch, version: Version, response: Response
) -> ReferralOut:
    """Wishes are sent whole. Another owner or day moves the task."""
    return _tagged(referrals.change(work, referral_id, given, version=version), response)


@router.get("/{referral_id}/matches", summary="Match the directory with its wishes", responses=problems(401, 403, 404))
def matches(work: SignedIn, referral_id: UUID, after: AfterId, limit: Limit = 50) -> Page[ReferralMatchOut]:
    """In the order of `/v1/referral-providers/match`."""
    return referrals.matches(work, referral_id, after=after, limit=limit)


@router.post(
    "/{referral_id}/options",
    status_code=status.HTTP_201_CREATED,
    summary="Suggest somebody",
    responses=problems(401, 403, 404, 409),
)
def suggest(work: SignedIn, referral_id: UUID, given: ReferralOptionIn, response: Response) -> ReferralOut:
    return _tagged(referral_options.suggest(work, referral_id, given), response)


@router.post(
    "/{referral_id}/options/{option_id}/progress",
    status_code=status.HTTP_201_CREATED,
    summary="Say how it goes with one of them",
    responses=problems(401, 403, 404, 409),
)
def record(
    work: SignedIn, referral_id: UUID, option_id: UUID, given: ReferralStepIn, response: Response
) -> ReferralOut:
    """A start closes the referral; that it did not work out after all opens it again. Anything else moves the day of the next question."""
    return _tagged(referral_options.record(work, referral_id, option_id, given), response)


@router.post("/{referral_id}/close", summary="Close a referral", responses=problems(401, 403, 404, 409))
def close(work: SignedIn, referral_id: UUID, given: ReferralCloseIn, response: Response) -> ReferralOut:
    return _tagged(referrals.close(work, referral_id, given), response)


@router.get(
    "/{referral_id}/sheet",
    summary="The sheet to take away, as text",
    response_class=PlainTextResponse,
    responses=problems(401, 403, 404),
)
def sheet(
    work: SignedIn,
    referral_id: UUID,
    locale: Annotated[Locale | None, Query(description="The client's language, if it is not said.")] = None,
) -> PlainTextResponse:
    """Who was suggested and what to ask them. It says nothing about the client."""
    return PlainTextResponse(referral_sheet.plain(referrals.sheet(work, referral_id, locale=locale)))


def _tagged(one: ReferralOut, response: Response) -> ReferralOut:
    response.headers["ETag"] = etag(one.version)
    return one
