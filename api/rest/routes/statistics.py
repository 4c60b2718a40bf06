"""What can be published. Figures leave only as releases."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.rest.answers import problems
from api.rest.depends import SignedIn
from api.services import statistics
from schemas.wire.statistics import PreviewOut, TablesOut

router = APIRouter(prefix="/statistics", tags=["Statistics"])

PeriodText = Annotated[str, Path(max_length=9, description="A year, `2025`, or up to three, `2024-2025`.")]


@router.get("/tables", summary="See what can be released", responses=problems(401, 403))
def tables(work: SignedIn) -> TablesOut:
    """The definitions, and the years of the practice with their state. No figure."""
    return statistics.tables(work)


@router.get("/tables/{period}", summary="Ask whether a period can be released", responses=problems(401, 403, 404))
def preview(work: SignedIn, period: PeriodText) -> PreviewOut:
    """Yes or no, and no figure: more would show what a release withholds. Asking leaves an entry in the audit trail."""
    return statistics.preview(work, period)
