"""What stops the clock: absences, an agreed end, and the slower pace on the way to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

from api.domain import clock
from api.domain.evidence import Away
from api.domain.history import Absence, Agreement
from api.domain.weights import Model
from schemas.vocabulary import AgreementKind

_END_KEPT_OPEN = timedelta(days=30)


def away(absences: Sequence[Absence], last: datetime | None, zone_name: str) -> tuple[Away, ...]:
    """The absences that were not over when the client last came. A session ends a pause that had no end."""
    kept = set()
    anchor = clock.second(last) if last else 0
    for absence in absences:
        since = clock.midnight(absence.from_on, zone_name)
        until = clock.end_of(absence.to_on, zone_name)
        if until <= max(since, anchor) or (absence.to_on is None and last is not None and since <= anchor):
            continue
        kept.add(Away(absence.kind, since, None if until == inf else int(until)))
    return tuple(sorted(kept, key=lambda one: (one.since, one.kind, one.until or inf)))


def end_agreed_from(agreements: Sequence[Agreement], last: datetime | None, zone_name: str) -> int | None:
    """The earliest agreed end that no later session has overtaken."""
    found = []
    for agreement in agreements:
        if agreement.kind is AgreementKind.CADENCE_CHANGE:
            continue
        start = clock.midnight(agreement.from_on, zone_name)
        if last is None or clock.second(last) <= start + _overtaken_after(agreement):
            found.append(start)
    return min(found, default=None)


def _overtaken_after(agreement: Agreement) -> int:
    """A planned end may be followed by its last, spaced-out sessions; a discharge by the day's own session only."""
    if agreement.kind is AgreementKind.DISCHARGE:
        return clock.DAY
    if agreement.to_on is not None and agreement.to_on > agreement.from_on:
        return ((agreement.to_on - agreement.from_on) + timedelta(days=1)) // timedelta(seconds=1)
    return _END_KEPT_OPEN // timedelta(seconds=1)


def taper(
    agreements: Sequence[Agreement], end_from: int | None, zone_name: str, model: Model
) -> tuple[clock.Span, float] | None:
    """Once an end is planned, sessions usually spread out towards it: the clock slows down until then."""
    planned = [
        clock.second(one.known_at)
        for one in agreements
        if one.kind is AgreementKind.PLANNED_END and clock.midnight(one.from_on, zone_name) == end_from
    ]
    if end_from is None or not planned:
        return None
    return (min(planned), float(end_from)), model.taper_pace
