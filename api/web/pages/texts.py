"""A text message of which nobody could tell whose it is, for the practice lead who got the task."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.services import unclear_texts
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.wire.texts import TextAssignIn

router = APIRouter(prefix="/texts")


@router.get("/{text_id}")
def read(visit: SignedIn, text_id: UUID) -> Response:
    return _page(visit, text_id, Form())


@router.post("/{text_id}/assign")
def assign(visit: SignedIn, text_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(TextAssignIn, **sent.present("client_id"))
        with visit.work() as work:
            unclear_texts.assign(work, text_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, text_id, sent, visit.refused(sent, error))
    return visit.go("/tasks", Said.RECORDED)


@router.post("/{text_id}/put-aside")
def put_aside(visit: SignedIn, text_id: UUID) -> Response:
    with visit.work() as work:
        unclear_texts.put_aside(work, text_id)
    return visit.go("/tasks", Said.RECORDED)


def _page(visit: Visit, text_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        text = unclear_texts.read(work, text_id)
    return visit.page("text.html", status_code=status_code, form=form, text=text)
