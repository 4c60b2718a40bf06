"""The running processes: the server with a worker beside it, or a worker alone. Both end in order when asked to."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from api import logs
from api.commands import opening
from api.commands.access_log import AccessLog
from api.commands.refusals import SetupMissing
from api.jobs.worker import Worker
from api.main import create_app
from api.services.work import Runtime
from api.settings import Settings

log = structlog.get_logger("leavetaking")

# An orchestrator that asks a process to end waits ten seconds, often thirty, before it kills it.
_GRACE_SECONDS = 8
# What is cut off is taken up by the next worker, but only when its lease has run out: a slice is worth waiting for.
_SLICE_SECONDS = 60


def serve(settings: Settings, listener: socket.socket | None = None) -> None:
    """Until SIGTERM or SIGINT: then answers what was begun, and takes no more. Raises SetupMissing."""
    logs.configure(settings.log_level)
    settings.master_keys()
    opening.prepare_data_dir(settings)
    with nullcontext(listener) if listener else bound(settings) as taken:
        if settings.on_sqlite:
            opening.migrate_embedded(settings)
        with opening.runtime(settings) as runtime:
            # uvicorn ends in order and then raises the signal again; by then the worker has still to be stopped.
            _on_signal(lambda _signal, _frame: None)
            with _worker_beside(runtime, wanted=settings.runs_worker):
                uvicorn.Server(listening(create_app(settings, runtime), settings)).run(sockets=[taken])


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """Takes the port before anything else is done; nobody is answered yet. Raises SetupMissing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((settings.host, settings.port))
        except OSError as error:
            raise SetupMissing(f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}.") from error
        yield taken


def work(settings: Settings) -> None:
    """The worker alone, until SIGTERM or SIGINT. The slice it is in is finished, the rest left for the next."""
    logs.configure(settings.log_level)
    with opening.runtime(settings) as runtime:
        stop = threading.Event()

        _on_signal(lambda _signal, _frame: stop.set())
        log.info("worker.started")
        with _worker_beside(runtime, wanted=True) as thread:
            while not stop.wait(1) and thread is not None and thread.is_alive():
                pass
        log.info("worker.stopped")


def _on_signal(handler: Callable[[int, FrameType | None], None]) -> None:
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, handler)


def listening(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Whom to believe and what to say. Forwarded addresses count only from the proxies that are named."""
    return uvicorn.Config(
        AccessLog(app),
        host=settings.host,
        port=settings.port,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        access_log=False,
        log_config=None,
        ws="none",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


@contextmanager
def _worker_beside(runtime: Runtime, *, wanted: bool) -> Iterator[threading.Thread | None]:
    """Finishes the slice it is in and leaves the rest of its job to the next."""
    if not wanted:
        yield None
        return
    stop = threading.Event()

    # A daemon: should a slice take longer than the grace, it is cut off, and what was not committed never was. What is
    # left of its job is then anybody's once the lease has run out.
    thread = threading.Thread(target=Worker(runtime).run, args=(stop,), name="worker", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(_SLICE_SECONDS)
        if thread.is_alive():
            log.warning("worker.cut_off")
