"""The facts that each reason rests on: which times, contacts, absences and agreements, each in a sentence with its day.

One rule per code. A code without a rule is asked about: a fact without which the model would not give the reason, or
would word it otherwise, is one that it rests on.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from math import isfinite

from api.domain import clock, fact_words, reasons, rhythm, scores, signs_of_life
from api.domain.evidence import Away, Setback
from api.domain.fact_words import Fact
from api.domain.history import Absence, Contact, History
from api.domain.inquiry import Inquiry
from api.domain.reasons import Reason, ReasonCode
from api.domain.timeline import ATTENDED, BOOKED, CANCELLED, Visit
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    ContactDirection,
    ContactOutcome,
    EpisodeKind,
    FactKind,
    Initiator,
)

_SHOWN = 4
_ASKED_ABOUT = 24
_RHYTHM_FROM = 3
_RECENT = 6
_KINDS = {
    ReasonCode.PAUSE_AGREED: AbsenceKind.PAUSE,
    ReasonCode.CLIENT_AWAY: AbsenceKind.CLIENT_AWAY,
    ReasonCode.CLINICIAN_LEAVE: AbsenceKind.CLINICIAN_LEAVE,
    ReasonCode.PRACTICE_CLOSED: AbsenceKind.PRACTICE_CLOSED,
}


def of(reason: Reason, look: Inquiry) -> tuple[Fact, ...]:
    """The latest first where there are many; empty only where a reason rests on nothing that is on record."""
    if reason.code in _KINDS:
        return tuple(_absences(look, _KINDS[reason.code]))
    rule = _RULES.get(reason.code)
    return tuple(asked_for(reason, look) if rule is None else rule(look))


def of_visits(look: Inquiry, visits: Iterable[Visit]) -> list[Fact]:
    return [fact_words.time(one, look.day(one.start), look.today, look.now) for one in visits]


def of_contacts(look: Inquiry, contacts: Iterable[Contact]) -> list[Fact]:
    return [fact_words.contact(one, look.day(one.at), look.today) for one in contacts]


def last_session(look: Inquiry) -> Visit | None:
    came = [one for one in look.visits if one.status is ATTENDED and clock.second(one.start) == look.strand.anchor]
    return came[-1] if came else None


def signs_since(look: Inquiry) -> list[Contact]:
    """What was heard of the client since the last session, latest first."""
    found = [
        one
        for one in look.known.contacts
        if signs_of_life.is_sign_of_life(one) and clock.second(min(one.at, one.known_at)) > look.strand.anchor
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def ahead(look: Inquiry) -> list[Visit]:
    return [one for one in look.visits if one.status is BOOKED and one.start > look.now]


def unrecorded(look: Inquiry) -> list[Visit]:
    """Times that are over and of which nobody said what became, latest first."""
    open_ones = set(look.strand.to_record(look.at))
    return [one for one in reversed(look.visits) if one.status is BOOKED and clock.second(one.start) in open_ones]


def _beginning(look: Inquiry) -> Iterator[Fact]:
    began = look.history.started_at
    if began is not None:
        on = look.day(began)
        yield Fact(FactKind.EPISODE, "began", on, f"The work began on {reasons.day(on, look.today)}.", began)
    elif look.visits:
        yield from of_visits(look, look.visits[:1])


def _longer_than_usual(look: Inquiry) -> Iterator[Fact]:
    last = last_session(look)
    yield from of_visits(look, [last]) if last else _beginning(look)
    yield from of_contacts(look, signs_since(look)[:1])
    yield from _rhythm(look)


def _rhythm(look: Inquiry) -> Iterator[Fact]:
    """What was agreed; else the sessions before; else what is usual in the practice."""
    changes = rhythm.cadence_changes(look.known.agreements)
    agreed = look.history.agreed_cadence_days
    if changes:
        yield fact_words.agreement(changes[-1], look.today)
    elif agreed is not None and isfinite(agreed):
        text = f"Sessions are agreed to be {reasons.every(agreed)} apart."
        yield Fact(FactKind.EPISODE, "agreed_rhythm", look.today, text)
    before = [one for one in look.visits if one.status is ATTENDED and clock.second(one.start) < look.strand.anchor]
    if len(before) >= _RHYTHM_FROM:
        yield from of_visits(look, reversed(before[-_RHYTHM_FROM:]))
    elif not changes and agreed is None:
        text = "While few sessions are known, the rhythm that is usual in the practice stands in."
        yield Fact(FactKind.RHYTHM, "usual_here", look.today, text)


def _nothing_booked(look: Inquiry) -> Iterator[Fact]:
    last = max(look.visits, key=lambda one: one.start, default=None)
    if last is not None:
        yield from of_visits(look, [last])
    text = f"No time after {reasons.day(look.today, look.today)} is on record."
    yield Fact(FactKind.CALENDAR, "empty", look.today, text)


def _setbacks(look: Inquiry, setbacks: Sequence[Setback]) -> list[Visit]:
    """The booked times that became these, latest first."""
    told = {(one.start, one.known) for one in setbacks if one.known <= look.at}
    found = [one for one in look.visits if (clock.second(one.start), clock.second(one.known)) in told]
    return sorted(found, key=lambda one: one.start, reverse=True)


def not_kept(look: Inquiry) -> list[Visit]:
    return _setbacks(look, look.strand.not_kept)


def _cancelled(look: Inquiry) -> list[Fact]:
    return of_visits(look, _setbacks(look, look.strand.given_up))


def _series_cancelled(look: Inquiry) -> list[Fact]:
    """Times to come that the practice took out since the last session."""
    cut = [
        one
        for one in look.visits
        if one.status is CANCELLED
        and one.initiator is not Initiator.CLIENT
        and clock.second(one.start) > look.strand.anchor
        and one.known < one.start
    ]
    return of_visits(look, cut)


def _not_answered(look: Inquiry) -> list[Fact]:
    """Messages since the client was last seen or heard, as many as have waited long enough to count."""
    since = look.strand.anchor if look.strand.life is None else look.strand.life
    sent = [
        one
        for one in look.known.contacts
        if one.direction is ContactDirection.OUTBOUND
        and not one.automated
        and one.outcome is not ContactOutcome.NOT_DELIVERED
        and clock.second(min(one.at, one.known_at)) > since
    ]
    waited = max(1, bisect_right(look.strand.unanswered, look.at))
    return of_contacts(look, sorted(sent, key=lambda one: one.at)[:waited])


def _recent_times(look: Inquiry) -> list[Fact]:
    decided = [one for one in look.visits if one.status is ATTENDED or one.missed]
    return of_visits(look, [one for one in reversed(decided[-_RECENT:]) if one.missed])


def _just_begun(look: Inquiry) -> list[Fact]:
    came = [one for one in look.visits if one.status is ATTENDED]
    return of_visits(look, reversed(came[-_SHOWN:]))


def _scores_sliding(look: Inquiry) -> list[Fact]:
    """The results of that measure, of the person whose evidence stands."""
    theirs = [one for one in look.known.scores if look.person is None or one.participant in {None, look.person}]
    shown = scores.behind(theirs)[:_SHOWN]
    return [fact_words.score(one, look.day(scores.given_at(one)), look.today) for one in shown]


def _booked_by_client(look: Inquiry) -> list[Fact]:
    theirs = [one for one in ahead(look) if one.booked_by is Initiator.CLIENT]
    return of_visits(look, theirs[:_SHOWN])


def _in_touch(look: Inquiry) -> list[Fact]:
    """A word of the client's, or the booking by which they gave a sign."""
    heard = of_contacts(look, [one for one in signs_since(look) if _heard_at(one) == look.strand.life])
    booked = [one for one in look.visits if clock.second(one.booked) == look.strand.life]
    return heard or of_visits(look, booked[:1])


