"""Where help is now, on the page behind a reply link: the practice chooses its country and checks each line."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain import crisis_lines as rules
from api.domain.access import Permission
from api.domain.errors import VersionMismatch, invalid_field
from api.services import crisis_lines
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, beside, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.crisis_lines import CrisisLinesIn, CrisisLinesOut

router = APIRouter(prefix="/practice/help")

_ROWS = 6
_FIELDS = ("name", "number", "source", "address")


@router.get("")
def read(visit: SignedIn, country: str | None = None) -> Response:
    """`country`: to see what ships for another one before anything is saved."""
    with visit.work() as work:
        visit.require(Permission.PRACTICE_EDIT)
        found = crisis_lines.read(work)
    chosen = country if country in rules.countries() else found.country
    lines = found.lines if chosen == found.country and found.lines is not None else None
    if lines is None:
        lines = next((one.lines for one in found.countries if one.code == chosen), [])
    filled = {f"{field}_{row}": getattr(line, field) for row, line in enumerate(lines[:_ROWS]) for field in _FIELDS}
    form = prefilled(country=chosen, version=found.version, **filled)
    return _page(visit, found, form, chosen)


@router.post("")
def change(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.PRACTICE_EDIT)
            lines = [_row(sent, row) for row in _filled(sent)]
            if lines and not sent.ticked("checked"):
                raise invalid_field("/checked", "Check each number first, or leave the boxes empty.")
            given = as_shape(
                CrisisLinesIn, country=sent.text("country") or None, lines=lines if sent.ticked("checked") else None
            )
            crisis_lines.change(work, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        shown = {f"/lines/{at}/{field}": f"{field}_{row}" for at, row in enumerate(_filled(sent)) for field in _FIELDS}
        status_code = visit.refused(sent, beside(error, shown))
        with visit.work() as work:
            found = crisis_lines.read(work)
        if isinstance(error, VersionMismatch):
            sent.now_at(found.version)
        return _page(visit, found, sent, sent.text("country") or None, status_code)
    return visit.go("/practice", Said.SAVED)


def _row(sent: Form, row: int) -> dict[str, str]:
    return {field: sent.text(f"{field}_{row}").strip() for field in _FIELDS}


def _filled(sent: Form) -> list[int]:
    return [row for row in range(_ROWS) if any(_row(sent, row).values())]


def _page(visit: Visit, found: CrisisLinesOut, form: Form, chosen: str | None, status_code: int = 200) -> Response:
    return visit.page(
        "practice_help.html",
        status_code=status_code,
        form=form,
        found=found,
        country=next((one for one in found.countries if one.code == chosen), None),
        rows=range(_ROWS),
        countries=[(one.code, one.name) for one in found.countries],
    )
