"""What routes ask for: a unit of work with whoever is calling, a page, a version.

The unit closes before the answer is sent (`scope="function"`), so that a failing commit is never answered 201.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.domain.errors import NotSignedIn, VersionMissing, invalid_field
from api.rest import idempotency, limits
from api.services import sign_ins
from api.services.work import Runtime, Work, unit

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="The token of a sign-in (`lts_...`) or an API key (`lt_...`).",
)


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def caller_address(request: Request) -> str:
    """The peer, or behind a trusted proxy the address it vouches for (the server has sorted that out)."""
    return request.client.host if request.client else "unknown"


def open_anonymous(request: Request) -> Iterator[Work]:
    with unit(runtime_of(request), request_id=request.state.request_id) as work:
        yield work


def open_signed_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Iterator[Work]:
    """Bearer tokens only: the browser's cookie opens pages, not this API."""
    if credentials is None:
        raise NotSignedIn
    with unit(runtime_of(request), request_id=request.state.request_id) as work:
        sign_ins.recognise(work, credentials.credentials)
        limits.count(request, work)
        idempotency.recall(request, work)
        yield work


async def ready_to_open(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Callable[[], AbstractContextManager[Work]]:
    """For what is read all day: the handler opens the same unit itself and closes it before it answers.

    The unit of `SignedIn` takes three turns in a thread (opened, used, closed), this one takes one.
    """
    return partial(contextmanager(open_signed_in), request, credentials)


Anonymous = Annotated[Work, Depends(open_anonymous, scope="function")]
SignedIn = Annotated[Work, Depends(open_signed_in, scope="function")]
SignedInWhenAsked = Annotated[Callable[[], AbstractContextManager[Work]], Depends(ready_to_open)]

Limit = Annotated[int, Query(ge=1, le=200, description="How many items to a page.")]
CursorText = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]


def id_cursor(cursor: CursorText = None) -> UUID | None:
    """A cursor that is the id of the last item seen."""
    if cursor is None:
        return None
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.") from None


AfterId = Annotated[UUID | None, Depends(id_cursor)]

_ETAG = re.compile(r'^(?:W/)?"v(\d{1,9})"$')


def etag(version: int) -> str:
    return f'"v{version}"'


def if_match(
    value: Annotated[str | None, Header(alias="If-Match", max_length=40, description="The ETag that was read.")] = None,
) -> int:
    if value is None:
        raise VersionMissing
    found = _ETAG.match(value.strip())
    if found is None:
        raise invalid_field("/header/If-Match", "This is not an ETag that was given out.")
    return int(found[1])


Version = Annotated[int, Depends(if_match)]
