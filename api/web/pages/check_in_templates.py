"""Templates of messages: the practice's own, and those that ship with the product to begin from."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import merge_fields
from api.domain.access import Permission
from api.domain.check_in_templates import Only
from api.domain.errors import DomainError, VersionMismatch
from api.services import check_in_templates
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import Channel, CheckInKind, Locale, Situation
from schemas.wire.check_in_templates import BuiltInTemplateOut, CheckInTemplateIn, CheckInTemplateOut, PassageOut

router = APIRouter(prefix="/practice/templates")

_LISTED = 50
_ABOUT_WORDING = frozenset({"wording_blocks", "reason_needed"})
_LINES = ("name", "kind", "locale", "situation", "channel", "subject", "body", "override_reason")
_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.LETTER)


@router.get("")
def page(
    visit: SignedIn,
    cursor: Annotated[UUID | None, Query()] = None,
    situation: Annotated[str, Query(max_length=40)] = "",
    channel: Annotated[str, Query(max_length=40)] = "",
    locale: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """An empty choice in the filter is no choice; one that does not exist shows all."""
    only = Only(
        next((one for one in Situation if one == situation), None),
        next((one for one in _CHANNELS if one == channel), None),
        next((one for one in Locale if one == locale), None),
    )
    with visit.work() as work:
        found = check_in_templates.page(work, after=cursor, limit=_LISTED, only=only)
        built_in = check_in_templates.built_in(work, only)
    chosen = {name: str(value) for name, value in asdict(only).items() if value is not None}
    return visit.page(
        "check_in_templates.html",
        found=found.items,
        next_cursor=found.next_cursor,
        built_in=built_in,
        chosen=chosen,
        path=f"/practice/templates?{urlencode(chosen)}" if chosen else "/practice/templates",
        situations=list(Situation),
        channels=_CHANNELS,
        locales=list(Locale),
    )


@router.get("/new")
def new(
    visit: SignedIn,
    begin: Annotated[str | None, Query(max_length=40)] = None,
    locale: Annotated[str | None, Query(max_length=8)] = None,
) -> Response:
    """`begin` and `locale` name one that ships with the product."""
    with visit.work() as work:
        visit.require(Permission.TEMPLATE_EDIT)
        found = [one for one in check_in_templates.built_in(work) if (one.code, one.locale) == (begin, locale)]
    return _form(visit, _begun(found[0]) if found else Form(), stored=None)


@router.post("/new")
def add(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TEMPLATE_EDIT)
            check_in_templates.add(work, _given(sent))
    except TO_PUT_RIGHT as error:
        return _refused(visit, sent, error)
    return visit.go("/practice/templates", Said.SAVED)


@router.get("/{template_id}")
def read(visit: SignedIn, template_id: UUID) -> Response:
    with visit.work() as work:
        template = check_in_templates.read(work, template_id)
    return visit.page("check_in_template.html", stored=template)


@router.get("/{template_id}/edit")
def edit(visit: SignedIn, template_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.TEMPLATE_EDIT)
        template = check_in_templates.read(work, template_id)
    return _form(visit, _filled(template), stored=template)


@router.post("/{template_id}/edit")
def change(visit: SignedIn, template_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TEMPLATE_EDIT)
            check_in_templates.change(work, template_id, _given(sent), version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            template = check_in_templates.read(work, template_id)
        if isinstance(error, VersionMismatch):
            sent.now_at(template.version)
        return _refused(visit, sent, error, stored=template)
    return visit.go(f"/practice/templates/{template_id}", Said.SAVED)


@router.post("/{template_id}/remove")
def remove(visit: SignedIn, template_id: UUID) -> Response:
    with visit.work() as work:
        check_in_templates.remove(work, template_id)
    return visit.go("/practice/templates", Said.REMOVED)


def _refused(visit: Visit, sent: Form, error: DomainError, *, stored: CheckInTemplateOut | None = None) -> Response:
    """The form as it was sent; where its wording is what stands in the way, with all that the review found."""
    passages: list[PassageOut] = []
    if error.code in _ABOUT_WORDING:
        with visit.work() as work:
            passages = check_in_templates.review(work, _given(sent))
    status_code = visit.refused(sent, error)
    if passages:
        for part in {one.part for one in passages}:
            sent.faults[part] = "Look at what the review found."
    return _form(visit, sent, stored=stored, passages=passages, status_code=status_code)


def _given(sent: Form) -> CheckInTemplateIn:
    typed = {name: value.replace("\r\n", "\n") for name, value in sent.present(*_LINES).items()}
    return as_shape(CheckInTemplateIn, **typed, may_mention_therapy=sent.ticked("may_mention_therapy"))


def _begun(one: BuiltInTemplateOut) -> Form:
    return prefilled(**one.model_dump(exclude={"code"}))


def _filled(template: CheckInTemplateOut) -> Form:
    return prefilled(**template.model_dump(exclude={"id", "findings", "written_by", "updated_at"}))


def _form(
    visit: Visit,
    form: Form,
    *,
    stored: CheckInTemplateOut | None,
    passages: Sequence[PassageOut] = (),
    status_code: int = status.HTTP_200_OK,
) -> Response:
    return visit.page(
        "check_in_template_edit.html",
        status_code=status_code,
        form=form,
        stored=stored,
        passages=passages,
        kinds=list(CheckInKind),
        locales=list(Locale),
        situations=list(Situation),
        channels=_CHANNELS,
        fields=merge_fields.MEANS,
    )
