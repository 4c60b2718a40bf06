"""Files come in only from those who are known: who is calling is asked before the first byte of the body is read.

The framework reads a form, and keeps its files, before anything else of a route is run; a stranger could have had
two hundred megabytes written to disk for an answer of 401.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.params import Form
from starlette.concurrency import run_in_threadpool

from api.domain.errors import NotSignedIn
from api.rest.depends import bearer, runtime_of
from api.rest.idempotency import OnceRoute
from api.services import sign_ins
from api.services.work import unit


class UploadRoute(OnceRoute):
    """A route that takes files. Whether the caller may send them is asked of the use case, as everywhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if self.body_field is None or not isinstance(self.body_field.field_info, Form):
            return handler

        async def known_first(request: Request) -> Response:
            credentials = await bearer(request)
            if credentials is None:
                raise NotSignedIn
            await run_in_threadpool(_recognise, request, credentials.credentials)
            return await handler(request)

        return known_first


def _recognise(request: Request, token: str) -> None:
    """In a unit that writes nothing; the one that takes the file notes the use."""
    with unit(runtime_of(request), request_id=request.state.request_id, read_only=True) as work:
        sign_ins.glimpse(work, token)
