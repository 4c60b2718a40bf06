"""One's own account: who one is here, one's password, one's leave."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import TooManyRequests, invalid_field
from api.services import leave, sign_ins
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, SignedInAnyhow, Visit, home
from schemas.wire.leave import LeaveIn
from schemas.wire.sign_ins import PasswordChange

router = APIRouter(prefix="/me")

_LEAVE_SHOWN = 50


@router.get("")
def read(visit: SignedIn) -> Response:
    return _account(visit, Form())


@router.get("/password")
def password_form(visit: SignedInAnyhow) -> Response:
    return _password(visit, Form())


@router.post("/password")
def change_password(visit: SignedInAnyhow, sent: Sent) -> Response:
    try:
        given = as_shape(
            PasswordChange, current_password=sent.text("current_password"), new_password=sent.text("new_password")
        )
        if sent.text("new_password") != sent.text("new_password_again"):
            raise invalid_field("/new_password_again", "The two are not the same.")
        with visit.glimpse() as work:
            own = sign_ins.own_password(work)
        chosen = own.choose(given.current_password.get_secret_value(), given.new_password.get_secret_value())
        with visit.work() as work:
            sign_ins.change_password(work, chosen)
        with Visit(visit.request).work() as work:
            destination = home(work.principal)
    except TooManyRequests as error:
        sent.slow_down(error.retry_after_seconds)
        response = _password(visit, sent, status.HTTP_429_TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    except TO_PUT_RIGHT as error:
        return _password(visit, sent, visit.refused(sent, error))
    return visit.go(destination, Said.PASSWORD_CHANGED)


@router.post("/leave")
def record_leave(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.ABSENCE_RECORD)
            leave.record_own(work, as_shape(LeaveIn, **sent.present("from_on", "to_on")))
    except TO_PUT_RIGHT as error:
        return _account(visit, sent, visit.refused(sent, error))
    return visit.go("/me", Said.RECORDED)


@router.post("/leave/{leave_id}/withdraw")
def withdraw_leave(visit: SignedIn, leave_id: UUID) -> Response:
    with visit.work() as work:
        leave.withdraw_own(work, leave_id)
    return visit.go("/me", Said.WITHDRAWN)


def _account(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        absences = []
        if visit.may(Permission.ABSENCE_RECORD):
            found = leave.page(work, work.actor_id, after=None, limit=_LEAVE_SHOWN)
            absences = [item for item in found.items if not item.withdrawn]
    return visit.page("me.html", status_code=status_code, form=form, absences=absences)


def _password(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        must = work.principal.must_change_password
    return visit.page("password.html", status_code=status_code, form=form, must=must)
