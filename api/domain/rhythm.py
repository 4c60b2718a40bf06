"""How often a client comes and when they book: their own habits, leaning on what is usual while little is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, isfinite, log

from api.domain import clock
from api.domain.history import Agreement, History, Rhythm
from api.domain.timeline import ATTENDED, RESCHEDULED, Visit
from api.domain.weights import Model
from schemas.vocabulary import AgreementKind, Initiator

Rates = tuple[tuple[float, float], ...]
"""(from instant, beats per day); the first is in force from the beginning."""

_LOOKED_AT = 8
# Booked times given up or moved are passed over, so more are looked through than are looked at.
_LOOKED_THROUGH = 3 * _LOOKED_AT
_SAME_VISIT_DAYS = 0.5
_SOON_AFTER = timedelta(hours=36)
_LONGEST_CADENCE = 400.0
_SHORTEST_CADENCE = 0.5


def rates(
    visits: Sequence[Visit],
    history: History,
    rhythm: Rhythm,
    model: Model,
    *,
    changes: Sequence[Agreement],
) -> Rates:
    """The client's pace, piece by piece: from the beginning, and from each agreed change of cadence on.

    Absences have no say in it, and neither has a time to come that the client booked: recording the one or booking the
    other would else shorten what is usual, and so count against the client. One long gap changes no median.
    """
    usual = rhythm.by_format.get(history.format, rhythm.default_cadence_days)
    agreed = _usable(history.agreed_cadence_days)
    prior = agreed or _usable(usual) or 7.0
    worth = model.agreed_cadence_worth if agreed else model.practice_cadence_worth
    planned = _planned(visits, None if changes else _LOOKED_AT + 1)
    if not changes:
        return ((0.0, _rate(planned, prior, worth, model)),)
    starts = [clock.midnight(change.from_on, history.time_zone) for change in changes]
    pieces = [(0.0, _rate(_between(planned, None, starts[0]), prior, worth, model))]
    for index, change in enumerate(changes):
        end = starts[index + 1] if index + 1 < len(changes) else None
        piece = _between(planned, starts[index], end)
        rate = _rate(piece, change.cadence_days or prior, model.agreed_cadence_worth, model)
        slower = rate < pieces[-1][1]
        pieces.append((_since_last(planned, starts[index], pieces[-1][0]) if slower else float(starts[index]), rate))
    return tuple(pieces)


def cadence_changes(agreements: Sequence[Agreement]) -> list[Agreement]:
    """Agreed changes of cadence in the order in which they take effect; of several on one day the one learned last."""
    by_day: dict[object, Agreement] = {}
    for agreement in sorted(agreements, key=lambda one: (one.known_at, one.cadence_days or 0.0)):
        if agreement.kind is AgreementKind.CADENCE_CHANGE and _usable(agreement.cadence_days):
            by_day[agreement.from_on] = agreement
    return sorted(by_day.values(), key=lambda one: one.from_on)


def books_ahead(visits: Sequence[Visit], model: Model) -> float:
    """How much of the time the next session is booked within a day and a half of the one before, from 0 to 1.

    A record that learns of its times only afterwards says nothing is ever booked ahead, and is taken at its word:
    "nothing booked" then weighs nothing until the time has come at which the client would have been back.
    """
    visits = visits[-_LOOKED_THROUGH:]
    came = [index for index, visit in enumerate(visits) if visit.status is ATTENDED][-_LOOKED_AT - 1 :]
    asked = answered = 0
    if came and visits[came[0]].booked >= visits[came[0]].start:
        asked += 1
    for index in came[:-1]:
        soon = visits[index].start + _SOON_AFTER
        asked += 1
        answered += any(later.booked <= soon for later in visits[index + 1 : index + 3])
    share = (answered + model.books_ahead_prior * model.books_ahead_worth) / (asked + model.books_ahead_worth)
    return round(share, 3)


def _between(starts: Sequence[datetime], low: int | None, high: int | None) -> list[datetime]:
    return [
        start
        for start in starts
        if (low is None or start.timestamp() >= low) and (high is None or start.timestamp() < high)
    ]


def _since_last(planned: Sequence[datetime], start: int, earliest: float) -> float:
    """A slower pace is already that of the days since the last time before it: the next one is due a long way from there."""
    last = max((one.timestamp() for one in planned if one.timestamp() < start), default=float(start))
    return max(last, earliest)


def _planned(visits: Sequence[Visit], wanted: int | None) -> list[datetime]:
    """The last `wanted` times that show a rhythm, earliest first: not those given up or moved, nor what the client booked ahead."""
    found: list[datetime] = []
    came = False
    for visit in reversed(visits):
        came = came or visit.status is ATTENDED
        if visit.given_up or visit.status is RESCHEDULED or (visit.booked_by is Initiator.CLIENT and not came):
            continue
        found.append(visit.start)
        if len(found) == wanted:
            break
    return found[::-1]


def _rate(planned: Sequence[datetime], prior: float, worth: float, model: Model) -> float:
    gaps = _gaps(planned[-_LOOKED_AT - 1 :])
    if not gaps:
        return round(1 / prior, 6)
    own = _typical(sorted(gaps), model.irregular_part)
    cadence = exp((len(gaps) * log(own) + worth * log(prior)) / (len(gaps) + worth))
    return round(1 / cadence, 6)


def _gaps(starts: Sequence[datetime]) -> list[float]:
    """Days between one planned session and the next."""
    apart = ((other - one).total_seconds() / clock.DAY for one, other in pairwise(starts))
    return [min(days, _LONGEST_CADENCE) for days in apart if days >= _SAME_VISIT_DAYS]


def _typical(ordered: Sequence[float], irregular_part: float) -> float:
    """The median, moved towards the upper quartile, so that people whose weeks differ are given more room."""
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    upper = ordered[min(count - 1, (3 * count) // 4)]
    return middle + irregular_part * (upper - middle)


def _usable(cadence_days: float | None) -> float | None:
    if cadence_days is None or not isfinite(cadence_days):
        return None
    return cadence_days if _SHORTEST_CADENCE <= cadence_days <= _LONGEST_CADENCE else None
