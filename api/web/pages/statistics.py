"""What can be published: the years of the practice, and for a period yes or no. No figure before it is released."""

from typing import Annotated

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import releases as promises
from api.domain.access import Permission
from api.domain.errors import Invalid
from api.domain.periods import Period
from api.services import releases, statistics
from api.web.forms import Form, prefilled
from api.web.visits import SignedIn, Visit

router = APIRouter(prefix="/statistics")

_RELEASES = 50

YearText = Annotated[str, Query()]


@router.get("")
def page(visit: SignedIn) -> Response:
    return _listed(visit, prefilled())


@router.get("/period")
def period(visit: SignedIn, first_year: YearText = "", last_year: YearText = "") -> Response:
    """Whether it can be released. Asking counts, so it leaves an entry in the audit trail."""
    try:
        with visit.work() as work:
            visit.require(Permission.STATISTICS_READ)
            answer = statistics.preview(work, str(Period.read(f"{first_year}-{last_year or first_year}")))
    except Invalid as error:
        form = prefilled(first_year=first_year, last_year=last_year)
        return _listed(visit, form, visit.refused(form, error))
    return visit.page(
        "statistics_period.html",
        answer=answer,
        first_year=first_year,
        last_year=last_year or first_year,
        promise=promises.PROMISE,
        not_promised=promises.NOT_PROMISED,
    )


def _listed(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        tables = statistics.tables(work)
        found = releases.page(work, before=None, limit=_RELEASES)
    return visit.page("statistics.html", status_code=status_code, form=form, tables=tables, found=found.items)