def _heard_at(one: Contact) -> int:
    return clock.second(min(one.at, one.known_at))


def _absences(look: Inquiry, kind: AbsenceKind) -> Iterator[Fact]:
    for one in look.known.absences:
        if one.kind is kind and is_running(one, look):
            yield fact_words.absence(one, look.today)


def is_running(absence: Absence, look: Inquiry) -> bool:
    """Whether it stops the clock now; one without an end is over once the client came."""
    away = spanned(absence, look.history.time_zone)
    return away in look.evidence.away and away.since <= look.at and (away.until is None or look.at < away.until)


def spanned(absence: Absence, zone_name: str) -> Away:
    """An absence as the evidence has it."""
    until = clock.end_of(absence.to_on, zone_name)
    return Away(absence.kind, clock.midnight(absence.from_on, zone_name), int(until) if isfinite(until) else None)


def _end_agreed(look: Inquiry) -> Iterator[Fact]:
    for one in look.known.agreements:
        starts = clock.midnight(one.from_on, look.history.time_zone)
        if one.kind is not AgreementKind.CADENCE_CHANGE and starts == look.evidence.end_agreed_from:
            yield fact_words.agreement(one, look.today)


def _paced(look: Inquiry) -> Iterator[Fact]:
    said = {
        EpisodeKind.AS_NEEDED: "The episode is recorded as work in which sessions are booked as needed.",
        EpisodeKind.CONSULTATION: "The episode is recorded as a one-off consultation.",
    }
    if look.history.kind in said:
        yield Fact(FactKind.EPISODE, look.history.kind, look.today, said[look.history.kind])


