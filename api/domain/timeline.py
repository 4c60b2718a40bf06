"""The booked times of one episode as they were known at an instant: one entry per time, however often it was told.

Practice systems deliver statuses late, set them before the time comes, take them back, export a time twice
and shift it by an hour when the clocks change. All of that is ordinary and is settled here, and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from api.domain import clock
from api.domain.history import Appointment, StatusEvent
from schemas.vocabulary import AppointmentStatus, Initiator

ATTENDED = AppointmentStatus.ATTENDED
BOOKED = AppointmentStatus.BOOKED
CANCELLED = AppointmentStatus.CANCELLED
LATE_CANCELLED = AppointmentStatus.LATE_CANCELLED
NO_SHOW = AppointmentStatus.NO_SHOW
RESCHEDULED = AppointmentStatus.RESCHEDULED

# Between statuses learned at the same instant the kinder reading stands, so that the order of rows never decides. A
# booking is weighed only against what is told of another time: of its own time it is what came first (`by_knowledge`).
_CAME_FIRST = -1
_RANK = {RESCHEDULED: 0, CANCELLED: 1, LATE_CANCELLED: 2, NO_SHOW: 3, BOOKED: 4, ATTENDED: 5}
_PRACTICE_SIDE = frozenset({Initiator.CLINICIAN, Initiator.PRACTICE})
_NOT_THE_CLIENT = frozenset({Initiator.CLINICIAN, Initiator.PRACTICE, Initiator.SYSTEM})
_OFF = frozenset({CANCELLED, LATE_CANCELLED, RESCHEDULED})
_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_SERIES = 3
_FIRST_YEAR, _LAST_YEAR = 1900, 9990


class Visit(NamedTuple):
    """One booked time as known. `known` is when its present status was learned, `booked` when it was first heard of."""

    start: datetime
    status: AppointmentStatus
    known: datetime
    booked: datetime
    initiator: Initiator | None
    excused: bool
    booked_by: Initiator | None
    standing: bool
    keys: tuple[str, ...]
    rescheduled_from: str | None
    participant: str | None

    @property
    def missed(self) -> bool:
        """Not kept, by the client and without an excuse."""
        if self.status is LATE_CANCELLED:
            return not self.excused and self.initiator not in _NOT_THE_CLIENT
        return self.status is NO_SHOW and not self.excused and self.initiator not in _PRACTICE_SIDE

    @property
    def says_nothing(self) -> bool:
        """It did not take place, and not because of the client."""
        if self.status not in {CANCELLED, LATE_CANCELLED, NO_SHOW}:
            return False
        return self.excused or self.initiator in _PRACTICE_SIDE

    @property
    def given_up(self) -> bool:
        """Cancelled ahead of time by the client, or by nobody the record names."""
        if self.status is not CANCELLED and self.status is not RESCHEDULED:
            return False
        return not self.excused and self.initiator not in _NOT_THE_CLIENT


def visits(appointments: Sequence[Appointment], now: datetime, zone_name: str) -> list[Visit]:
    """Every booked time known at `now`, earliest first, repeats and replaced halves of a pair left out."""
    found = [visit for appointment in joined(appointments) if (visit := read(appointment, now)) is not None]
    return settled(found, zone_name)


def settled(found: list[Visit], zone_name: str) -> list[Visit]:
    """The rules that need all times at once: repeats and pairs. `found` holds one entry per appointment key."""
    found = sorted(found, key=_by_start)
    return _without_replaced(_without_repeats(found, zone_name))


def read(appointment: Appointment, now: datetime) -> Visit | None:
    """What is known of one appointment at `now`; None when nothing is yet.

    A time in no century of ours is nothing. An outcome recorded before the time came is no outcome: such systems write "attended" by default.
    """
    events = _learned(appointment.events, now)
    if not events:
        return None
    first, last = events[0], events[-1]
    start = last.starts_at
    if not _FIRST_YEAR <= start.year < _LAST_YEAR:
        return None
    last = standing(events)
    return Visit(
        start,
        last.status,
        last.known_at,
        first.known_at,
        last.initiator,
        last.excused,
        first.initiator if first.status is BOOKED else None,
        appointment.standing,
        (appointment.key,),
        appointment.rescheduled_from,
        appointment.participant,
    )


def standing(events: Sequence[StatusEvent]) -> StatusEvent:
    """The one of what was learned that tells the status; `events` oldest knowledge first. The start is the last one's."""
    last = events[-1]
    if last.known_at >= last.starts_at or last.status not in {ATTENDED, NO_SHOW}:
        return last
    return next((event for event in reversed(events) if not _premature(event)), None) or _as_booked(events[0])


def _learned(events: Sequence[StatusEvent], now: datetime) -> list[StatusEvent]:
    """The events known at `now`, oldest knowledge first. Most rows come in order, so sorting is the exception."""
    known: list[StatusEvent] = []
    in_order = True
    for event in events:
        if event.known_at <= now:
            in_order = in_order and (not known or known[-1].known_at < event.known_at)
            known.append(event)
    return known if in_order else by_knowledge(known)


