"""The running processes: ready, ended in order, killed and started again. Real processes, real signals."""

import asyncio
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from starlette.types import Receive, Scope, Send

from api.commands.server import listening
from api.domain.access import operator_principal
from api.jobs.imports import SLICE_ROWS
from api.services import imports, installation
from api.services.work import unit
from api.settings import Settings
from schemas.tables import Job
from tests.cli.conftest import Cli
from tests.support.house import House
from tests.support.server import environment, run, running, start
from tools.tree import ROOT

pytestmark = pytest.mark.slow

_COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


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
    assert server.returncode == 0
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
    assert [line["status"] for line in told] == [405, 404]
    assert str(told[0]["route"]).startswith("/v1/clients/by-external-id/{source}/")
    assert told[1]["route"] is None


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


@contextmanager
def a_worker(url: str, data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*_COMMAND, "worker"],
        cwd=ROOT,
        env=environment(url, data_dir, 0),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_order_when_asked(both_clis: Cli, tmp_path: Path, ending: signal.Signals) -> None:
    with a_worker(both_clis.url, tmp_path) as process:
        assert process.stderr is not None
        assert "worker.started" in process.stderr.readline()
        process.send_signal(ending)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "worker.stopped" in said


def test_a_worker_asked_to_stop_in_the_middle_of_a_file_ends_between_two_slices(
    both_houses: House, tmp_path: Path
) -> None:
    """What is left is the next worker's, at once."""
    total = 15 * SLICE_ROWS
    received = _receive(both_houses, total)
    with a_worker(both_houses.url, tmp_path) as process:
        while _rows_read(both_houses, received) == 0 and process.poll() is None:
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate(timeout=90)
    assert process.returncode == 0, said
    assert "worker.cut_off" not in said
    read = _rows_read(both_houses, received)
    assert 0 < read < total
    assert read % SLICE_ROWS == 0
    with both_houses.rows() as work:
        [job] = work.session.scalars(sa.select(Job)).all()
        assert (job.finished_at, job.lease_until, job.attempt_count) == (None, None, 0)


def _receive(house: House, row_count: int) -> UUID:
    head = "client_external_id,client_name\n"
    content = head + "".join(f"C{number},Client {number}\n" for number in range(row_count))
    upload = imports.Upload(io.BytesIO(content.encode()), "clients.csv", "test", None, None, dry_run=False)
    with house.work(house.lead) as work:
        return imports.receive(work, upload).id


def _rows_read(house: House, import_id: UUID) -> int:
    with unit(house.runtime, operator_principal(house.practice.id), read_only=True) as work:
        return installation.import_progress(work, import_id).rows_read
