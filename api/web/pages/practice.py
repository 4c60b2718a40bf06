"""The practice: its settings and the days on which it is closed."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import VersionMismatch
from api.services import practices
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.leave import LeaveIn
from schemas.wire.practices import PracticePatch

router = APIRouter(prefix="/practice")

_CLOSURES = 50
_NOTICES = {
    "help_now_en": "Where help is now, in English",
    "help_now_es": "Where help is now, in Spanish",
    "replies_read_en": "When answers are read, in English",
    "replies_read_es": "When answers are read, in Spanish",
}
_YEARS = ("retention_years", "retention_years_of_minors")


@router.get("")
def read(visit: SignedIn) -> Response:
    with visit.work() as work:
        practice = practices.read(work)
        closures = [one for one in practices.closures(work, after=None, limit=_CLOSURES).items if not one.withdrawn]
    return visit.page("practice.html", practice=practice, closures=closures, notices=_NOTICES)


@router.get("/edit")
def edit(visit: SignedIn) -> Response:
    with visit.work() as work:
        visit.require(Permission.PRACTICE_EDIT)
        practice = practices.read(work)
    form = prefilled(
        name=practice.name,
        time_zone=practice.time_zone,
        locale=practice.locale,
        default_cadence_days=f"{practice.default_cadence_days:g}",
        **{name: getattr(practice, name) for name in _NOTICES},
        retention_years=practice.retention_years,
        retention_years_of_minors=practice.retention_years_of_minors,
        version=practice.version,
    )
    return visit.page("practice_edit.html", form=form, notices=_NOTICES)


@router.post("/edit")
def change(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(
            PracticePatch,
            **sent.present("time_zone", "locale"),
            **sent.numbers("default_cadence_days"),
            **(dict.fromkeys((*_NOTICES, *_YEARS)) | sent.present(*_NOTICES) | sent.numbers(*_YEARS)),
            name=sent.text("name"),
        )
        with visit.work() as work:
            practices.change(work, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            visit.require(Permission.PRACTICE_EDIT)
            stored = practices.read(work)
        if isinstance(error, VersionMismatch):
            sent.now_at(stored.version)
        return visit.page("practice_edit.html", status_code=status_code, form=sent, notices=_NOTICES)
    return visit.go("/practice", Said.SAVED)


@router.get("/closures")
def closure_form(visit: SignedIn) -> Response:
    return _closures(visit, Form())


@router.post("/closures")
def close_days(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(LeaveIn, **sent.present("from_on", "to_on"))
        with visit.work() as work:
            practices.close_days(work, given)
    except TO_PUT_RIGHT as error:
        return _closures(visit, sent, visit.refused(sent, error))
    return visit.go("/practice", Said.RECORDED)


@router.post("/closures/{closure_id}/withdraw")
def withdraw_closure(visit: SignedIn, closure_id: UUID) -> Response:
    with visit.work() as work:
        practices.withdraw_closure(work, closure_id)
    return visit.go("/practice", Said.WITHDRAWN)


def _closures(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work():
        visit.require(Permission.PRACTICE_EDIT)
    return visit.page("closure.html", status_code=status_code, form=form)
