"""The running processes: ready, ended in order, killed and started again. Real processes, real signals."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.commands.server import listening
from api.settings import Settings
from tests.cli.conftest import Cli
from tests.support.server import environment, run, running, start
from tools.tree import ROOT

_COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
NATIVE = """external_id,client_external_id,clinician_external_id,starts_at,status,status_known_at
A1,C1,Kim,2026-01-05T09:00:00Z,booked,2026-01-01T09:00:00Z
"""


def get(url: str, **more: object) -> httpx.Response:
    return httpx.get(url, trust_env=False, **more)  # type: ignore[arg-type]  # passed on as they are


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_server_is_ready_and_ends_in_order_when_asked(engine_url: str, tmp_path: Path) -> None:
    server = start(engine_url, tmp_path)
    answer = get(f"{server.url}/readyz")
    server.stop()
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert server.process.returncode == 0
    assert [line for line in lines(server.log) if line["level"] == "error"] == []


def test_a_killed_server_starts_again_on_the_same_database(engine_url: str, tmp_path: Path) -> None:
    server = start(engine_url, tmp_path)
    server.kill()
    with running(engine_url, tmp_path, port=server.url.rpartition(":")[2]) as again:
        assert get(f"{again.url}/readyz").status_code == 200


def test_an_embedded_database_is_migrated_at_the_start(
    unmigrated_database: Callable[[str], str], tmp_path: Path
) -> None:
    with running(unmigrated_database("sqlite"), tmp_path) as server:
        assert get(f"{server.url}/readyz").status_code == 200


@pytest.mark.postgresql
def test_postgresql_is_never_migrated_by_serving(unmigrated_database: Callable[[str], str], tmp_path: Path) -> None:
    url = unmigrated_database("postgresql")
    answer = run(url, tmp_path, "serve")
    assert answer.returncode == 3
    assert "leavetaking migrate" in answer.stderr
    assert run(url, tmp_path, "migrate").returncode == 0
    with running(url, tmp_path) as server:
        assert get(f"{server.url}/readyz").status_code == 200


def test_a_port_that_is_taken_is_said_before_anything_else_is_done(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path) as server:
        port = int(server.url.rpartition(":")[2])
        answer = subprocess.run(
            [*_COMMAND, "serve"],
            cwd=ROOT,
            env=environment(sqlite_url, tmp_path, port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert answer.returncode == 3
    assert f"Cannot listen on 127.0.0.1 port {port}" in answer.stderr


def test_requests_are_logged_by_route_and_never_by_what_a_client_put_into_them(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path) as server:
        secret = "Ana-Moreno-of-Main-Street"
        get(f"{server.url}/v1/clients/by-external-id/{secret}/{secret}", params={"q": secret})
        get(f"{server.url}/v1/{secret}", headers={"User-Agent": secret, "Referer": secret})
    assert secret not in server.log.read_text()
    told = [line for line in lines(server.log) if line["event"] == "request"]
    assert [line["route"] for line in told] == ["/v1/clients/by-external-id/{source}/{external_id}", None]
    assert {line["status"] for line in told} == {401, 404, 405} & {line["status"] for line in told}


@pytest.mark.parametrize(("trusted", "believed"), [((), "127.0.0.1"), (("127.0.0.1",), "203.0.113.9")])
def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(trusted: tuple[str, ...], believed: str) -> None:
    seen: list[str] = []

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # the shape of ASGI
        seen.append(scope["client"][0])

    config = listening(echo, Settings(trusted_proxies=trusted))
    config.load()
    headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "path": "/readyz", "client": ("127.0.0.1", 1), "headers": headers, "scheme": "http"}
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [believed]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_order_when_asked(both_clis: Cli, tmp_path: Path, ending: signal.Signals) -> None:
    process = subprocess.Popen(
        [*_COMMAND, "worker"],
        cwd=ROOT,
        env=environment(both_clis.url, tmp_path, 0),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "worker.started" in process.stderr.readline()
    os.kill(process.pid, ending)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "worker.stopped" in said
