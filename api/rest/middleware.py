"""What holds for every request: an id, a limit on its size, headers that keep browsers and caches careful.

Plain ASGI, because a body must be counted while it streams.
"""

import re
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.rest import problems

# Whoever calls these is recognised before the first byte of the body is read: rest/uploads.py, web/pages/imports.py.
TAKE_FILES = frozenset({"/v1/imports", "/imports"})
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class BodyTooLarge(HTTPException):
    """The body went over the limit for its route while it was being read.

    Only an HTTPException gets through FastAPI's reading of bodies as it is; anything else becomes a 400.
    """

    def __init__(self) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"Connection": "close"})


class RequestFrame:
    """Outermost: names the request, limits its body, sets the headers every answer has."""

    def __init__(self, app: ASGIApp, *, body_bytes: int, upload_bytes: int) -> None:
        """`upload_bytes` is for the two addresses that take files, in bytes like `body_bytes` for all the others."""
        self.app = app
        self.body_bytes = body_bytes
        self.upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.match(given) else str(uuid4())
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        takes_files = scope["method"] == "POST" and scope["path"] in TAKE_FILES
        limit = self.upload_bytes if takes_files else self.body_bytes
        started = False

        async def framed_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._head(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self.app(scope, _limited(receive, limit, declared=_declared(headers)), framed_send)
        except BodyTooLarge:
            if started:
                raise
            await _shown(scope, _too_large(Request(scope), limit))(scope, receive, framed_send)
        except Exception as error:  # the framework answers these outside this frame, without its headers
            if started:
                raise
            await _shown(scope, problems.of_unforeseen(Request(scope), error))(scope, receive, framed_send)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    def _head(self, headers: MutableHeaders, scope: Scope) -> None:
        headers["X-Request-ID"] = scope["state"]["request_id"]
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", API_POLICY)
        allowance = scope["state"].get("allowance")
        if allowance is not None:
            headers["RateLimit-Limit"] = str(allowance.limit)
            headers["RateLimit-Remaining"] = str(allowance.remaining)
            headers["RateLimit-Reset"] = str(allowance.reset_seconds)


def _too_large(request: Request, limit: int) -> Response:
    detail = f"This is larger than the {limit // 1024} KiB that are accepted here."
    return problems.document(
        request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail, headers={"Connection": "close"}
    )


def _shown(scope: Scope, answer: Response) -> Response:
    """This is outside the application's error handlers, where the front end shows problems as pages."""
    as_page = getattr(scope["app"].state, "as_page", None)
    shown: Response = answer if as_page is None else as_page(Request(scope), answer)
    return shown


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 16 else 0  # noqa: PLR2004  # more digits than any size


def _limited(receive: Receive, limit: int, *, declared: int) -> Receive:
    """Raises BodyTooLarge at the first byte of a body that says it is too large, or when it turns out to be."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        if declared > limit:
            raise BodyTooLarge
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge
        return message

    return counted
