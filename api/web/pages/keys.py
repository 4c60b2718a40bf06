"""API keys: how another system proves that it may come in. A token is shown once, on the answer to the form."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import KEY_SCOPES, Permission, needed_to_give_scopes
from api.services import keys
from api.web import dates
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.keys import KeyIn

router = APIRouter(prefix="/practice/keys")

_LISTED = 50


@router.get("")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        found = keys.page(work, after=cursor, limit=_LISTED)
    return visit.page("keys.html", found=found.items, next_cursor=found.next_cursor)


@router.get("/new")
def new(visit: SignedIn) -> Response:
    return _new(visit, Form())


@router.post("/new")
def add(visit: SignedIn, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.KEY_EDIT)
            expires_at = _expiry(visit, sent)
            given = as_shape(KeyIn, **sent.present("name"), scopes=sent.several("scopes"), expires_at=expires_at)
            made = keys.add(work, given)
    except TO_PUT_RIGHT as error:
        return _new(visit, sent, visit.refused(sent, error))
    return visit.page("key_made.html", made=made)


@router.post("/{key_id}/end")
def end(visit: SignedIn, key_id: UUID) -> Response:
    with visit.work() as work:
        keys.end(work, key_id)
    return visit.go("/practice/keys", Said.KEY_ENDED)


def _expiry(visit: Visit, sent: Form) -> datetime | None:
    """The key opens until that day begins, on the practice's clock."""
    typed = sent.given("expires_at")
    return dates.instant(f"{typed}T00:00", str(visit.calendar.zone), "expires_at") if typed else None


def _new(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work():
        visit.require(Permission.KEY_EDIT)
    scopes = sorted(scope for scope in KEY_SCOPES if all(map(visit.may, needed_to_give_scopes([scope]))))
    return visit.page("key_new.html", status_code=status_code, form=form, scopes=scopes)
