"""The real server, as a process of its own: stopped or killed by its process id.

`start` has it forked from a process that has already loaded the product, since loading takes most of a start; what is
loaded is the same, and nothing has run yet. Workers in tests/cli/test_process.py, the sample practice and the wheel are
started as an operator would.
"""

import base64
import multiprocessing.util
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
"""For tests only, and the same in all of them: a database made by one process is read by another."""
CERTIFICATES = ssl.create_default_context()
"""Read once: left alone, httpx reads every certificate there is for each request, also to a server without any."""
_START_SECONDS = 180.0
_STOP_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["api.cli", "api.main", "uvicorn.protocols.http.auto"])
# Like the installed command, but of this checkout and this interpreter, whatever is installed.
_COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


class ServerFailed(Exception):
    """The process ended or never became ready; its log is in the text."""


@dataclass(slots=True)
class Server:
    """A `leavetaking` process that listens on `url`."""

    url: str
    process: ForkServerProcess
    log: Path

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self.process.exitcode

    def kill(self) -> None:
        """Without warning, as a power cut would. What it had not made durable is gone."""
        self.process.kill()
        self.process.join(_STOP_SECONDS)

    def stop(self) -> None:
        """Asks it to end and waits for that; one that does not end is killed and fails the test."""
        self.process.terminate()
        self.process.join(_STOP_SECONDS)
        if self.returncode is None:
            self.kill()
            raise ServerFailed(f"did not stop\n{self.log.read_text(errors='replace')}")


def environment(database_url: str, data_dir: Path, port: int, **settings: str) -> dict[str, str]:
    """Settings for a process: nothing of the developer's own environment but what finding programs needs.

    `settings` are named as in docs/settings.md, in lower case and without the prefix.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    chosen = {
        "data_dir": str(data_dir),
        "database_url": database_url,
        "host": "127.0.0.1",
        "master_key": MASTER_KEY,
        "port": str(port),
        "public_url": f"http://127.0.0.1:{port}",
        **settings,
    }
    return kept | {f"LEAVETAKING_{name.upper()}": value for name, value in chosen.items()}


def free_port() -> int:
    """Free at this instant; the server takes it in the next."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def start(database_url: str, data_dir: Path, *arguments: str, **settings: str) -> Server:
    """Starts `leavetaking serve` and returns once /readyz answers 200. To restart, give `port=` the former one."""
    port = int(settings.pop("port", "") or free_port())
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / f"server-{port}.log"
    process = _forked(["serve", *arguments], environment(database_url, data_dir, port, **settings), log)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    _await_ready(server)
    return server


@contextmanager
def running(database_url: str, data_dir: Path, *arguments: str, **settings: str) -> Iterator[Server]:
    server = start(database_url, data_dir, *arguments, **settings)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def working(database_url: str, data_dir: Path, **settings: str) -> Iterator[Server]:
    """A `leavetaking worker` process beside the server; asked to end afterwards."""
    log = data_dir / "worker.log"
    worker = Server("", _forked(["worker"], environment(database_url, data_dir, 0, **settings), log), log)
    try:
        yield worker
    finally:
        worker.stop()


def run(database_url: str, data_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One `leavetaking` command to its end, against the same database and keys."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
        env=environment(database_url, data_dir, 0),
        timeout=_START_SECONDS,
    )


@cache
def _room() -> None:
    """multiprocessing takes its folder away when this process exits, so it must not lie in the run's, which goes earlier."""
    runs, tempfile.tempdir = tempfile.tempdir, "/tmp"  # noqa: S108 - a directory with a random name is made in it
    multiprocessing.util.get_temp_dir()
    tempfile.tempdir = runs


def _forked(arguments: Sequence[str], env: dict[str, str], log: Path) -> ForkServerProcess:
    _room()
    process = _LOADED.Process(target=_command, args=(arguments, env, log))
    process.start()
    return process


def _command(arguments: Sequence[str], env: dict[str, str], log: Path) -> None:
    """What the installed command does, in the process that was forked for it."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(_ROOT)
    for stream, opened in ((0, os.open(os.devnull, os.O_RDONLY)), (1, _appended(log)), (2, _appended(log))):
        os.dup2(opened, stream)
    sys.argv = ["leavetaking", *arguments]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from api.cli import main  # noqa: PLC0415  # the process of the tests need not load it

    main()


def _appended(log: Path) -> int:
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _await_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.returncode is None:
        if is_ready(int(server.url.rpartition(":")[2])):
            return
        time.sleep(0.05)
    if server.returncode is None:
        server.kill()
    raise ServerFailed(server.log.read_text(errors="replace"))


def is_ready(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2.0, trust_env=False, verify=CERTIFICATES)
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
