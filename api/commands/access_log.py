"""One line per request: method, route, status, time. The route's template, never the address itself: what stands in
an address or behind its question mark may come from a client.
"""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("leavetaking.access")

# Asked every few seconds by whatever keeps the process running; nobody reads about it.
_PROBES = frozenset({"/healthz", "/readyz"})


class AccessLog:
    """Around the whole application, so that what a middleware refuses is told too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PROBES:
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        finally:
            log.info(
                "request",
                method=scope["method"],
                route=_template(scope),
                status=status,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
                request_id=scope.get("state", {}).get("request_id"),
            )


def _template(scope: Scope) -> str | None:
    """None where no route fits. Routes of the API know their address without the version it stands under."""
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is None or not scope["path"].startswith("/v1/") or path.startswith("/v1/"):
        return path
    return f"/v1{path}"
