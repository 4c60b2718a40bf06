"""Imports: sending a file, reading what would become of it, taking it in, taking it back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status
from fastapi.responses import Response
from pydantic import ValidationError

from api.domain.access import Permission
from api.domain.errors import FieldProblem, Invalid, invalid_field
from api.services import imports
from api.services.imports import Upload
from api.web.forms import TO_PUT_RIGHT, Form, Sent, prefilled
from api.web.said import Said
from api.web.visits import OwnPasswordFirst, SignedIn, Visit
from schemas.vocabulary import ImportKind, ImportState, RowOutcome
from schemas.wire.import_reports import ImportOut
from schemas.wire.imports import Mapping

router = APIRouter(prefix="/imports")

_LISTED = 25
_PROBLEMS = 50
_MAPPING_CHARACTERS = 100_000
_NATIVE = "native"
_PARTS = ("file", "dry_run", "mapping", "mapping_file", "kind", "source")
_AT_WORK = frozenset({ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING})
_OUTCOMES = tuple(RowOutcome)


@router.get("")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        found = imports.page(work, before=cursor, limit=_LISTED)
    return visit.page("imports.html", found=found.items, next_cursor=found.next_cursor, at_work=_AT_WORK)


@router.get("/new")
def new(visit: SignedIn) -> Response:
    return _new(visit, prefilled(dry_run=True, source=_NATIVE))


def known(visit: SignedIn) -> None:
    """Before the file is read off the wire: a cookie that opens nothing is no reason to keep what comes with it.

    In a unit that writes nothing, so that nobody's writing waits on SQLite; the one that takes the file notes the use.
    """
    with visit.glimpse() as work:
        if work.principal.must_change_password:
            raise OwnPasswordFirst


@router.post("", dependencies=[Depends(known)])
def receive(visit: SignedIn, sent: Sent) -> Response:
    """The file is kept whole before the answer; the worker reads it."""
    try:
        with visit.work() as work:
            visit.require(Permission.IMPORT_RUN)
            received = imports.receive(work, _upload(sent))
    except TO_PUT_RIGHT as error:
        return _new(visit, sent, visit.refused(sent, error))
    return visit.go(f"/imports/{received.id}", Said.FILE_RECEIVED)


@router.get("/{import_id}")
def read(visit: SignedIn, import_id: UUID, cursor: Annotated[int, Query(ge=0, lt=10**9)] = 0) -> Response:
    with visit.work() as work:
        report = imports.read(work, import_id)
        problems = imports.problems(work, import_id, after_line=cursor, limit=_PROBLEMS)
    return visit.page(
        "import.html",
        report=report,
        rows=[(outcome, report.counts[outcome]) for outcome in _OUTCOMES if report.counts.get(outcome)],
        adds_up=sum(report.counts.values()) == report.rows_read,
        problems=problems.items,
        next_cursor=problems.next_cursor,
        is_at_work=report.state in _AT_WORK,
        may_apply=report.state is ImportState.READY,
        may_undo=_may_undo(report),
    )


@router.post("/{import_id}/apply")
def apply(visit: SignedIn, import_id: UUID) -> Response:
    with visit.work() as work:
        imports.apply(work, import_id)
    return visit.go(f"/imports/{import_id}", Said.APPLYING)


@router.post("/{import_id}/undo")
def undo(visit: SignedIn, import_id: UUID) -> Response:
    with visit.work() as work:
        imports.undo(work, import_id)
    return visit.go(f"/imports/{import_id}", Said.UNDOING)


def _may_undo(report: ImportOut) -> bool:
    return report.may_undo


def _upload(sent: Form) -> Upload:
    """A tick that goes unread would import for real; of two files one would vanish. Raises Invalid."""
    sent.only(*_PARTS)
    file = sent.files.get("file")
    if file is None:
        raise invalid_field("/file", "Choose the file to send.")
    mapping, kind = _mapping(sent), sent.given("kind")
    if kind is not None and kind not in frozenset(ImportKind):
        raise invalid_field("/kind", "Choose one of these.")
    return Upload(
        stream=file.stream,
        file_name=file.name,
        source=sent.given("source") or _NATIVE,
        kind=ImportKind(kind) if kind else None,
        mapping=mapping,
        dry_run=sent.ticked("dry_run"),
    )


def _mapping(sent: Form) -> Mapping | None:
    """Pasted or sent as a file; nothing of either means that it is one of the product's own files. Raises Invalid."""
    text = sent.given("mapping")
    attached = sent.files.get("mapping_file")
    if attached is not None:
        text = attached.stream.read(_MAPPING_CHARACTERS).decode("utf-8", errors="replace")
    if text is None:
        return None
    try:
        return Mapping.model_validate_json(text[:_MAPPING_CHARACTERS])
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[:10]
        raise Invalid(*(FieldProblem("/mapping", _place(item["loc"]) + item["msg"]) for item in found)) from None


def _place(location: tuple[str | int, ...]) -> str:
    return f"{' / '.join(str(part) for part in location)}: " if location else ""


def _new(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work():
        visit.require(Permission.IMPORT_RUN)
    return visit.page("import_new.html", status_code=status_code, form=form, kinds=list(ImportKind))
