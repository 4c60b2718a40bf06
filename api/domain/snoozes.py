"""Putting the next act of an episode off: what may wait, for how long, and what brings it back before its day.

Putting off says when somebody wants to be asked again. It is never evidence: no stage, reason or later flag follows from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from api.domain import clock, engagement
from api.domain.errors import Conflict, invalid_field
from api.domain.evidence import SESSION_OVER_AFTER, Evidence, Strand
from schemas.vocabulary import NextStepKind, SnoozeEnd, SnoozeReason, Stage

USUAL = timedelta(days=7)
LONGEST = timedelta(days=60)

# An answer and a risk of harm wait for nobody; with nothing to do there is nothing to put off.
_NEVER_WAIT = frozenset({NextStepKind.REACH_TODAY, NextStepKind.ANSWER_REPLY, NextStepKind.CONFIRM_TIME})
# Acts by which somebody turns to the client, or deliberately does not: time alone makes one of another, and whoever put the
# first off has put off what becomes of it. The others stand each for itself.
_TURNING = frozenset(
    {
        NextStepKind.BOOK_NEXT,
        NextStepKind.REVIEW_BOOKING,
        NextStepKind.LOOK_OVER_NOTE,
        NextStepKind.CHECK_IN,
        NextStepKind.CALL,
        NextStepKind.CLOSING_SESSION,
        NextStepKind.WAIT_FOR_CLIENT,
    }
)
WHY = {
    SnoozeReason.SPOKE_ABOUT_IT: "You spoke about it.",
    SnoozeReason.AWAITING_ANSWER: "An answer is awaited.",
    SnoozeReason.AGREED_TO_LEAVE_IT: "It was agreed to leave it for now.",
    SnoozeReason.WILL_BOOK: "The client wants to book a time.",
    SnoozeReason.OTHER: "There is another reason to wait.",
}
ENDED = {
    SnoozeEnd.OVER: "Its day has come.",
    SnoozeEnd.BROUGHT_BACK: "Somebody brought it back.",
    SnoozeEnd.REPLACED: "It was put off anew.",
    SnoozeEnd.RISK: "A risk of harm is on record.",
    SnoozeEnd.REPLY: "The client answered.",
    SnoozeEnd.IN_TOUCH: "The client came, or was in touch.",
    SnoozeEnd.SETBACK: "A time did not take place, or was given up.",
    SnoozeEnd.QUIET: "It has become quiet.",
    SnoozeEnd.OTHER_ACT: "Something else is next.",
    SnoozeEnd.HANDED_OVER: "Somebody else is responsible now.",
    SnoozeEnd.SETTLED: "It is not asked for any more.",
}


@dataclass(frozen=True, slots=True)
class Snooze:
    """What was put off, when, and at which stage. `until` is the instant at which its last day is over."""

    act: NextStepKind
    stage: Stage
    made_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Either `until`: it waits until then, if nothing more is learned; or `because`: it ended so, at `ended_at`."""

    until: datetime | None = None
    ended_at: datetime | None = None
    because: SnoozeEnd | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What noticing says of the episode at `now`: its evidence, when it is or will be quiet, the stage and the act.

    `before` is the evidence as it was last worked out: other systems tell late, so what is news cannot be told by its date alone.
    """

    evidence: Evidence
    quiet_at: datetime | None
    stage: Stage
    act: NextStepKind
    now: datetime
    before: Evidence | None = None


def may_wait(act: NextStepKind) -> bool:
    return act not in _NEVER_WAIT and act is not NextStepKind.NOTHING


def require_may_wait(act: NextStepKind) -> None:
    """Raises Conflict."""
    if act in _NEVER_WAIT:
        raise Conflict("This cannot wait: a person is waiting, or at risk.", code="cannot_wait")
    if act is NextStepKind.NOTHING:
        raise Conflict("Nothing is asked for now, so there is nothing to put off.", code="nothing_to_put_off")


def until_on(wanted: date | None, today: date) -> date:
    """The day on which it is there again; a week from now where nobody chose. Raises Invalid."""
    if wanted is None:
        return today + USUAL
    if wanted <= today:
        raise invalid_field("/until_on", "Choose a day to come.")
    if wanted > today + LONGEST:
        raise invalid_field("/until_on", f"Choose a day within {LONGEST.days} days. For longer, agree on a pause.")
    return wanted


def until_instant(day: date, zone: str) -> datetime:
    """When that day begins on the client's calendar."""
    return datetime.fromtimestamp(clock.midnight(day, zone), UTC)


