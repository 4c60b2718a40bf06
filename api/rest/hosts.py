"""The names this service answers to, and that browsers keep to https.

A page elsewhere can have a name of its own lead to this address; the browser then takes what it gets for that page's. Such a
request names a host that is not ours. The health probes say nothing about anybody and are answered under any name.
"""

import ipaddress
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.rest import problems

_PROBES = frozenset({"/healthz", "/readyz"})
_A_YEAR = "max-age=31536000"


class KnownHosts:
    """Within the frame, so that a refusal has the headers every answer has. Loopback is always known."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], https: bool) -> None:
        self.app = app
        self.hosts = frozenset(map(host_name, hosts))
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def strict_send(message: Message) -> None:
            if self.https and message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Strict-Transport-Security", _A_YEAR)
            await send(message)

        if scope["path"] in _PROBES or self.knows(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, strict_send)
            return
        detail = "Nothing is served under this host name. Whoever runs this can allow it."
        refusal = problems.document(Request(scope), HTTPStatus.BAD_REQUEST, "unknown_host", detail)
        await refusal(scope, receive, strict_send)

    def knows(self, host: str) -> bool:
        name = host_name(host)
        return name in self.hosts or _is_loopback(name)


def host_name(host: str) -> str:
    """Without port, brackets and the dot at the end, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return (name if name.count(":") > 1 else name.partition(":")[0]).removesuffix(".")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
