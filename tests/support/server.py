"""The real server, as a process of its own: started as an operator would, stopped or killed by its process id."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
"""For tests only, and the same in all of them: a database made by one process is read by another."""
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
# Like the installed command, but of this checkout and this interpreter, whatever is installed.
_COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


class ServerFailed(Exception):
    """The process ended or never became ready; its log is in the text."""


@dataclass(slots=True)
class Server:
    """A `leavetaking` process that listens on `url`."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """Without warning, as a power cut would. What it had not made durable is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(_STOP_SECONDS)

    def stop(self) -> None:
        """Asks it to end and waits for that; one that does not end is killed and fails the test."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"did not stop\n{self.log.read_text(errors='replace')}") from None


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
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_COMMAND, "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).resolve().parents[2],
            env=environment(database_url, data_dir, port, **settings),
        )
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
def working(database_url: str, data_dir: Path, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A `leavetaking worker` process beside the server; asked to end afterwards."""
    log = data_dir / "worker.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_COMMAND, "worker"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).resolve().parents[2],
            env=environment(database_url, data_dir, 0, **settings),
        )
    try:
        yield process
    finally:
        Server("", process, log).stop()


def run(database_url: str, data_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One `leavetaking` command to its end, against the same database and keys."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
        env=environment(database_url, data_dir, 0),
        timeout=_START_SECONDS,
    )


def _await_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/readyz", timeout=2.0, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    if server.process.poll() is None:
        server.kill()
    raise ServerFailed(server.log.read_text(errors="replace"))
