"""From the facts known at an instant to the evidence about an episode.

Two rules hold everywhere here. A fact that speaks for staying counts as if it had always been known; one
that speaks for drifting weighs from the instant the record learned it. And whatever came before the last
session is settled by that session: the client came back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from api.domain import clock, rhythm, scores, signs_of_life, stops, timeline
from api.domain.evidence import Evidence, Setback, Sliding, Strand
from api.domain.history import Absence, Agreement, Contact, History, Reply, Rhythm, Score
from api.domain.reasons import ReasonCode
from api.domain.timeline import ATTENDED, BOOKED, CANCELLED, LATE_CANCELLED, Visit
from api.domain.weights import Hold, Model
from schemas.vocabulary import EpisodeKind, Initiator

_NO_CLOCK = {EpisodeKind.AS_NEEDED: ReasonCode.AS_NEEDED, EpisodeKind.CONSULTATION: ReasonCode.CONSULTATION}
_SHORT_NOTICE = timedelta(days=14)
_STILL_TO_RECORD = 30 * clock.DAY
_UNRECORDED_KEPT = 12
_RECENT = 6
_LOOKED_BACK = 20
_LOOKED_THROUGH = 30
_MISS_PRIOR_WORTH = 4.0
_A_SERIES_CUT = 2


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of an episode as known at one instant; `visits` settled and earliest first, `replies` those still open."""

    visits: Sequence[Visit]
    contacts: Sequence[Contact]
    absences: Sequence[Absence]
    agreements: Sequence[Agreement]
    replies: Sequence[Reply] = ()
    scores: Sequence[Score] = ()


def gather(history: History, known: Known, expected: Rhythm, model: Model) -> Evidence:
    """Everything of `known` that bears on whether the client is still coming."""
    came = [visit.start for visit in known.visits if visit.status is ATTENDED]
    last = came[-1] if came else None
    end_from = _end_from(history, known, last)
    away = stops.away(known.absences, last, history.time_zone)
    people = sorted({visit.participant for visit in known.visits if visit.participant is not None})
    whose: Sequence[str | None] = people or [None]
    views = [[v for v in known.visits if v.participant in {None, person}] for person in people] or [list(known.visits)]
    spans = stops.still(known.absences, known.agreements, min(map(_last_came, views)), last, history.time_zone)
    stopped = clock.united(spans if end_from is None else [*spans, (end_from, inf)])
    shared = _Shared(
        history=history,
        known=known,
        expected=expected,
        model=model,
        sessions=len(set(came)),
        series=timeline.series(known.visits[-_LOOKED_THROUGH:]),
        stopped=stopped,
        tapers=stops.tapers(known.agreements, end_from, last, history.time_zone),
    )
    return Evidence(
        time_zone=history.time_zone,
        since=_beginning(history, known),
        no_clock=_NO_CLOCK.get(history.kind) if history.died_on is None else ReasonCode.CLIENT_DIED,
        end_agreed_from=end_from,
        away=away,
        strands=tuple(_strand(view, shared, person) for view, person in zip(views, whose, strict=True)),
        reach=history.reach,
        reply_since=min((clock.second(reply.at) for reply in known.replies), default=None),
        kept_back=history.kept_back,
        risk_since=None if history.risk_since is None else clock.second(history.risk_since),
        chose_time=any(reply.chose_time for reply in known.replies),
        note_due=None if history.note is None else clock.midnight(history.note.due_on, history.time_zone),
        note_position=0 if history.note is None else history.note.position,
    )


def _last_came(visits: Sequence[Visit]) -> int:
    return next((clock.second(visit.start) for visit in reversed(visits) if visit.status is ATTENDED), 0)


def _end_from(history: History, known: Known, last: datetime | None) -> int | None:
    """An agreed end, or the day on which the client died."""
    if history.died_on is not None:
        return clock.midnight(history.died_on, history.time_zone)
    return stops.end_agreed_from(known.agreements, last, history.time_zone)


@dataclass(frozen=True, slots=True)
class _Shared:
    history: History
    known: Known
    expected: Rhythm
    model: Model
    sessions: int
    series: frozenset[datetime]
    stopped: Sequence[clock.Span]
    tapers: Sequence[clock.Span]


