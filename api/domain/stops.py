"""What stops the clock: absences, an agreed end, and the slower pace on the way to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

from api.domain import clock
from api.domain.evidence import Away
from api.domain.history import Absence, Agreement
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


def still(
    absences: Sequence[Absence], agreements: Sequence[Agreement], since: int, last: datetime | None, zone_name: str
) -> list[clock.Span]:
    """The spans in which the clock stood still for whoever has not come since an instant, up to the last session of anybody.

    In a couple one may come back alone. That ends a pause without an end, or overtakes an agreed end, for both; for
    the other it was a pause, or an end, until then.
    """
    anchor = clock.second(last) if last else None
    found: list[clock.Span] = []
    for absence in absences:
        start, end = clock.midnight(absence.from_on, zone_name), clock.end_of(absence.to_on, zone_name)
        if absence.to_on is None and anchor is not None and start <= anchor:
            end = float(anchor)
        found.append((start, end))
    if anchor is not None:
        found += [(start, float(anchor)) for _, start in _overtaken(agreements, last, zone_name)]
    return [span for span in found if span[1] > since]


def end_agreed_from(agreements: Sequence[Agreement], last: datetime | None, zone_name: str) -> int | None:
    """The earliest agreed end that no later session has overtaken."""
    ends = _ends(agreements, zone_name)
    return min((start for one, start in ends if not _is_overtaken(one, start, last)), default=None)


def _ends(agreements: Sequence[Agreement], zone_name: str) -> list[tuple[Agreement, int]]:
    return [
        (one, clock.midnight(one.from_on, zone_name))
        for one in agreements
        if one.kind is not AgreementKind.CADENCE_CHANGE
    ]


def _overtaken(agreements: Sequence[Agreement], last: datetime | None, zone_name: str) -> list[tuple[Agreement, int]]:
    return [(one, start) for one, start in _ends(agreements, zone_name) if _is_overtaken(one, start, last)]


def _is_overtaken(agreement: Agreement, start: int, last: datetime | None) -> bool:
    return last is not None and clock.second(last) > start + _overtaken_after(agreement)


def _overtaken_after(agreement: Agreement) -> int:
    """A planned end may be followed by its last, spaced-out sessions; a discharge by the day's own session only."""
    if agreement.kind is AgreementKind.DISCHARGE:
        return clock.DAY
    if agreement.to_on is not None and agreement.to_on > agreement.from_on:
        return ((agreement.to_on - agreement.from_on) + timedelta(days=1)) // timedelta(seconds=1)
    return _END_KEPT_OPEN // timedelta(seconds=1)


def tapers(
    agreements: Sequence[Agreement], end_from: int | None, last: datetime | None, zone_name: str
) -> list[clock.Span]:
    """Once an end is planned, sessions usually spread out towards it: the clock slows down until then.

    Of an end that was overtaken too: whoever has not come since was on the way to it all the same.
    """
    planned = [
        (clock.second(one.known_at), float(start))
        for one, start in _ends(agreements, zone_name)
        if one.kind is AgreementKind.PLANNED_END and (start == end_from or _is_overtaken(one, start, last))
    ]
    return clock.united(planned)
