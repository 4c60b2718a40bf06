"""What clinicians go by today, walked over a past as it became known: a yardstick for noticing, never a part of it.

Plain on purpose. These rules know nothing of pauses, leave, agreed ends or excuses; only a recorded discharge
silences them. A rule flags at the instant at which it begins to hold, and again once it has ceased to.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from api.domain import clock, timeline
from api.domain.history import Agreement, Appointment, History, Rhythm
from api.domain.timeline import ATTENDED, BOOKED, NO_SHOW
from schemas.vocabulary import AgreementKind

NOT_SEEN_DAYS = 30.0
OWN_INTERVALS = 1.5

T = TypeVar("T", datetime, timedelta, tuple[datetime, bool])

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_SAME_VISIT = timedelta(hours=12)
_LONGEST_INTERVAL = timedelta(days=400)


class RuleOfThumb(StrEnum):
    """The three that practices name when asked."""

    NOT_SEEN = "not_seen"
    TWO_NO_SHOWS = "two_no_shows"
    NOTHING_BOOKED = "nothing_booked"


def not_seen(history: History, until: datetime, *, days: float = NOT_SEEN_DAYS) -> list[datetime]:
    """When the last attended session known was so many days ago. Raises `clock.UnknownTimeZone`."""
    return _flags(history, until, [_not_seen_for(days)])[0]


def two_no_shows(history: History, until: datetime) -> list[datetime]:
    """When the last two times with an outcome were both known as no-shows; cancelled ones are passed over.

    Raises `clock.UnknownTimeZone`.
    """
    return _flags(history, until, [_missed_twice])[0]


def nothing_booked(
    history: History, rhythm: Rhythm, until: datetime, *, factor: float = OWN_INTERVALS
) -> list[datetime]:
    """When no time to come was known, and the last session lay so many of the client's own median intervals back.

    The practice's cadence stands in while there are fewer than two sessions. A time booked for today is still one to
    come, as for a person who goes through the list each morning. Raises `clock.UnknownTimeZone`.
    """
    return _flags(history, until, [_unbooked_for(factor, rhythm.default_cadence_days)])[0]


def flags(history: History, rhythm: Rhythm, until: datetime) -> dict[RuleOfThumb, list[datetime]]:
    """All three in one walk, for the price of one. Raises `clock.UnknownTimeZone`."""
    rules: dict[RuleOfThumb, _Rule] = {
        RuleOfThumb.NOT_SEEN: _not_seen_for(NOT_SEEN_DAYS),
        RuleOfThumb.TWO_NO_SHOWS: _missed_twice,
        RuleOfThumb.NOTHING_BOOKED: _unbooked_for(OWN_INTERVALS, rhythm.default_cadence_days),
    }
    return dict(zip(rules, _flags(history, until, list(rules.values())), strict=True))


class _Record:
    """What the record knows so far, kept in order as it is learned, so that no arrival reads everything again."""

    def __init__(self, history: History) -> None:
        self.zone = history.time_zone
        self._ended_at = history.ended_at
        self._arriving: dict[datetime, list[Appointment | Agreement]] = {}
        for appointment in timeline.joined(history.appointments):
            for known_at in {event.known_at for event in appointment.events}:
                self._arriving.setdefault(known_at, []).append(appointment)
        for agreement in dict.fromkeys(history.agreements):
            if agreement.kind is AgreementKind.DISCHARGE:
                self._arriving.setdefault(agreement.known_at, []).append(agreement)
        self._visits: dict[str, timeline.Visit] = {}
        self._replaced: set[str] = set()
        self._discharged: list[datetime] = []
        self.attended: list[datetime] = []
        self.intervals: list[timedelta] = []
        self.booked: list[datetime] = []
        self.decided: list[tuple[datetime, bool]] = []

    def arrivals(self, until: datetime) -> list[datetime]:
        return sorted(at for at in self._arriving if at <= until)

    def learn(self, now: datetime) -> None:
        for fact in self._arriving[now]:
            if isinstance(fact, Agreement):
                self._discharge(fact)
            elif visit := timeline.read(fact, now):
                self._learn_visit(fact.key, visit)
            else:
                self._lose(fact.key)

    def silenced_from(self) -> datetime | None:
        """The end of the work, or the earliest discharge that no later session has overtaken."""
        last = self.attended[-1] if self.attended else None
        standing = [at for at in self._discharged if last is None or last <= at + _A_DAY]
        if self._ended_at is not None:
            standing.append(self._ended_at)
        return min(standing, default=None)

    def _discharge(self, agreement: Agreement) -> None:
        if (at := clock.instant(clock.midnight(agreement.from_on, self.zone))) is not None:
            self._discharged.append(at)

    def _learn_visit(self, key: str, visit: timeline.Visit) -> None:
        if (before := self._visits.pop(key, None)) is not None:
            self._forget(key, before)
        replaced = visit.rescheduled_from
        if replaced is not None and replaced != key and replaced not in self._replaced:
            if (old := self._visits.get(replaced)) is not None and old.status is BOOKED:
                self._forget(replaced, old)
            self._replaced.add(replaced)
        self._visits[key] = visit
        if visit.status is BOOKED and key not in self._replaced:
            insort(self.booked, visit.start)
        if visit.status is ATTENDED or visit.status is NO_SHOW:
            insort(self.decided, (visit.start, visit.status is ATTENDED))
        if visit.status is ATTENDED:
            self._attend(visit.start)

    def _lose(self, key: str) -> None:
        """It was moved to where no time can be. What it had taken the place of stands again."""
        visit = self._visits.pop(key, None)
        if visit is None:
            return
        self._forget(key, visit)
        replaced = visit.rescheduled_from
        others = {one.rescheduled_from for one in self._visits.values()}
        if replaced in self._replaced and replaced not in others:
            self._replaced.discard(replaced)
            if (old := self._visits.get(replaced)) is not None and old.status is BOOKED:
                insort(self.booked, old.start)

    def _forget(self, key: str, visit: timeline.Visit) -> None:
        if visit.status is BOOKED and key not in self._replaced:
            _take_out(self.booked, visit.start)
        if visit.status is ATTENDED or visit.status is NO_SHOW:
            _take_out(self.decided, (visit.start, visit.status is ATTENDED))
        if visit.status is ATTENDED:
            self._unattend(visit.start)

    def _attend(self, start: datetime) -> None:
        at = bisect_left(self.attended, start)
        before, after = self.attended[max(0, at - 1) : at], self.attended[at : at + 1]
        for gap in _gaps([*before, *after]):
            _take_out(self.intervals, gap)
        for gap in _gaps([*before, start, *after]):
            insort(self.intervals, gap)
        self.attended.insert(at, start)

    def _unattend(self, start: datetime) -> None:
        at = bisect_left(self.attended, start)
        before, after = self.attended[max(0, at - 1) : at], self.attended[at + 1 : at + 2]
        for gap in _gaps([*before, start, *after]):
            _take_out(self.intervals, gap)
        for gap in _gaps([*before, *after]):
            insort(self.intervals, gap)
        del self.attended[at]


_Rule = Callable[[_Record], datetime | None]
"""The instant from which a rule holds while nothing more is learned; None while it does not and will not."""


def _not_seen_for(days: float) -> _Rule:
    def holds_from(record: _Record) -> datetime | None:
        return record.attended[-1] + timedelta(days=days) if record.attended else None

    return holds_from


def _missed_twice(record: _Record) -> datetime | None:
    """Times within an hour of each other are one, told twice: whoever came once of them came."""
    missed: list[datetime] = []
    for start, came in reversed(record.decided):
        if missed and missed[-1] - start <= _AN_HOUR:
            if came:
                return None
            continue
        if came:
            break
        missed.append(start)
        if len(missed) > 2:  # noqa: PLR2004 - two of them, and whatever was told again of the second
            break
    return missed[0] if len(missed) >= 2 else None  # noqa: PLR2004 - see above


def _unbooked_for(factor: float, default_days: float) -> _Rule:
    def holds_from(record: _Record) -> datetime | None:
        if not record.attended:
            return None
        usual = _median(record.intervals) if record.intervals else timedelta(days=default_days)
        waited = record.attended[-1] + factor * usual
        if not record.booked:
            return waited
        free = _end_of_day(record.booked[-1], record.zone)
        return None if free is None else max(waited, free)

    return holds_from


def _end_of_day(at: datetime, zone_name: str) -> datetime | None:
    return clock.instant(clock.end_of(clock.local_day(clock.second(at), zone_name), zone_name))


def _flags(history: History, until: datetime, rules: Sequence[_Rule]) -> list[list[datetime]]:
    clock.zone(history.time_zone)
    record = _Record(history)
    found: list[list[datetime]] = [[] for _ in rules]
    holding = [False for _ in rules]
    for now, end in _stretches(record.arrivals(until)):
        record.learn(now)
        silenced = record.silenced_from()
        over = min((at for at in (end, silenced) if at is not None), default=None)
        for index, rule in enumerate(rules):
            begins = rule(record)
            at = None if begins is None else max(now, begins)
            if at is None or at > until or (over is not None and at >= over):
                holding[index] = False
                continue
            if at > now or not holding[index]:
                found[index].append(at)
            holding[index] = over is None or over == end
    return found


def _stretches(arrivals: Sequence[datetime]) -> Iterator[tuple[datetime, datetime | None]]:
    """From each arrival until the next."""
    yield from pairwise(arrivals)
    if arrivals:
        yield arrivals[-1], None


def _gaps(starts: Sequence[datetime]) -> list[timedelta]:
    """Between one session and the next; what lies within half a day is one session told twice."""
    return [min(gap, _LONGEST_INTERVAL) for one, other in pairwise(starts) if (gap := other - one) > _SAME_VISIT]


def _median(ordered: Sequence[timedelta]) -> timedelta:
    count = len(ordered)
    return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2


def _take_out(ordered: list[T], value: T) -> None:
    del ordered[bisect_left(ordered, value)]
