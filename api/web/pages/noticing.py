"""How the practice notices: how early it is told, what it expects of everybody, and the days on which it is closed."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import VersionMismatch
from api.services import practices
from api.web import noticing as noticing_words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.leave import LeaveIn
from schemas.wire.practices import PracticePatch

router = APIRouter(prefix="/practice")

_CLOSURES = 50
_HERE = "/practice/noticing"


@router.get("/noticing")
def read(visit: SignedIn) -> Response:
    return _page(visit, None)


@router.post("/noticing")
def change(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(PracticePatch, **sent.present("sensitivity"), **sent.numbers("default_cadence_days"))
        with visit.work() as work:
            practices.change(work, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _page(visit, sent, visit.refused(sent, error), stale=isinstance(error, VersionMismatch))
    return visit.go(_HERE, Said.SAVED)


@router.post("/closures")
def close_days(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(LeaveIn, **sent.present("from_on", "to_on"))
        with visit.work() as work:
            practices.close_days(work, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, sent, visit.refused(sent, error))
    return visit.go(_HERE, Said.RECORDED)


@router.post("/closures/{closure_id}/withdraw")
def withdraw_closure(visit: SignedIn, closure_id: UUID) -> Response:
    with visit.work() as work:
        practices.withdraw_closure(work, closure_id)
    return visit.go(_HERE, Said.WITHDRAWN)


def _page(visit: Visit, typed: Form | None, status_code: int = status.HTTP_200_OK, *, stale: bool = False) -> Response:
    """Two forms stand here; the one that was not sent shows what is stored."""
    with visit.work() as work:
        visit.require(Permission.PRACTICE_EDIT)
        practice, noticing = practices.read(work), practices.noticing(work)
        closures = [one for one in practices.closures(work, after=None, limit=_CLOSURES).items if not one.withdrawn]
    form = prefilled(
        sensitivity=practice.sensitivity,
        default_cadence_days=f"{practice.default_cadence_days:g}",
        version=practice.version,
    )
    if typed is not None:
        form = Form({**form.typed, **typed.typed}, faults=typed.faults, remarks=typed.remarks)
    if stale:
        form.now_at(practice.version)
    return visit.page(
        "noticing.html",
        status_code=status_code,
        form=form,
        levels=noticing_words.to_choose(noticing),
        progress=noticing_words.progress(noticing),
        closures=closures,
    )
