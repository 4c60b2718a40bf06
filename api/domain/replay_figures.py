"""What looking back over a practice came to: counts to which each client is added once, and no client can be told from.

A flag is judged by what happened next, as far as the record knew it at the end: whether the client came within sixty
days. That is no truth about why. A flag with fewer than sixty days left is counted apart, whatever followed it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from api.domain import clock, stops, timeline
from api.domain.history import History
from api.domain.reasons import ReasonCode
from api.domain.rules_of_thumb import RuleOfThumb
from api.domain.timeline import ATTENDED, BOOKED, Visit
from schemas.vocabulary import AbsenceKind, AgreementKind, EpisodeFormat, Sensitivity, Stage

RETURN_WITHIN = timedelta(days=60)
AGREED_WITHIN = timedelta(days=14)
"""An end recorded so soon after the last session was spoken of; one recorded later was found out."""

_SESSIONS_FOR_A_RHYTHM = 4
_PAUSES = frozenset({AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY})
SHOWN = (Stage.DRIFTING, Stage.QUIET)


@dataclass(slots=True)
class Flagging:
    """What one way of noticing did. Each counter goes from a number of days, or a month, to how often.

    `silent_days`: days between the last session known and a flag that no return followed. `stopped_days`: for clients
    who did not come back, days between their last session and the first flag after it. `before_record`: days by which
    that flag came before the practice recorded the end.
    """

    clients: int = 0
    flags: int = 0
    returned: int = 0
    not_returned: int = 0
    too_recent: int = 0
    by_month: Counter[str] = field(default_factory=Counter)
    silent_days: Counter[int] = field(default_factory=Counter)
    stopped_days: Counter[int] = field(default_factory=Counter)
    before_record: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Flagging") -> None:
        self.clients += other.clients
        self.flags += other.flags
        self.returned += other.returned
        self.not_returned += other.not_returned
        self.too_recent += other.too_recent
        self.by_month.update(other.by_month)
        self.silent_days.update(other.silent_days)
        self.stopped_days.update(other.stopped_days)
        self.before_record.update(other.before_record)


@dataclass(frozen=True, slots=True)
class Looked:
    """When one client would have been flagged, by each way of noticing; and what is shown of them at the end."""

    ours: dict[Sensitivity, dict[Stage, list[datetime]]]
    rules: dict[RuleOfThumb, list[datetime]]
    showing: Stage | None


def _each_stage() -> dict[Sensitivity, dict[Stage, Flagging]]:
    return {level: {stage: Flagging() for stage in SHOWN} for level in Sensitivity}


@dataclass(slots=True)
class Figures:
    """`client_days`: from the first time in the calendar to an end, or to sixty days after the last time.

    `lines` counts the lines of the flags file by stage, `line_clients` the clients who have one, `leading` the reasons that
    came first; all at the chosen level. `showing`: who is shown so at the end.
    """

    client_count: int = 0
    client_days: int = 0
    clients_by_month: Counter[str] = field(default_factory=Counter)
    ours: dict[Sensitivity, dict[Stage, Flagging]] = field(default_factory=_each_stage)
    rules: dict[RuleOfThumb, Flagging] = field(default_factory=lambda: {rule: Flagging() for rule in RuleOfThumb})
    showing: Counter[Stage] = field(default_factory=Counter)
    lines: Counter[Stage] = field(default_factory=Counter)
    line_clients: Counter[Stage] = field(default_factory=Counter)
    leading: Counter[ReasonCode] = field(default_factory=Counter)
    not_back: int = 0
    ends_recorded: int = 0
    intervals: dict[EpisodeFormat, Counter[int]] = field(default_factory=dict)
    sessions_on: Counter[date] = field(default_factory=Counter)
    past_times: int = 0
    not_recorded: int = 0

    def add(self, other: "Figures") -> None:
        self.client_count += other.client_count
        self.client_days += other.client_days
        self.not_back += other.not_back
        self.ends_recorded += other.ends_recorded
        self.past_times += other.past_times
        self.not_recorded += other.not_recorded
        self.clients_by_month.update(other.clients_by_month)
        self.showing.update(other.showing)
        self.lines.update(other.lines)
        self.line_clients.update(other.line_clients)
        self.leading.update(other.leading)
        self.sessions_on.update(other.sessions_on)
        for shape, counts in other.intervals.items():
            self.intervals.setdefault(shape, Counter()).update(counts)
        for level, stages in other.ours.items():
            for stage, flagging in stages.items():
                self.ours[level][stage].add(flagging)
        for rule, flagging in other.rules.items():
            self.rules[rule].add(flagging)


def count(figures: Figures, history: History, looked: Looked, until: datetime) -> None:
    """One client more."""
    past = _Past.of(history, until)
    figures.client_count += 1
    figures.not_back += past.not_back
    figures.ends_recorded += past.end_recorded_at is not None
    if looked.showing in SHOWN:
        figures.showing[looked.showing] += 1
    _count_time(figures, past)
    _count_rhythm(figures, history, past)
    for level, stages in looked.ours.items():
        for stage, flags in stages.items():
            _count_flags(figures.ours[level][stage], flags, past)
    for rule, flags in looked.rules.items():
        _count_flags(figures.rules[rule], flags, past)


@dataclass(frozen=True, slots=True)
class _Session:
    start: datetime
    known: datetime


@dataclass(frozen=True, slots=True)
class _Past:
    """What the record knew of one client at the end. `not_back`: stayed away without an end that both knew of."""

    until: datetime
    visits: Sequence[Visit]
    sessions: Sequence[_Session]
    under_way: tuple[datetime, datetime] | None
    not_back: bool
    end_recorded_at: datetime | None

    @classmethod
    def of(cls, history: History, until: datetime) -> "_Past":
        visits = timeline.visits(history.appointments, until, history.time_zone)
        sessions = _sessions(history, visits, until)
        last = sessions[-1] if sessions else None
        return cls(
            until=until,
            visits=visits,
            sessions=sessions,
            under_way=_under_way(history, visits, last, until),
            not_back=last is not None and _stayed_away(history, last, until),
            end_recorded_at=None if last is None else _end_recorded_at(history, last, until),
        )


def _sessions(history: History, visits: Sequence[Visit], until: datetime) -> list[_Session]:
    """Each with the instant at which the record first knew that it took place."""
    first_known: dict[str, datetime] = {}
    for appointment in history.appointments:
        for event in appointment.events:
            if event.status is ATTENDED and event.starts_at <= event.known_at <= until:
                before = first_known.get(appointment.key, event.known_at)
                first_known[appointment.key] = min(before, event.known_at)
    return [
        _Session(visit.start, min(first_known.get(key, visit.known) for key in visit.keys))
        for visit in visits
        if visit.status is ATTENDED
    ]


def _under_way(
    history: History, visits: Sequence[Visit], last: _Session | None, until: datetime
) -> tuple[datetime, datetime] | None:
    if not visits or visits[0].start >= until:
        return None
    ends = [until, visits[-1].start + RETURN_WITHIN]
    if (agreed := _end_agreed_from(history, last, until)) is not None:
        ends.append(agreed)
    return visits[0].start, max(visits[0].start, min(ends))


def _end_agreed_from(history: History, last: _Session | None, known_by: datetime) -> datetime | None:
    known = [one for one in history.agreements if one.known_at <= known_by]
    found = stops.end_agreed_from(known, last.start if last else None, history.time_zone)
    return None if found is None else clock.instant(found)


def _stayed_away(history: History, last: _Session, until: datetime) -> bool:
    """Sixty days and more without a session at the end, no pause running then, and no end on record when it began."""
    if last.start + RETURN_WITHIN > until:
        return False
    if _end_agreed_from(history, last, last.start + AGREED_WITHIN) is not None:
        return False
    at = clock.second(until)
    return not any(
        absence.kind in _PAUSES
        and absence.known_at <= until
        and clock.midnight(absence.from_on, history.time_zone) <= at < clock.end_of(absence.to_on, history.time_zone)
        for absence in history.absences
    )


def _end_recorded_at(history: History, last: _Session, until: datetime) -> datetime | None:
    """When the practice wrote down that a client had stopped whose end had not been spoken of before."""
    if _end_agreed_from(history, last, min(until, last.start + AGREED_WITHIN)) is not None:
        return None
    recorded = [
        one.known_at
        for one in history.agreements
        if one.kind is AgreementKind.DISCHARGE
        and last.known < one.known_at <= until
        and stops.end_agreed_from([one], last.start, history.time_zone) is not None
    ]
    return min(recorded, default=None)


def _count_time(figures: Figures, past: _Past) -> None:
    passed = [visit for visit in past.visits if visit.start <= past.until]
    figures.past_times += len(passed)
    figures.not_recorded += sum(visit.status is BOOKED for visit in passed)
    if past.under_way is None:
        return
    begin, end = past.under_way
    figures.client_days += (end - begin).days
    figures.clients_by_month.update(_months(begin, end))


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"


def _months(begin: datetime, end: datetime) -> list[str]:
    first, last = (at.year * 12 + at.month - 1 for at in (begin, end))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def _count_rhythm(figures: Figures, history: History, past: _Past) -> None:
    days = sorted({clock.local_day(clock.second(one.start), history.time_zone) for one in past.sessions})
    figures.sessions_on.update(days)
    if len(days) < _SESSIONS_FOR_A_RHYTHM:
        return
    gaps = sorted((other - one).days for one, other in pairwise(days))
    figures.intervals.setdefault(history.format, Counter())[gaps[len(gaps) // 2]] += 1


def _count_flags(flagging: Flagging, flags: Sequence[datetime], past: _Past) -> None:
    if not flags:
        return
    flagging.clients += 1
    flagging.flags += len(flags)
    for at in flags:
        flagging.by_month[_month(at)] += 1
        _judge(flagging, at, past)
    last = past.sessions[-1] if past.sessions else None
    if last is None:
        return
    first = next((at for at in flags if at >= last.known), None)
    if first is None:
        return
    if past.not_back:
        flagging.stopped_days[(first - last.start).days] += 1
    if past.end_recorded_at is not None and first < past.end_recorded_at:
        flagging.before_record[(past.end_recorded_at - first).days] += 1


def _judge(flagging: Flagging, at: datetime, past: _Past) -> None:
    """A client who had come without the record knowing it yet has come back too."""
    if at + RETURN_WITHIN > past.until:
        flagging.too_recent += 1
        return
    index = bisect_right(past.sessions, at, key=lambda one: one.start) - 1
    while index >= 0 and past.sessions[index].known > at:
        index -= 1
    following = past.sessions[index + 1] if index + 1 < len(past.sessions) else None
    if following is not None and following.start <= at + RETURN_WITHIN:
        flagging.returned += 1
        return
    flagging.not_returned += 1
    if index >= 0:
        flagging.silent_days[(at - past.sessions[index].start).days] += 1
