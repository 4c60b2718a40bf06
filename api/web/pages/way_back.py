"""How clients come back after an ending and who answers: the practice's own words, or ours."""

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import way_back as rules
from api.domain.access import Permission
from api.domain.errors import VersionMismatch
from api.services import way_back
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import Locale
from schemas.wire.way_back import WayBackIn, WayBackOut

router = APIRouter(prefix="/practice/way-back")

_NAMES = ("how_en", "how_es", "who_en", "who_es")


@router.get("")
def edit(visit: SignedIn) -> Response:
    found = _read(visit)
    form = prefilled(version=str(found.version), **{name: getattr(found, name) for name in _NAMES})
    return _page(visit, form)


@router.post("")
def change(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.PRACTICE_EDIT)
            given = as_shape(WayBackIn, **sent.present(*_NAMES))
            way_back.change(work, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        found = _read(visit)
        if isinstance(error, VersionMismatch):
            sent.now_at(found.version)
        return _page(visit, sent, status_code)
    return visit.go("/practice", Said.SAVED)


def _read(visit: Visit) -> WayBackOut:
    with visit.work() as work:
        visit.require(Permission.PRACTICE_EDIT)
        return way_back.read(work)


def _page(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    return visit.page(
        "way_back.html", status_code=status_code, form=form, ours={one.value: rules.OURS[one] for one in Locale}
    )
