"""Files come in only from those who are known: who is calling is asked before the first byte of the body is read.

Every part of a form is known and comes once, as every field of a JSON body is: a misspelt `dry_run` would import for
real, and of two files one would vanish.

The framework reads a form, and keeps its files, before anything else of a route is run; a stranger could have had
two hundred megabytes written to disk for an answer of 401.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.params import Form
from starlette.concurrency import run_in_threadpool

from api.domain.errors import FieldProblem, Invalid, NotSignedIn
from api.rest.depends import bearer, runtime_of
from api.rest.idempotency import OnceRoute
from api.services import sign_ins
from api.services.work import unit

_MOST_PROBLEMS = 100
_LONGEST_NAME = 200


async def each_part_once(request: Request) -> None:
    """For a route that takes files, after who is calling. Raises Invalid."""
    form = await request.form()  # read already, by the framework
    counts = Counter(name for name, _ in form.multi_items())
    unknown = [
        FieldProblem(_pointer(name), "There is no such part.") for name in counts if name not in request.state.parts
    ]
    repeated = [
        FieldProblem(_pointer(name), "Send this once.")
        for name, count in counts.items()
        if count > 1 and name in request.state.parts
    ]
    if unknown or repeated:
        raise Invalid(*(unknown + repeated)[:_MOST_PROBLEMS])


EachPartOnce = Annotated[None, Depends(each_part_once)]


class UploadRoute(OnceRoute):
    """A route that takes files. Whether the caller may send them is asked of the use case, as everywhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if self.body_field is None or not isinstance(self.body_field.field_info, Form):
            return handler
        parts = frozenset(part.alias for part in self.dependant.body_params)

        async def known_first(request: Request) -> Response:
            credentials = await bearer(request)
            if credentials is None:
                raise NotSignedIn
            await run_in_threadpool(_recognise, request, credentials.credentials)
            request.state.parts = parts
            return await handler(request)

        return known_first


def _pointer(name: str) -> str:
    return "/" + name[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1")


def _recognise(request: Request, token: str) -> None:
    """In a unit that writes nothing; the one that takes the file notes the use."""
    with unit(runtime_of(request), request_id=request.state.request_id, read_only=True) as work:
        sign_ins.glimpse(work, token)