def follow(snooze: Snooze, seen: Seen) -> Verdict:
    """Whether it still waits. Whatever was learned since brings it back at once, and so does what time makes of the rest."""
    news = next(_news(snooze, seen), None)
    if news is not None:
        return Verdict(ended_at=seen.now, because=news)
    at, because = min(_by_time(snooze, seen))
    if at <= seen.now:
        return Verdict(ended_at=at, because=because)
    return Verdict(until=at)


def _news(snooze: Snooze, seen: Seen) -> Iterator[SnoozeEnd]:
    """Of several the one that matters most comes first."""
    made = clock.second(snooze.made_at)
    if seen.evidence.risk_since is not None:
        yield SnoozeEnd.RISK
    if seen.evidence.reply_since is not None:
        yield SnoozeEnd.REPLY
    news = (
        _setbacks(seen.evidence, made)
        if seen.before is None
        else _setbacks(seen.evidence, 0) - _setbacks(seen.before, 0)
    )
    if news:
        yield SnoozeEnd.SETBACK
    if _is_in_touch(seen.evidence.strands, seen.before.strands if seen.before else (), made):
        yield SnoozeEnd.IN_TOUCH
    if seen.act is NextStepKind.NOTHING:
        yield SnoozeEnd.SETTLED
    elif not _is_the_same(snooze.act, seen.act):
        yield SnoozeEnd.OTHER_ACT


def _setbacks(evidence: Evidence, since: int) -> set[tuple[str, int]]:
    """What speaks of leaving and was learned after an instant; each known by when it was to be."""
    found = {("not_kept", one.start) for strand in evidence.strands for one in strand.not_kept if one.known > since}
    found |= {("given_up", one.start) for strand in evidence.strands for one in strand.given_up if one.known > since}
    cut = {strand.series_cancelled_at for strand in evidence.strands if strand.series_cancelled_at is not None}
    return found | {("series", at) for at in cut if at > since}


def _is_in_touch(strands: Sequence[Strand], before: Sequence[Strand], made: int) -> bool:
    """A session, or a sign of life, that was not known before. Told late, it is news all the same."""
    if len(strands) != len(before):
        return any((one.sessions and one.anchor > made) or (one.life or 0) > made for one in strands)
    return any(
        one.anchor > former.anchor or (one.life or 0) > (former.life or 0)
        for one, former in zip(strands, before, strict=True)
    )


def _is_the_same(put_off: NextStepKind, act: NextStepKind) -> bool:
    return put_off is act or {put_off, act} <= _TURNING


def _by_time(snooze: Snooze, seen: Seen) -> Iterator[tuple[datetime, SnoozeEnd]]:
    """The instants at which it ends although nothing is learned. Whoever put it off while it was quiet knew that it was."""
    made = clock.second(snooze.made_at)
    yield snooze.until, SnoozeEnd.OVER
    pause = engagement.running_pause(seen.evidence, clock.second(seen.now))
    if pause is None and snooze.stage is not Stage.QUIET and seen.quiet_at is not None:
        yield max(seen.quiet_at, snooze.made_at), SnoozeEnd.QUIET
    moments: list[float] = [] if pause is None or pause.until is None else [pause.until]
    moments += [start + SESSION_OVER_AFTER for strand in seen.evidence.strands for start in strand.unrecorded]
    if seen.evidence.end_agreed_from is not None:
        moments.append(seen.evidence.end_agreed_from)
    for moment in moments:
        instant = clock.instant(moment)
        if moment > made and instant is not None:
            yield instant, SnoozeEnd.OTHER_ACT
