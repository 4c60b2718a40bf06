"""Where the provider of text messages tells us things: what became of one of ours, and what somebody wrote.

Not part of the published contract: the shape is the provider's. A form is believed by its signature alone (decision 0037); whoever
it comes from, its size is limited while it arrives.
"""

from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.domain.access import text_principal
from api.rest.depends import runtime_of
from api.rest.middleware import BodyTooLarge
from api.services import standings, texts
from api.services.texts import Arrival, Signed, Taken
from api.services.work import again, unit

router = APIRouter(prefix="/hooks/sms", include_in_schema=False)

_MOST_BYTES = 64 * 1024


async def _signed(request: Request) -> Signed:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise BodyTooLarge
    query = request.scope["query_string"].decode("latin-1")
    path = f"{request.url.path}?{query}" if query else request.url.path
    return Signed(path, bytes(body), request.headers.get("x-twilio-signature", ""))


Form = Annotated[Signed, Depends(_signed)]


@router.post("/status")
def take_report(request: Request, form: Form) -> Response:
    """Of a message that is none of ours nothing is said and nothing is done."""

    def report() -> None:
        with unit(runtime_of(request), request_id=request.state.request_id) as work:
            found = texts.recognise_report(
                work, texts.believe(work, form, _address(request)), request.query_params.get("m", "")
            )
            if found is not None:
                standings.report(work, *found)

    again(report)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/inbound")
def take(request: Request, form: Form) -> Response:
    """In units of its own for each practice that knows the number: none of them learns of another, or waits for its faults. A wish
    for no more binds before the words are kept, so that it is not lost where those cannot be.

    What went wrong in one is told once all were asked, so that the provider says so and whoever looks after it learns of it.
    """
    runtime, request_id = runtime_of(request), request.state.request_id

    def recognised() -> Arrival | None:
        with unit(runtime, request_id=request_id) as work:
            return texts.recognise(work, texts.believe(work, form, _address(request)))

    arrival = again(recognised)
    if arrival is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    taken: list[Taken] = []
    stopped: set[UUID] = set()

    def refuse_in(practice_id: UUID) -> None:
        with unit(runtime, text_principal(practice_id), request_id=request_id) as work:
            is_new = texts.refuse(work, arrival)
        if is_new:
            stopped.add(practice_id)

    def take_in(practice_id: UUID) -> None:
        with unit(runtime, text_principal(practice_id), request_id=request_id) as work:
            told = texts.take(work, arrival, stopped=practice_id in stopped)
        taken.append(told)

    with ExitStack() as each:
        for act in (take_in, refuse_in) if arrival.asked is not None else (take_in,):
            for practice_id in reversed(arrival.concerned):
                each.callback(again, partial(act, practice_id))
    with unit(runtime, request_id=request_id, read_only=True) as work:
        answer = texts.answered(work, arrival, taken)
    return Response(answer.content, media_type=answer.media_type)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
