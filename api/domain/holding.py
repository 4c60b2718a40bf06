"""Why an episode is not further on: what speaks for the next stage, and what keeps it from sufficing.

What is said to hold an episode does: the model is asked again without it, and answers with a stage further on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from api.domain import explain, fact_words, grounds, reasons, signs_of_life, suppositions
from api.domain.fact_words import Fact
from api.domain.history import History, StatusEvent
from api.domain.inquiry import Inquiry
from api.domain.reasons import Reason, ReasonCode
from api.domain.timeline import NO_SHOW, Visit
from schemas.vocabulary import EpisodeKind, HolderKind, Initiator, Stage

_NEXT = {Stage.ENGAGED: Stage.DRIFTING, Stage.PAUSED: Stage.DRIFTING, Stage.DRIFTING: Stage.QUIET}
_FAR = {Stage.ENGAGED: 0, Stage.PAUSED: 0, Stage.DRIFTING: 1, Stage.QUIET: 2}
_SAID = 2
_ANYTHING = 1e-9
# Their words say more than a day or a time: that it is early, or that there were several.
_ONLY_WHERE_THEY_TELL = frozenset({ReasonCode.JUST_BEGUN, ReasonCode.RECENT_TIMES_NOT_KEPT})


@dataclass(frozen=True, slots=True)
class Holder:
    """Without it (`history`), `stage` would be shown. `text` says what it is, and that."""

    kind: HolderKind
    text: str
    facts: tuple[Fact, ...]
    stage: Stage
    history: History


@dataclass(frozen=True, slots=True)
class NotYet:
    """`stage` is the one it is not. `against` speaks for it and does not suffice; `holding` is why."""

    stage: Stage
    text: str
    against: tuple[Reason, ...]
    holding: tuple[Holder, ...]


def not_yet(look: Inquiry) -> NotYet | None:
    """None for what is quiet, has ended, or could not be worked out: there is nothing further on."""
    target = _NEXT.get(look.found.stage)
    if target is None or look.history.died_on is not None:
        return None
    against = _against(look)
    holding = tuple(_holders(look))
    return NotYet(target, _told(look, target, against, holding), against, holding)


def _against(look: Inquiry) -> tuple[Reason, ...]:
    """Also what hardly weighs now, such as a time not kept before one that the client has booked since."""
    weighed = (look.evidence, look.strand, look.at, look.model)
    telling = {one.code for one in explain.speaking_against(*weighed)}
    said = [
        one
        for one in explain.speaking_against(*weighed, worth=_ANYTHING)
        if one.code in telling or one.code not in _ONLY_WHERE_THEY_TELL
    ]
    missed = dict.fromkeys(sorted(look.day(one.start) for one in grounds.not_kept(look)))
    if missed and ReasonCode.NOT_KEPT not in {one.code for one in said}:
        said.append(reasons.not_kept(tuple(missed), look.today))
    return tuple(said)


def _told(look: Inquiry, target: Stage, against: tuple[Reason, ...], holding: tuple[Holder, ...]) -> str:
    """What speaks for the next stage, then what keeps it from sufficing, in the order of their weight."""
    said = [one.text for one in against] or [f"Nothing on record speaks for {target}."]
    if holding:
        return " ".join([*said[:_SAID], *(one.text for one in holding[:_SAID])])
    if against:
        said.append("That is not enough." if len(against) > 1 else "By itself that is not enough.")
    crosses_at = look.found.drifting_at if target is Stage.DRIFTING else look.found.quiet_at
    if crosses_at is not None and crosses_at > look.now and look.stage_at(look.found, crosses_at) is target:
        day = reasons.day(look.day(crosses_at), look.today)
        said.append(f"If nothing more is learned, this shows as {target} from {day}.")
    return " ".join(said)


def _holders(look: Inquiry) -> Iterator[Holder]:
    """Each alone; what is already part of another (a time the client booked, of all times ahead) is not said twice."""
    seen: set[HolderKind] = set()
    for kind, text, facts, without in _candidates(look):
        if kind in seen and kind in {HolderKind.TIMES_AHEAD, HolderKind.SIGN_OF_LIFE}:
            continue
        stage = look.ask(without).stage
        if _FAR.get(stage, 0) > _FAR[look.found.stage]:
            seen.add(kind)
            yield Holder(kind, f"{text} {_OTHERWISE[kind].format(stage=stage)}", tuple(facts), stage, without)


_WITHOUT = "Without it, this would show as {stage}."
_HELD_AGAINST = "Were that held against the client, this would show as {stage}."
_OTHERWISE = {
    HolderKind.TIMES_AHEAD: _WITHOUT,
    HolderKind.LAST_SESSION: _WITHOUT,
    HolderKind.SIGN_OF_LIFE: _WITHOUT,
    HolderKind.ABSENCE: _WITHOUT,
    HolderKind.AGREEMENT: _WITHOUT,
    HolderKind.NO_CLOCK: "As ongoing work, this would show as {stage}.",
    HolderKind.NOT_THE_CLIENT: _HELD_AGAINST,
    HolderKind.OUTCOME_OPEN: "Had it not taken place, this would show as {stage}.",
}
_Candidate = tuple[HolderKind, str, list[Fact], History]


def _candidates(look: Inquiry) -> Iterator[_Candidate]:
    yield from _no_clock(look)
    yield from _absences(look)
    yield from _agreements(look)
    yield from _times_ahead(look)
    yield from _signs(look)
    yield from _not_held_against(look)
    yield from _last_session(look)


def _no_clock(look: Inquiry) -> Iterator[_Candidate]:
    if look.history.kind is EpisodeKind.ONGOING:
        return
    code = ReasonCode.AS_NEEDED if look.history.kind is EpisodeKind.AS_NEEDED else ReasonCode.CONSULTATION
    reason = reasons.plain(code)
    without = replace(look.history, kind=EpisodeKind.ONGOING)
    yield HolderKind.NO_CLOCK, reason.text, list(grounds.of(reason, look)), without


def _absences(look: Inquiry) -> Iterator[_Candidate]:
    """Also one that is over: its days do not count as silence."""
    for one in look.known.absences:
        if grounds.spanned(one, look.history.time_zone) in look.evidence.away:
            fact = fact_words.absence(one, look.today)
            rest = tuple(other for other in look.history.absences if other != one)
            text = f"{fact.text} Those days do not count as silence."
            yield HolderKind.ABSENCE, text, [fact], replace(look.history, absences=rest)


def _agreements(look: Inquiry) -> Iterator[_Candidate]:
    for one in look.known.agreements:
        fact = fact_words.agreement(one, look.today)
        rest = tuple(other for other in look.history.agreements if other != one)
        yield HolderKind.AGREEMENT, fact.text, [fact], replace(look.history, agreements=rest)


def _times_ahead(look: Inquiry) -> Iterator[_Candidate]:
    """Those that the client booked; then all of them."""
    ahead = grounds.ahead(look)
    theirs = [one for one in ahead if one.booked_by is Initiator.CLIENT]
    for found in (theirs, ahead):
        if not found:
            continue
        day = reasons.day(look.day(found[0].start), look.today)
        whose = ", which the client booked," if found is theirs else ""
        text = f"The time on {day}{whose} holds the calendar."
        if len(found) > 1:
            text = f"The times from {day} on{whose} hold the calendar."
        yield HolderKind.TIMES_AHEAD, text, grounds.of_visits(look, found), _without(look.history, found)


def _last_session(look: Inquiry) -> Iterator[_Candidate]:
    last = grounds.last_session(look)
    if last is not None:
        fact = grounds.of_visits(look, [last])
        yield HolderKind.LAST_SESSION, fact[0].text, fact, _without(look.history, [last])


def _signs(look: Inquiry) -> Iterator[_Candidate]:
    heard = grounds.signs_since(look)
    if heard:
        facts = grounds.of_contacts(look, heard)
        rest = tuple(one for one in look.history.contacts if not signs_of_life.is_sign_of_life(one) or one not in heard)
        yield HolderKind.SIGN_OF_LIFE, facts[0].text, facts, replace(look.history, contacts=rest)


def _not_held_against(look: Inquiry) -> Iterator[_Candidate]:
    """Called off by others, excused, or never recorded: asked as if the client had not kept it."""
    not_kept = StatusEvent(NO_SHOW, look.now, look.now)
    latest = [one for one in reversed(look.visits) if one.says_nothing][:1]
    for visit in latest:
        fact = grounds.of_visits(look, [visit])
        yield (
            HolderKind.NOT_THE_CLIENT,
            f"{fact[0].text} That says nothing of the client.",
            fact,
            _told_anew(look, visit, not_kept),
        )
    for visit in grounds.unrecorded(look)[:1]:
        fact = grounds.of_visits(look, [visit])
        yield HolderKind.OUTCOME_OPEN, fact[0].text, fact, suppositions.told(look, [visit], not_kept)


def _told_anew(look: Inquiry, visit: Visit, event: StatusEvent) -> History:
    """As if this, and nothing else, had been learned of what became of a time."""
    kept = tuple(
        replace(one, events=(*(told for told in one.events if told.known_at < visit.known), event_of(visit, event)))
        if one.key in visit.keys
        else one
        for one in look.history.appointments
    )
    return replace(look.history, appointments=kept)


def event_of(visit: Visit, event: StatusEvent) -> StatusEvent:
    return replace(event, starts_at=visit.start, known_at=max(visit.known, visit.start))


def _without(history: History, visits: Iterable[Visit]) -> History:
    keys = {key for one in visits for key in one.keys}
    return replace(history, appointments=tuple(one for one in history.appointments if one.key not in keys))