def _died(look: Inquiry) -> Iterator[Fact]:
    on = look.history.died_on
    if on is not None:
        yield Fact(FactKind.EPISODE, "client_died", on, f"The client died on {reasons.day(on, look.today)}.")


def _ended(look: Inquiry) -> Iterator[Fact]:
    at = look.history.ended_at
    if at is not None:
        on = look.day(at)
        yield Fact(FactKind.EPISODE, "ended", on, f"The work ended on {reasons.day(on, look.today)}.", at)


def asked_for(reason: Reason, look: Inquiry) -> Iterator[Fact]:
    """Fact by fact: without which would the model not say this?"""
    for fact, without in _each_left_out(look):
        if reason not in look.ask(without).reasons:
            yield fact


def _each_left_out(look: Inquiry) -> Iterator[tuple[Fact, History]]:
    """The latest facts of each kind, with the history that lacks each."""
    told = look.history
    for visit in reversed(look.visits[-_ASKED_ABOUT:]):
        rest = tuple(one for one in told.appointments if one.key not in visit.keys)
        yield of_visits(look, [visit])[0], replace(told, appointments=rest)
    for contact in sorted(look.known.contacts, key=lambda one: one.at, reverse=True)[:_ASKED_ABOUT]:
        others = tuple(one for one in told.contacts if one != contact)
        yield of_contacts(look, [contact])[0], replace(told, contacts=others)
    for absence in look.known.absences:
        yield (
            fact_words.absence(absence, look.today),
            replace(told, absences=tuple(one for one in told.absences if one != absence)),
        )
    for agreement in look.known.agreements:
        yield (
            fact_words.agreement(agreement, look.today),
            replace(told, agreements=tuple(one for one in told.agreements if one != agreement)),
        )


_RULES: dict[ReasonCode, Callable[[Inquiry], Iterable[Fact]]] = {
    ReasonCode.LONGER_THAN_USUAL: _longer_than_usual,
    ReasonCode.NOTHING_BOOKED: _nothing_booked,
    ReasonCode.NOT_KEPT: lambda look: of_visits(look, not_kept(look)),
    ReasonCode.CANCELLED_NOT_REBOOKED: _cancelled,
    ReasonCode.SERIES_CANCELLED: _series_cancelled,
    ReasonCode.NOT_ANSWERED_YET: _not_answered,
    ReasonCode.RECENT_TIMES_NOT_KEPT: _recent_times,
    ReasonCode.JUST_BEGUN: _just_begun,
    ReasonCode.SCORES_SLIDING: _scores_sliding,
    ReasonCode.NOT_RECORDED: lambda look: of_visits(look, unrecorded(look)),
    ReasonCode.BOOKED_BY_CLIENT: _booked_by_client,
    ReasonCode.BOOKED_AHEAD: lambda look: of_visits(look, ahead(look)[:_SHOWN]),
    ReasonCode.STANDING_TIME: lambda look: of_visits(look, ahead(look)[:_SHOWN]),
    ReasonCode.CAME_RECENTLY: lambda look: of_visits(look, [one for one in [last_session(look)] if one]),
    ReasonCode.IN_TOUCH: _in_touch,
    ReasonCode.NO_SESSION_YET: _beginning,
    ReasonCode.END_AGREED: _end_agreed,
    ReasonCode.AS_NEEDED: _paced,
    ReasonCode.CONSULTATION: _paced,
    ReasonCode.CLIENT_DIED: _died,
    ReasonCode.ENDED: _ended,
    ReasonCode.NOT_WORKED_OUT: lambda _look: (),
}
