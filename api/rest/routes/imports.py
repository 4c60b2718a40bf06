"""Imports of other systems' files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile, status
from pydantic import ValidationError

from api.domain.errors import FieldProblem, Invalid, invalid_field
from api.rest.answers import problems
from api.rest.depends import AfterId, CursorText, Limit, SignedIn
from api.rest.uploads import EachPartOnce, UploadRoute
from api.services import imports
from api.services.imports import Upload
from schemas.vocabulary import ImportKind
from schemas.wire.common import Page, SourceName
from schemas.wire.import_reports import ImportOut, ImportProblemOut
from schemas.wire.imports import Mapping

router = APIRouter(prefix="/imports", tags=["Imports"], route_class=UploadRoute)


@router.get("", summary="List imports, newest first", responses=problems(401, 403))
def page(work: SignedIn, before: AfterId, limit: Limit = 50) -> Page[ImportOut]:
    return imports.page(work, before=before, limit=limit)


@router.post("", status_code=status.HTTP_202_ACCEPTED, summary="Send a file", responses=problems(401, 403))
def receive(
    *,
    work: SignedIn,
    _: EachPartOnce,
    response: Response,
    file: Annotated[UploadFile, File(description="CSV.")],
    preset: Annotated[str | None, Form(pattern="^native$", description="`native`, or a mapping instead.")] = None,
    mapping: Annotated[str | None, Form(max_length=100_000, description="How to read the file, as JSON.")] = None,
    kind: Annotated[ImportKind | None, Form(description="Of a native file; else its header tells.")] = None,
    source: Annotated[SourceName, Form(description="The system the keys of a native file belong to.")] = "native",
    dry_run: Annotated[bool, Form(description="Only try, and report.")] = False,  # a form field
) -> ImportOut:
    """Answers once the whole file is kept safe; poll the import for its report. Every row is accounted for."""
    if (preset is None) == (mapping is None):
        raise invalid_field("/preset", "Send either preset=native or a mapping.")
    received = imports.receive(
        work,
        Upload(
            stream=file.file,
            file_name=file.filename,
            source=source,
            kind=kind,
            mapping=parsed_mapping(mapping),
            dry_run=dry_run,
        ),
    )
    response.headers["Location"] = f"/v1/imports/{received.id}"
    return received


def parsed_mapping(text: str | None) -> Mapping | None:
    """Raises Invalid, each fault with its place within the mapping."""
    if text is None:
        return None
    try:
        return Mapping.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(
            *(
                FieldProblem("/mapping" + "".join(f"/{part}" for part in fault["loc"]), fault["msg"])
                for fault in error.errors(include_input=False, include_url=False)[:100]
            )
        ) from None


@router.get("/{import_id}", summary="Read an import's report", responses=problems(401, 403, 404))
def read(work: SignedIn, import_id: UUID) -> ImportOut:
    return imports.read(work, import_id)


@router.get("/{import_id}/problems", summary="List the rows that were refused", responses=problems(401, 403, 404))
def page_problems(
    work: SignedIn,
    import_id: UUID,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ImportProblemOut]:
    if cursor is not None and not (cursor.isdecimal() and len(cursor) < 10):  # noqa: PLR2004  # more digits than lines
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    return imports.problems(work, import_id, after_line=int(cursor or 0), limit=limit)


@router.post("/{import_id}/apply", summary="Take a dry run in for real", responses=problems(401, 403, 404, 409))
def apply(work: SignedIn, import_id: UUID) -> ImportOut:
    return imports.apply(work, import_id)


@router.post("/{import_id}/undo", summary="Take an import back", responses=problems(401, 403, 404, 409))
def undo(work: SignedIn, import_id: UUID) -> ImportOut:
    """Everything it brought goes; what others recorded since then stays."""
    return imports.undo(work, import_id)