def _strand(visits: Sequence[Visit], shared: _Shared, person: str | None) -> Strand:
    model = shared.model
    index = next((at for at in range(len(visits) - 1, -1, -1) if visits[at].status is ATTENDED), -1)
    last = visits[index] if index >= 0 else None
    anchor = clock.second(last.start) if last else _first_instant(visits, shared)
    after = [visit for visit in visits[index + 1 :] if last is None or visit.start > last.start]
    missed = [visit for visit in after if visit.missed]
    cut = _series_cut(after, anchor)
    given_up = [visit for visit in after if visit not in cut and _still_given_up(visit, visits, anchor)]
    life = _last_sign_of_life(after, anchor, shared)
    unanswered = signs_of_life.unanswered(shared.known.contacts, anchor if life is None else life, model)
    return Strand(
        anchor=anchor,
        sessions=shared.sessions,
        pace=_pace(visits, after, cut, anchor, shared),
        life=life,
        held_until=_held_until(after, missed, shared),
        books_ahead=rhythm.books_ahead(visits, model),
        not_kept=tuple(sorted(map(_setback, missed), key=lambda one: (one.known, one.start))),
        given_up=tuple(sorted(map(_setback, given_up), key=lambda one: (one.known, one.start))),
        series_cancelled_at=sorted(clock.second(visit.known) for visit in cut)[_A_SERIES_CUT - 1] if cut else None,
        usual_misses=_usual_misses(visits, last, model) if missed else 0.0,
        recent_misses=sum(visit.missed for visit in _decided(visits[-_LOOKED_THROUGH:])[-_RECENT:]),
        unanswered=unanswered,
        answers=signs_of_life.answers(shared.known.contacts, model) if unanswered else 1.0,
        unrecorded=_unrecorded(visits, anchor),
        sliding=_sliding(shared.known.scores, person) if shared.known.scores else None,
    )


def _sliding(known: Sequence[Score], person: str | None) -> Sliding | None:
    """Of the person whose strand it is, and of all together; where nobody is named among the times, everybody's."""
    slide = scores.sliding_since(one for one in known if person is None or one.participant in {None, person})
    if slide is None:
        return None
    return Sliding(slide.measure, clock.second(slide.at), clock.second(slide.since), slide.higher_is_better)


def _setback(visit: Visit) -> Setback:
    return Setback(clock.second(visit.start), clock.second(visit.known), visit.status is LATE_CANCELLED)


def _decided(visits: Sequence[Visit]) -> list[Visit]:
    return [visit for visit in visits if visit.status is ATTENDED or visit.missed]


def _first_instant(visits: Sequence[Visit], shared: _Shared) -> int:
    """Where the clock starts while no session has taken place: the first booking, the start, the first word."""
    if visits:
        return min(clock.second(min(visit.booked, visit.start)) for visit in visits)
    beginning = _beginning(shared.history, shared.known)
    return beginning if beginning is not None else 0


def _beginning(history: History, known: Known) -> int | None:
    if history.started_at is not None:
        return clock.second(history.started_at)
    heard = [min(visit.booked, visit.start) for visit in known.visits[:1]]
    heard += [min(contact.at, contact.known_at) for contact in known.contacts]
    return clock.second(min(heard)) if heard else None


def _still_given_up(visit: Visit, visits: Sequence[Visit], anchor: int) -> bool:
    """Cancelled since the last session, and no other time booked since."""
    if not visit.given_up or clock.second(visit.known) <= anchor:
        return False
    return not any(
        other.booked >= visit.known and other.start > visit.known and not other.given_up and not other.says_nothing
        for other in visits
    )


def _series_cut(after: Sequence[Visit], anchor: int) -> list[Visit]:
    """Two or more times to come that the practice took out once a time had not been kept or had been given up."""
    setbacks = [
        visit.known for visit in after if visit.missed or (visit.given_up and clock.second(visit.known) > anchor)
    ]
    if not setbacks:
        return []
    first = min(setbacks)
    cut = [
        visit
        for visit in after
        if visit.status is CANCELLED
        and visit.initiator is not Initiator.CLIENT
        and not visit.excused
        and visit.known >= first
        and visit.start > visit.known
    ]
    return cut if len(cut) >= _A_SERIES_CUT else []


