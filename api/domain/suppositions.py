"""What could yet be learned about an episode, each as the history that would then be told.

Facts only: what they would change is for the model to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.domain import clock, grounds, reasons
from api.domain.history import (
    Absence,
    Agreement,
    Appointment,
    Contact,
    History,
    Reach,
    StatusEvent,
)
from api.domain.inquiry import Inquiry
from api.domain.timeline import ATTENDED, BOOKED, CANCELLED, NO_SHOW, Visit
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    ChangeKind,
    Channel,
    ContactDirection,
    ContactOutcome,
    EpisodeKind,
    Initiator,
    Stage,
)

_LATER = timedelta(hours=2)
_A_PAUSE = timedelta(days=27)
_NEAREST, _FARTHEST = 1, 28
_ASKED = 2
_A_WEEK = 7
_KEY = "supposed"
_CHOSEN = frozenset({AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY})


@dataclass(frozen=True, slots=True)
class Supposition:
    """`condition` begins the sentence. It would be learned at `at`: now, or when a time to come is over."""

    kind: ChangeKind
    condition: str
    history: History
    at: datetime


def of(look: Inquiry) -> Iterator[Supposition]:
    """What somebody could record comes first, then what the client could do, then what could be agreed."""
    if look.found.stage is Stage.ENDED or look.history.died_on is not None:
        return
    yield from _outcomes(look)
    yield from _signs(look)
    yield from _corrections(look)
    yield from _arrangements(look)
    yield from _of_the_next_time(look)


def told(look: Inquiry, visits: Sequence[Visit], event: StatusEvent) -> History:
    """The history in which something more was learned of booked times; each keeps its start."""
    starts = {key: one.start for one in visits for key in one.keys}
    return replace(
        look.history,
        appointments=tuple(
            replace(one, events=(*one.events, replace(event, starts_at=starts[one.key]))) if one.key in starts else one
            for one in look.history.appointments
        ),
    )


def _outcomes(look: Inquiry) -> Iterator[Supposition]:
    for visit in grounds.unrecorded(look)[:_ASKED]:
        day = reasons.day(look.day(visit.start), look.today)
        came = StatusEvent(ATTENDED, visit.start, look.now)
        excused = StatusEvent(NO_SHOW, visit.start, look.now, excused=True)
        not_kept = StatusEvent(NO_SHOW, visit.start, look.now)
        for kind, condition, event in (
            (ChangeKind.OUTCOME_CAME, f"If the time on {day} took place and that is recorded", came),
            (ChangeKind.OUTCOME_EXCUSED, f"If the time on {day} was excused and that is recorded", excused),
            (ChangeKind.OUTCOME_NOT_KEPT, f"If the time on {day} did not take place and that is recorded", not_kept),
        ):
            yield Supposition(kind, condition, told(look, [visit], event), look.now)


def _signs(look: Inquiry) -> Iterator[Supposition]:
    """Where the first word is left to the client, nothing is supposed that would begin with the practice."""
    waits = look.history.reach is Reach.NOBODY
    usual = min(_FARTHEST, max(_NEAREST, round(clock.usual_days(look.strand.pace, look.at))))
    start = look.now + timedelta(days=usual)
    day = reasons.day(look.day(start), look.today)
    for kind, who, by in (
        (ChangeKind.CLIENT_BOOKS, "the client", Initiator.CLIENT),
        (ChangeKind.TIME_BOOKED, "the practice", Initiator.PRACTICE),
    )[: 1 if waits else 2]:
        booked = StatusEvent(BOOKED, start, look.now, by)
        yield Supposition(kind, f"If {who} books a time, for instance for {day}", _with(look, booked), look.now)
    spoke = Contact(look.now, look.now, ContactDirection.INBOUND, Channel.PHONE, outcome=ContactOutcome.SPOKE)
    heard = replace(look.history, contacts=(*look.history.contacts, spoke))
    condition = "If the client is in touch" if waits else "If the client is in touch, or you speak with them"
    yield Supposition(ChangeKind.IN_TOUCH, condition, heard, look.now)
    came = StatusEvent(ATTENDED, look.now, look.now)
    yield Supposition(ChangeKind.SESSION_HELD, "If a session takes place today", _with(look, came), look.now)


def _with(look: Inquiry, event: StatusEvent) -> History:
    booked = Appointment(_KEY, (event,))
    return replace(look.history, appointments=(*look.history.appointments, booked))


def _corrections(look: Inquiry) -> Iterator[Supposition]:
    """The last time that was not kept, then all of them, as excused."""
    missed = grounds.not_kept(look)
    excused = StatusEvent(NO_SHOW, look.now, look.now, excused=True)
    if missed:
        day = reasons.day(look.day(missed[0].start), look.today)
        condition = f"If the time on {day} was excused and that is recorded"
        yield Supposition(ChangeKind.WAS_EXCUSED, condition, told(look, missed[:1], excused), look.now)
    if len(missed) > 1:
        first = reasons.day(look.day(missed[-1].start), look.today)
        last = reasons.day(look.day(missed[0].start), look.today)
        condition = f"If the times from {first} to {last} were excused and that is recorded"
        yield Supposition(ChangeKind.WAS_EXCUSED, condition, told(look, missed, excused), look.now)


def _arrangements(look: Inquiry) -> Iterator[Supposition]:
    history, today = look.history, look.today
    if look.found.stage is not Stage.PAUSED and look.evidence.no_clock is None:
        pause = Absence(AbsenceKind.PAUSE, today, today + _A_PAUSE, look.now)
        paused = replace(history, absences=(*history.absences, pause))
        condition = "If a pause is agreed and put on record"
        yield Supposition(ChangeKind.PAUSE_AGREED, condition, paused, look.now)
    yield from _slower(look)
    end = Agreement(AgreementKind.PLANNED_END, today, look.now)
    ended = replace(history, agreements=(*history.agreements, end))
    condition = "If it is agreed that the work ends today and that is put on record"
    yield Supposition(ChangeKind.END_AGREED, condition, ended, look.now)
    kept = [one for one in history.absences if one.kind not in _CHOSEN or not grounds.is_running(one, look)]
    if len(kept) < len(history.absences):
        condition = "If the pause or time away is taken back"
        without = replace(history, absences=tuple(kept))
        yield Supposition(ChangeKind.ABSENCE_TAKEN_BACK, condition, without, look.now)
    if history.kind is not EpisodeKind.ONGOING:
        ongoing = replace(history, kind=EpisodeKind.ONGOING)
        yield Supposition(ChangeKind.BECOMES_ONGOING, "If this is recorded as ongoing work", ongoing, look.now)


def _slower(look: Inquiry) -> Iterator[Supposition]:
    """Twice the usual distance, in whole weeks where it is longer than two, as agreed when the client last came."""
    last = grounds.last_session(look)
    if last is None:
        return
    twice = 2 * clock.usual_days(look.strand.pace, look.at)
    days = float(round(twice / _A_WEEK) * _A_WEEK if twice >= 2 * _A_WEEK - 1 else max(2, round(twice)))
    slower = Agreement(AgreementKind.CADENCE_CHANGE, look.day(last.start), look.now, cadence_days=days)
    agreed = replace(look.history, agreements=(*look.history.agreements, slower))
    condition = f"If sessions {reasons.every(days)} apart were agreed at the last one and that is recorded"
    yield Supposition(ChangeKind.SLOWER_RHYTHM, condition, agreed, look.now)


def _of_the_next_time(look: Inquiry) -> Iterator[Supposition]:
    for visit in grounds.ahead(look)[:1]:
        day = reasons.day(look.day(visit.start), look.today)
        given_up = StatusEvent(CANCELLED, visit.start, look.now, Initiator.CLIENT)
        condition = f"If the client gives up the time on {day} and no other is booked"
        yield Supposition(ChangeKind.NEXT_GIVEN_UP, condition, told(look, [visit], given_up), look.now)
        over = visit.start + _LATER
        not_kept = StatusEvent(NO_SHOW, visit.start, over)
        condition = f"If the time on {day} is not kept"
        yield Supposition(ChangeKind.NEXT_NOT_KEPT, condition, told(look, [visit], not_kept), over)
