"""Files come only from those who are known: a stranger's file is not even read off the wire."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import event
from starlette.types import Message

from tests.support.house import House, Person

FORM = {
    "host": "testserver",
    "content-type": "multipart/form-data; boundary=x",
    "content-length": str(150 * 1024 * 1024),
}


def knock(
    house: House, path: str, headers: Mapping[str, str], *, when_asked: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """The status, and how often the body was asked for, of a POST that announces a large file."""
    asked, answered = 0, []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in {**FORM, **headers}.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        when_asked()
        return {"type": "http.request", "body": b"--x--\r\n", "more_body": False}

    async def send(message: Message) -> None:
        answered.append(message)

    asyncio.run(house.app(scope, receive, send))
    return answered[0]["status"], asked


def bearer(house: House, who: Person) -> str:
    return str(house.api(who).headers["Authorization"])


@pytest.mark.parametrize("token", [None, "Bearer lts_made-up", "Bearer lt_made-up", "Basic YTpi", "Bearer"])
def test_a_strangers_file_is_refused_unread(shared_house: House, token: str | None) -> None:
    headers = {} if token is None else {"authorization": token}
    assert knock(shared_house, "/v1/imports", headers) == (401, 0)


@pytest.mark.parametrize("cookie", ["", "leavetaking=lts_made-up", "leavetaking=lt_made-up"])
def test_a_strangers_form_is_refused_unread(shared_house: House, cookie: str) -> None:
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin", "accept": "text/html"}
    assert knock(shared_house, "/imports", headers) == (303, 0)


def test_the_file_of_somebody_known_is_read(shared_house: House) -> None:
    status, asked = knock(shared_house, "/v1/imports", {"authorization": bearer(shared_house, shared_house.lead)})
    assert status == 422  # there is no file in it after all
    assert asked > 0


@pytest.mark.parametrize("path", ["/v1/clients", "/imports/new", "/v1/clients/imports"])
def test_nothing_else_takes_what_is_as_large_as_a_file(shared_house: House, path: str) -> None:
    """Neither an address that only ends like one that takes files."""
    headers = {"authorization": bearer(shared_house, shared_house.lead), "sec-fetch-site": "same-origin"}
    status, asked = knock(shared_house, path, headers)
    assert status in {404, 405, 413}
    assert asked == 0


@pytest.mark.parametrize("path", ["/v1/imports", "/imports"])
def test_who_sends_a_file_is_asked_without_the_write_lock(house: House, path: str) -> None:
    """Of SQLite, where whoever holds it keeps all others waiting."""
    begun: list[str] = []
    before_the_file: list[list[str]] = []
    lead = house.lead

    def note(_: object, __: object, statement: str, *___: Any) -> None:  # noqa: ANN401  # the driver's own
        if statement.startswith("BEGIN"):
            begun.append(statement)

    cookie, token = f"leavetaking={lead.token}", bearer(house, lead)
    headers = {"authorization": token} if path.startswith("/v1") else {"cookie": cookie}
    event.listen(house.runtime.sessions.kw["bind"], "before_cursor_execute", note)
    status, _ = knock(
        house,
        path,
        {**headers, "sec-fetch-site": "same-origin", "accept": "text/html"},
        when_asked=lambda: before_the_file.append(list(begun)),
    )
    assert status == 422
    assert before_the_file[0] == ["BEGIN"]
    assert "BEGIN IMMEDIATE" in begun
