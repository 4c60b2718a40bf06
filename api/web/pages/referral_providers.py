"""The directory of those who may be a better fit: looked through, kept, taken in from a file, matched with wishes."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status
from fastapi.responses import Response

from api.domain import referral_matching as matching
from api.domain.access import Permission
from api.domain.errors import VersionMismatch, invalid_field
from api.formats import directory_csv
from api.services import referral_providers as directory
from api.services.referral_providers import DirectoryFile
from api.web import referral_forms, referral_words, words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, prefilled, version_of
from api.web.pages.imports import known
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import EpisodeFormat, Meeting, RowOutcome
from schemas.wire.referral_providers import (
    DirectoryImportOut,
    ReferralMatchOut,
    ReferralProviderOut,
    ReferralProviderPatch,
)

router = APIRouter(prefix="/directory")

_LISTED = 50
_MATCHED = 50
_OUTCOMES = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED, RowOutcome.REJECTED)


@router.get("")
def page(
    visit: SignedIn,
    cursor: Annotated[UUID | None, Query()] = None,
    search: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    with visit.work() as work:
        found = directory.page(work, search=search.strip() or None, after=cursor, limit=_LISTED)
    return visit.page(
        "directory.html",
        found=found.items,
        next_cursor=found.next_cursor,
        search=search.strip(),
        path=f"/directory?{urlencode({'search': search.strip()})}" if search.strip() else "/directory",
        fee=matching.fee_in_words,
    )


@router.get("/new")
def new(visit: SignedIn) -> Response:
    with visit.work():
        visit.require(Permission.PROVIDER_EDIT)
    return _form(visit, Form(), stored=None)


@router.post("/new")
def add(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.PROVIDER_EDIT)
            made = directory.add(work, referral_forms.provider(sent))
    except TO_PUT_RIGHT as error:
        return _form(visit, sent, stored=None, status_code=visit.refused(sent, error))
    return visit.go(f"/directory/{made.id}", Said.SAVED)


@router.get("/match")
def wishes(visit: SignedIn) -> Response:
    with visit.work():
        visit.require(Permission.PROVIDER_READ)
    return _match(visit, Form(), None)


@router.post("/match")
def match(visit: SignedIn, sent: Sent) -> Response:
    """Sent as a form and never in an address: what somebody would like is theirs. Nothing of it is kept."""
    try:
        with visit.work() as work:
            visit.require(Permission.PROVIDER_READ)
            found = directory.match(work, referral_forms.wishes(sent), after=None, limit=_MATCHED)
    except TO_PUT_RIGHT as error:
        return _match(visit, sent, None, status_code=visit.refused(sent, error))
    return _match(visit, sent, found.items)


@router.get("/import")
def new_file(visit: SignedIn) -> Response:
    with visit.work():
        visit.require(Permission.PROVIDER_EDIT)
    return _import(visit, prefilled(dry_run=True), None)


@router.post("/import", dependencies=[Depends(known)])
def take_in(visit: SignedIn, sent: Sent) -> Response:
    """The report is the same page; a try changes nothing."""
    try:
        with visit.work() as work:
            visit.require(Permission.PROVIDER_EDIT)
            sent.only("file", "dry_run")
            file = sent.files.get("file")
            if file is None:
                raise invalid_field("/file", "Choose the file to send.")
            report = directory.take_in(work, DirectoryFile(file.stream, dry_run=sent.ticked("dry_run")))
    except TO_PUT_RIGHT as error:
        return _import(visit, sent, None, status_code=visit.refused(sent, error))
    # After one was taken in, the next is only tried again, unless somebody says otherwise.
    return _import(visit, sent if report.dry_run else prefilled(dry_run=True), report)


@router.get("/{provider_id}")
def read(visit: SignedIn, provider_id: UUID) -> Response:
    with visit.work() as work:
        one = directory.read(work, provider_id)
    today = visit.calendar.today
    return visit.page(
        "directory_entry.html",
        one=one,
        fee=matching.fee_in_words(one),
        accepting=matching.accepting_in_words(one, today),
    )


@router.get("/{provider_id}/edit")
def edit(visit: SignedIn, provider_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.PROVIDER_EDIT)
        stored = directory.read(work, provider_id)
    return _form(visit, referral_forms.of_provider(stored), stored=stored)


@router.post("/{provider_id}/edit")
def change(visit: SignedIn, provider_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.PROVIDER_EDIT)
            given = ReferralProviderPatch.model_validate(referral_forms.provider(sent).model_dump())
            directory.change(work, provider_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            stored = directory.read(work, provider_id)
        if isinstance(error, VersionMismatch):
            sent.now_at(stored.version)
        return _form(visit, sent, stored=stored, status_code=visit.refused(sent, error))
    return visit.go(f"/directory/{provider_id}", Said.SAVED)


@router.post("/{provider_id}/remove")
def remove(visit: SignedIn, provider_id: UUID) -> Response:
    with visit.work() as work:
        directory.remove(work, provider_id)
    return visit.go("/directory", Said.REMOVED)


def _form(
    visit: Visit, form: Form, *, stored: ReferralProviderOut | None, status_code: int = status.HTTP_200_OK
) -> Response:
    return visit.page(
        "directory_edit.html",
        status_code=status_code,
        form=form,
        stored=stored,
        formats=[(one, words.FORMAT[one], "") for one in EpisodeFormat],
        answers=referral_forms.ANSWERS,
    )


def _match(
    visit: Visit, form: Form, found: list[ReferralMatchOut] | None, *, status_code: int = status.HTTP_200_OK
) -> Response:
    return visit.page(
        "directory_match.html",
        status_code=status_code,
        form=form,
        found=found,
        most=_MATCHED,
        formats=list(EpisodeFormat),
        meetings=list(Meeting),
        order=matching.ORDER,
        told=referral_words,
    )


def _import(
    visit: Visit, form: Form, report: DirectoryImportOut | None, *, status_code: int = status.HTTP_200_OK
) -> Response:
    rows = [(one, report.counts[one]) for one in _OUTCOMES if report.counts.get(one)] if report else []
    return visit.page(
        "directory_import.html",
        status_code=status_code,
        form=form,
        report=report,
        rows=rows,
        columns={name: what for name, (_, what) in directory_csv.COLUMNS.items()},
    )
