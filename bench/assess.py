"""Assessing one episode, reading where it stands from what is stored, and replaying its past."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from api import clock
from api.domain import engagement, next_step, replay, weights
from api.domain.history import Appointment, History, Rhythm, StatusEvent
from schemas.vocabulary import AppointmentStatus

_EVENTS = 200


def run() -> None:
    now = clock.now()
    history = _weekly(_EVENTS // 2)
    model, rhythm = weights.load(), Rhythm()
    assessed = engagement.assess(history, rhythm, now, model)

    def stored() -> object:
        standing = engagement.standing_at(assessed.drifting_at, assessed.quiet_at, assessed.evidence, None, now)
        return next_step.next_step(standing, assessed.evidence, now)

    _say(f"assess, {_EVENTS} events", _median(lambda: engagement.assess(history, rhythm, now, model), 400), "0.3 ms")
    _say("stage, reasons and next act from what is stored", _median(stored, 2000), "-")
    whole = _median(lambda: list(replay.changes(history, rhythm, model, now)), 10)
    _say(f"replay, {_EVENTS} events (per event)", whole / _EVENTS, "0.24 ms (250,000 events in 60 s)")


def _weekly(weeks: int) -> History:
    now = clock.now()
    starts = [now - timedelta(days=7 * week + 1) for week in range(weeks)]
    return History(
        time_zone="Europe/Madrid",
        appointments=tuple(
            Appointment(
                str(position),
                (
                    StatusEvent(AppointmentStatus.BOOKED, start, start - timedelta(days=7)),
                    StatusEvent(AppointmentStatus.ATTENDED, start, start + timedelta(hours=1)),
                ),
            )
            for position, start in enumerate(starts)
        ),
    )


def _median(once: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _say(what: str, seconds: float, goal: str) -> None:
    print(f"{what:<58} {seconds * 1e3:8.3f} ms   goal {goal}", flush=True)