def _held_until(
    after: Sequence[Visit], missed: Sequence[Visit], shared: _Shared
) -> tuple[int | None, int | None, int | None, int | None]:
    """A time held the calendar until it came, or until it was known to be off; unrecorded ones a while longer."""
    ends: dict[Hold, int] = {}
    setback = missed[-1].start if missed else None
    grace, fallen_out = (int(days * clock.DAY) for days in (shared.model.pending_days, shared.model.fallen_out_days))
    for visit in after:
        start, known = clock.second(visit.start), clock.second(visit.known)
        stood = visit.status is BOOKED or visit.missed
        hold = _hold(visit, setback, shared.series)
        ends[hold] = max(ends.get(hold, 0), start if stood else min(start, known))
        pending = start + grace if visit.status is BOOKED else min(known, start + grace) + fallen_out
        ends[Hold.PENDING] = max(ends.get(Hold.PENDING, 0), pending)
    return ends.get(Hold.CLIENT), ends.get(Hold.PLAIN), ends.get(Hold.STANDING), ends.get(Hold.PENDING)


def _hold(visit: Visit, setback: datetime | None, series: frozenset[datetime]) -> Hold:
    """A time that was booked before the last one was not kept says less than one booked afterwards."""
    if _is_standing(visit, series):
        return Hold.STANDING
    earlier = setback is not None and visit.booked < setback
    if visit.booked_by is Initiator.CLIENT:
        return Hold.PLAIN if earlier else Hold.CLIENT
    return Hold.STANDING if earlier else Hold.PLAIN


def _is_standing(visit: Visit, series: frozenset[datetime]) -> bool:
    return visit.standing or (visit.booked in series and visit.start > visit.booked)


def _last_sign_of_life(after: Sequence[Visit], anchor: int, shared: _Shared) -> int | None:
    """The last word from the client, or time they booked themselves, since the last session."""
    signs = [
        visit.booked
        for visit in after
        if visit.booked_by is Initiator.CLIENT and visit.booked < visit.start and not _is_standing(visit, shared.series)
    ]
    signs += [
        min(contact.at, contact.known_at) for contact in shared.known.contacts if signs_of_life.is_sign_of_life(contact)
    ]
    last = clock.second(max(signs)) if signs else anchor
    return last if last > anchor else None


def _usual_misses(visits: Sequence[Visit], last: Visit | None, model: Model) -> float:
    settled = [visit for visit in visits[-2 * _LOOKED_THROUGH :] if last and visit.start <= last.start]
    before = _decided(settled)[-_LOOKED_BACK:]
    missed = sum(visit.missed for visit in before)
    return round((missed + model.miss_prior * _MISS_PRIOR_WORTH) / (len(before) + _MISS_PRIOR_WORTH), 3)


def _unrecorded(visits: Sequence[Visit], anchor: int) -> tuple[int, ...]:
    starts = [clock.second(visit.start) for visit in visits if visit.status is BOOKED]
    return tuple(sorted({start for start in starts if start > anchor - _STILL_TO_RECORD})[:_UNRECORDED_KEPT])


def _pace(
    visits: Sequence[Visit], after: Sequence[Visit], cut: Sequence[Visit], anchor: int, shared: _Shared
) -> clock.Pace:
    if not visits:
        return ()
    changes = rhythm.cadence_changes(shared.known.agreements)
    stopped = shared.stopped
    rates = rhythm.rates(visits, shared.history, shared.expected, shared.model, changes=changes)
    credits_ = [
        _credit(visit, rates) for visit in after if visit.says_nothing and visit not in cut and _short_notice(visit)
    ]
    if credits_:
        stopped = clock.united([*stopped, *credits_])
    steps = clock.pace(anchor, rates, stopped)
    for span in shared.tapers:
        steps = clock.slowed(steps, span, shared.model.taper_pace)
    return steps


def _short_notice(visit: Visit) -> bool:
    return visit.start - visit.known <= _SHORT_NOTICE


def _credit(visit: Visit, rates: rhythm.Rates) -> clock.Span:
    """A time that others called off stops the clock for the stretch that led to it: nobody could have come."""
    start = clock.second(visit.start)
    return start - int(clock.DAY / rates[-1][1]), start
