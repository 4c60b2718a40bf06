"""Templates of messages to clients: the practice's own, and those that ship with the product."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status

from api.domain.check_in_templates import Only
from api.rest.answers import problems
from api.rest.depends import AfterId, Limit, SignedIn, Version, etag
from api.rest.idempotency import OnceRoute
from api.services import check_in_templates
from schemas.vocabulary import Channel, Locale, Situation
from schemas.wire.check_in_templates import BuiltInTemplateOut, CheckInTemplateIn, CheckInTemplateOut
from schemas.wire.common import Page

router = APIRouter(prefix="/check-in-templates", tags=["Wording"], route_class=OnceRoute)


def wanted(
    situation: Annotated[Situation | None, Query(description="Only templates for this situation.")] = None,
    channel: Annotated[Channel | None, Query(description="Only templates that are meant to go by this way.")] = None,
    locale: Annotated[Locale | None, Query(description="Only templates in this language.")] = None,
) -> Only:
    return Only(situation, channel, locale)


@router.get("", summary="List the practice's templates", responses=problems(401, 403))
def page(
    work: SignedIn, after: AfterId, only: Annotated[Only, Depends(wanted)], limit: Limit = 50
) -> Page[CheckInTemplateOut]:
    return check_in_templates.page(work, after=after, limit=limit, only=only)


@router.get("/built-in", summary="List the templates that ship with the product", responses=problems(401, 403))
def built_in(work: SignedIn, only: Annotated[Only, Depends(wanted)]) -> Page[BuiltInTemplateOut]:
    return Page[BuiltInTemplateOut](items=check_in_templates.built_in(work, only))


@router.post("", status_code=status.HTTP_201_CREATED, summary="Add a template", responses=problems(401, 403))
def add(work: SignedIn, given: CheckInTemplateIn, response: Response) -> CheckInTemplateOut:
    """422 `wording_blocks` for what exposes the client or threatens with a fee, whatever the reason; `reason_needed` for other findings
    without an `override_reason`; `merge_field` for one that cannot be filled in.
    """
    template = check_in_templates.add(work, given)
    response.headers["ETag"] = etag(template.version)
    return template


@router.get("/{template_id}", summary="Read a template", responses=problems(401, 403, 404))
def read(work: SignedIn, template_id: UUID, response: Response) -> CheckInTemplateOut:
    template = check_in_templates.read(work, template_id)
    response.headers["ETag"] = etag(template.version)
    return template


@router.put("/{template_id}", summary="Change a template", responses=problems(401, 403, 404, 412, 428))
def change(
    *, work: SignedIn, template_id: UUID, given: CheckInTemplateIn, version: Version, response: Response
) -> CheckInTemplateOut:
    """Reviewed anew, with the same refusals as a new one."""
    template = check_in_templates.change(work, template_id, given, version=version)
    response.headers["ETag"] = etag(template.version)
    return template


@router.delete(
    "/{template_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a template",
    responses=problems(401, 403, 404),
)
def remove(work: SignedIn, template_id: UUID) -> Response:
    """Messages made from it stay as they are."""
    check_in_templates.remove(work, template_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
