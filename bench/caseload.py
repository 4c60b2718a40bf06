"""The caseload over HTTP, audited and decrypted, against a route that returns the same bytes prebuilt; and its growth."""

import http.client  # noqa: TID251  # a client of ours on loopback
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Response

from api.main import create_app
from api.services import caseload, sign_ins
from api.services.work import Runtime, unit
from api.settings import Settings
from bench import databases, filling, measuring

_ROUNDS = 300
_SMALL = 1_000


def run(large: int) -> None:
    for engine in databases.ENGINES:
        with databases.fresh(engine) as settings:
            runtime = databases.runtime(settings)
            small = filling.fill(runtime, _SMALL)
            _over_http(engine, settings, runtime, small)
            started = time.perf_counter()
            big = filling.fill(runtime, large)
            print(f"  (filled {large:,} episodes in {time.perf_counter() - started:.0f} s)", flush=True)
            pair = measuring.in_turn(_page(runtime, big), _page(runtime, small), rounds=_ROUNDS)
            goal = "<= 2 (SQLite)" if engine == "sqlite" else "<= 1.3 (PostgreSQL)"
            measuring.say(f"{engine}: caseload page, {large:,} against {_SMALL:,} episodes", pair, goal=goal)


def _over_http(engine: str, settings: Settings, runtime: Runtime, filled: filling.Filled) -> None:
    with _served(create_app(settings, runtime)) as ours:
        path, headers = "/v1/caseload?limit=50", {"Authorization": f"Bearer {filled.token}"}
        fetch = _getting(ours, path, headers)
        body = fetch()
        floor_app = FastAPI()

        @floor_app.get("/")
        def prebuilt() -> Response:
            return Response(body, media_type="application/json")

        with _served(floor_app) as floor:
            pair = measuring.in_turn(fetch, _getting(floor, "/", {}), rounds=_ROUNDS)
    what = f"{engine}: caseload of 50 over HTTP ({len(body):,} bytes)"
    measuring.say(what, pair, goal=">= 0.10, aiming at 0.20", inverse=True)


def _page(runtime: Runtime, filled: filling.Filled) -> Callable[[], object]:
    def read() -> object:
        with unit(runtime) as work:
            sign_ins.recognise(work, filled.token)
            return caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=50)

    return read


@contextmanager
def _served(app: FastAPI) -> Iterator[int]:
    """The app on a free port of loopback, in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="error", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


def _getting(port: int, path: str, headers: dict[str, str]) -> Callable[[], bytes]:
    connection = http.client.HTTPConnection(  # noqa: TID251  # as above
        "127.0.0.1", port, timeout=30
    )

    def get() -> bytes:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{answer.status}: {body[:200]!r}")
        return body

    return get
