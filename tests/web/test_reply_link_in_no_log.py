"""The address of the page behind a reply link is a secret: it stands in no line that the process writes, whatever happens."""

import io
import logging

import pytest
from starlette.testclient import TestClient

from api import logs
from api.commands.access_log import AccessLog
from tests.support import links as messages
from tests.support.house import House


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.CRITICAL)  # the caller of this test, who knows the address
    logging.getLogger("httpcore2").setLevel(logging.CRITICAL)
    return stream


def test_a_token_is_in_no_line_of_any_log(shared_house: House, written: io.StringIO) -> None:
    house = shared_house
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    anybody = TestClient(AccessLog(house.app), raise_server_exceptions=False, follow_redirects=False)
    for path in (
        sent.path,
        f"{sent.path}/",
        f"{sent.path}/thanks",
        f"{sent.path}/no",
        f"{sent.path}?lang=es",
        f"{sent.path}x",
    ):
        anybody.get(path)
        anybody.put(path)
        anybody.post(path, data={"answer": "call_me", "words": "I want to die."})
        anybody.post(path, content=b"\xff" * 2_000_000)
    present = house.runtime.now
    house.runtime.now = lambda: (_ for _ in ()).throw(RuntimeError(sent.token))
    try:
        assert anybody.get(sent.path).status_code == 500
        assert anybody.post(sent.path, data={"answer": "call_me"}).status_code == 500
    finally:
        house.runtime.now = present
    said = written.getvalue()
    assert said.count("/r/{token}") > 10
    assert sent.token not in said
    assert "want to die" not in said