def by_knowledge(events: Iterable[StatusEvent]) -> list[StatusEvent]:
    """What was learned, oldest first, as most of it comes; of what was learned at once the kinder reading comes last, and stands.

    Files that know only the day tell a booking and its cancellation as learned at once. The booking came first,
    whatever became of it; one for another start is a move, and stands beside the old time's cancellation.
    """
    events = list(events)
    if _in_order(events):
        return events
    settled_at = {(event.known_at, event.starts_at) for event in events if event.status is not BOOKED}

    def place(event: StatusEvent) -> tuple[datetime, int, datetime, bool, str]:
        came_first = event.status is BOOKED and (event.known_at, event.starts_at) in settled_at
        rank = _CAME_FIRST if came_first else _RANK[event.status]
        return event.known_at, rank, event.starts_at, event.excused, event.initiator or ""

    return sorted(events, key=place)


def _in_order(events: list[StatusEvent]) -> bool:
    """A plain loop: asked of every appointment of a file, it costs a third of sorting."""
    before = None
    for event in events:
        if before is not None and event.known_at <= before:
            return False
        before = event.known_at
    return True


def _by_start(visit: Visit) -> tuple[datetime, tuple[str, ...]]:
    return visit.start, visit.keys


def _premature(event: StatusEvent) -> bool:
    return event.status in {ATTENDED, NO_SHOW} and event.known_at < event.starts_at


def _as_booked(event: StatusEvent) -> StatusEvent:
    return StatusEvent(BOOKED, event.starts_at, event.known_at)


def joined(appointments: Sequence[Appointment]) -> Sequence[Appointment]:
    """Rows told twice under one key are one appointment with all that was told."""
    if len({appointment.key for appointment in appointments}) == len(appointments):
        return appointments
    by_key: dict[str, list[Appointment]] = {}
    for appointment in appointments:
        by_key.setdefault(appointment.key, []).append(appointment)
    return [rows[0] if len(rows) == 1 else _join(rows) for rows in by_key.values()]


def _join(rows: list[Appointment]) -> Appointment:
    events = dict.fromkeys(event for row in rows for event in row.events)
    return Appointment(
        key=rows[0].key,
        events=tuple(by_knowledge(events)),
        rescheduled_from=min((row.rescheduled_from for row in rows if row.rescheduled_from), default=None),
        standing=any(row.standing for row in rows),
        participant=min((row.participant for row in rows if row.participant), default=None),
    )


def _without_repeats(ordered: list[Visit], zone_name: str) -> list[Visit]:
    """The same time under two keys is one; so are two an hour apart in the weeks around a change of the clocks."""
    if not any(two.start - one.start <= _AN_HOUR for one, two in pairwise(ordered)):
        return ordered
    kept: list[Visit] = []
    for visit in ordered:
        for index in range(len(kept) - 1, -1, -1):
            other = kept[index]
            if visit.start - other.start > _AN_HOUR:
                kept.append(visit)
                break
            if other.participant == visit.participant and _same_time(other, visit, zone_name):
                kept[index] = _as_one(other, visit)
                break
        else:
            kept.append(visit)
    return kept


def _same_time(one: Visit, other: Visit, zone_name: str) -> bool:
    if one.start == other.start:
        return True
    return other.start - one.start == _AN_HOUR and clock.clocks_change_near(one.start, zone_name)


def _as_one(one: Visit, other: Visit) -> Visit:
    """What took place outweighs what was planned; then the later knowledge stands, as it does within one key.

    A time called off and then booked again is whose who booked it again.
    """
    first, second = sorted((one, other), key=lambda visit: (visit.booked, visit.keys))
    if first.status in _OFF and first.known <= second.booked < second.start:
        return second._replace(keys=one.keys + other.keys)
    stands = max(one, other, key=_weight)
    return stands._replace(
        booked=first.booked,
        booked_by=first.booked_by,
        standing=one.standing and other.standing,
        keys=one.keys + other.keys,
        rescheduled_from=one.rescheduled_from or other.rescheduled_from,
    )


def _weight(visit: Visit) -> tuple[bool, datetime, int, tuple[str, ...]]:
    outcome = visit.status in {ATTENDED, NO_SHOW, LATE_CANCELLED}
    return outcome, visit.known, _RANK[visit.status], visit.keys


def _without_replaced(ordered: list[Visit]) -> list[Visit]:
    """A reschedule is one event: the old time goes when its successor is known, by its link or by being booked within a day."""
    linked = {visit.rescheduled_from for visit in ordered if _names_another(visit)}
    if not linked and not any(visit.status is RESCHEDULED for visit in ordered):
        return ordered
    return [visit for visit in ordered if not _replaced(visit, linked, ordered)]


def _names_another(visit: Visit) -> bool:
    return visit.rescheduled_from is not None and visit.rescheduled_from not in visit.keys


def _replaced(visit: Visit, linked: set[str | None], ordered: list[Visit]) -> bool:
    if visit.status in {ATTENDED, NO_SHOW}:
        return False
    if not linked.isdisjoint(visit.keys):
        return True
    if visit.status is not RESCHEDULED:
        return False
    return any(
        other is not visit and abs(other.booked - visit.known) <= _A_DAY and other.start > visit.known
        for other in ordered
    )


def series(visits: Sequence[Visit]) -> frozenset[datetime]:
    """The instants at which three or more times were booked ahead in one go: a standing series, told as one or not."""
    together = Counter(visit.booked for visit in visits if visit.start > visit.booked)
    return frozenset(booked for booked, count in together.items() if count >= _SERIES)
