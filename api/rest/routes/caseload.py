"""The caseload."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.rest.answers import problems
from api.rest.depends import CursorText, Limit, SignedInWhenAsked
from api.services import caseload
from schemas.vocabulary import CaseloadFilter, Stage
from schemas.wire.common import Page
from schemas.wire.episodes import CaseloadItem

router = APIRouter(prefix="/caseload", tags=["Caseload"])


@router.get(
    "",
    summary="Who needs a kind act, and which",
    response_model=Page[CaseloadItem],
    responses=problems(401, 403),
)
def page(
    signed_in: SignedInWhenAsked,
    *,
    stage: Annotated[Stage | None, Query(description="Only episodes that stand there now.")] = None,
    clinician: Annotated[UUID | None, Query(description="Only those this clinician is responsible for.")] = None,
    only: Annotated[
        CaseloadFilter | None,
        Query(
            description="What is due, what was put off, or what nobody is responsible for. Of what is due a page may"
            " be short, or empty, and still have a `next_cursor`."
        ),
    ] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Response:
    """One state, one owner, one due date and one next kind act for each; whoever needs somebody first is on top."""
    with signed_in() as work:
        found = caseload.page(work, stage=stage, clinician_id=clinician, cursor=cursor, limit=limit, only=only)
    # Serialised once: validating the answer again would cost as much as everything before it.
    return Response(found.model_dump_json(), media_type="application/json")
