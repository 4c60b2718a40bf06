"""Messages through the whole of the worker: claimed, decided on, handed to a carrier that goes nowhere, settled, on record."""

import logging
import multiprocessing
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlmodel import col

from api.domain.access import WORKER, system_principal
from api.jobs import pace
from api.jobs.deliveries import Courier
from api.outbound.letters import Letter
from api.outbound.mail import Announce, End, HandedOver
from api.services import deliveries
from api.services.work import Runtime, unit
from api.settings import Settings
from bench import databases, filling, measuring, outbox
from schemas.tables import CheckIn
from schemas.vocabulary import CheckInState

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier

_EACH = 1_500
_WARM = 300
_ROUNDS = 3
_ALL = (_EACH + _WARM + 2 * pace.MOST) * _ROUNDS * 3
_SMALL = 1_000
_CLAIMS = 200


class Null:
    """Takes everything at once, and counts."""

    def __init__(self) -> None:
        self.taken = 0

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        announce()
        self.taken += 1
        return HandedOver(End.TAKEN)


def run(large: int) -> None:
    for engine in databases.ENGINES:
        with databases.fresh(engine) as settings:
            _pace(engine, settings)
        _claims(engine, large)


def _pace(engine: str, settings: Settings) -> None:
    runtime, _ = _with_null(settings)
    filled = filling.fill(runtime, _ALL)
    outbox.fill(runtime, filled, _ALL)
    alone: list[float] = []
    together: list[float] = []
    for _ in range(_ROUNDS):
        alone.append(_delivered(settings, 1, _EACH))
        together.append(_delivered(settings, 2, _EACH))
    with unit(runtime, system_principal(filled.practice_id)) as work:
        sent = sa.select(sa.func.count()).where(col(CheckIn.state) == CheckInState.SENT)
        count = work.session.scalar(sent)
    if not count or count < (_EACH + _WARM) * _ROUNDS * 3:
        raise RuntimeError(f"{count} were sent")
    for name, found in (("one worker", alone), ("two workers", together)):
        print(
            f"{engine}: deliveries/s, {name:<12} {statistics.median(found):7.0f}"
            f"  ({min(found):.0f} to {max(found):.0f})",
            flush=True,
        )


def _delivered(settings: Settings, workers: int, each: int) -> float:
    """Per second, from the moment at which every worker is ready: it has delivered some already, as one that runs has."""
    context = multiprocessing.get_context("spawn")
    barrier, taken = context.Barrier(workers + 1), context.Queue()
    processes = [
        context.Process(target=_work, args=(settings.model_dump(), each, barrier, taken)) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    barrier.wait(120)
    started = time.perf_counter()
    delivered: int = sum(taken.get(timeout=600) for _ in processes)
    passed = time.perf_counter() - started
    for process in processes:
        process.join()
    return delivered / passed


def _work(settings: dict[str, Any], each: int, barrier: "Barrier", taken: "Queue[int]") -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    runtime, null = _with_null(Settings.model_validate(settings))
    courier = Courier(runtime)
    deliver(courier, null, _WARM)
    outbox.analyse(runtime)
    barrier.wait(120)
    taken.put(deliver(courier, null, each))


def deliver(courier: Courier, null: Null, count: int) -> int:
    """As many and what was taken together with the last of them."""
    before = null.taken
    while null.taken - before < count and courier.step():
        pass
    return null.taken - before


def _claims(engine: str, large: int) -> None:
    """Of a long outbox and a short one, each half gone and half waiting."""
    with databases.fresh(engine) as short, databases.fresh(engine) as long:
        pair = []
        for settings, count in ((long, large), (short, _SMALL)):
            runtime, _ = _with_null(settings)
            filled = filling.fill(runtime, _SMALL)
            outbox.fill(runtime, filled, count, settled=count // 2)
            pair.append(_claim(runtime))
        measured = measuring.in_turn(pair[0], pair[1], rounds=_CLAIMS)
        measuring.say(f"{engine}: a claim from {large:,} against {_SMALL:,}", measured, goal="<= 1.3")


def _claim(runtime: Runtime) -> Callable[[], object]:
    def claim() -> object:
        with unit(runtime, WORKER) as work:
            return deliveries.claim(work)

    return claim


def _with_null(settings: Settings) -> tuple[Runtime, Null]:
    runtime, null = databases.runtime(settings), Null()
    runtime.carrier = null
    return runtime, null
