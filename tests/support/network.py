"""No test leaves this machine: a socket may reach loopback or a Unix path, nothing else.

Only Python's own sockets are watched. What libpq or the browser opens is bound to loopback where it is started.
"""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

_LOCAL_NAMES = {"", "localhost", "testserver"}


class OutsideWorldRefused(Exception):
    """A test tried to reach beyond this machine."""


def is_local(host: object) -> bool:
    """Names other than this machine's own count as outside: looking them up would already leave."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    # An unspecified address is where a server listens, never where a client goes.
    return address.is_loopback or address.is_unspecified


def _refuse(host: object) -> NoReturn:
    raise OutsideWorldRefused(f"a test tried to reach {host!r}")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """For the whole run, so that threads which outlive their test are held too."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: object, /) -> None:
        if isinstance(address, tuple) and not is_local(address[0]):
            _refuse(address[0])
        connect(self, address)  # type: ignore[arg-type]  # handed on untouched

    def guarded_connect_ex(self: socket.socket, address: object, /) -> int:
        if isinstance(address, tuple) and not is_local(address[0]):
            _refuse(address[0])
        return connect_ex(self, address)  # type: ignore[arg-type]  # handed on untouched

    def guarded_getaddrinfo(host: bytes | str | None, *arguments: Any, **options: Any) -> object:  # noqa: ANN401  # as the original
        if not is_local(host):
            _refuse(host)
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield
