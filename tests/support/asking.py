"""Every request of a test client runs in one event loop.

Left alone, the client begins and ends an event loop with its threads for each request: two fifths of what a small request takes.
One that is entered (`with TestClient(app)`) still has a loop of its own, for its lifespan.
"""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient


@pytest.fixture(autouse=True, scope="session")
def _one_event_loop() -> Iterator[None]:
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield
