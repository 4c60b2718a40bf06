"""The one next kind act for an episode: what, why, whose, and by which day.

Every client has one state, one owner, one due date and one next act, so that nobody stays unclear. An act is
offered, never performed: a person decides.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from api.domain import clock, engagement, weighing
from api.domain.engagement import Standing
from api.domain.evidence import SESSION_OVER_AFTER, Away, Evidence, Strand
from api.domain.history import KeptBack, Reach
from api.domain.outreach_plans import ORDINAL
from api.domain.reasons import ReasonCode
from api.domain.weights import Hold
from schemas.vocabulary import NextStepKind, Stage

_ANSWER_WITHIN = clock.DAY
_RECORD_WITHIN = 2 * clock.DAY
_CHECK_IN_WITHIN = 3 * clock.DAY
_CALL_WITHIN = 2 * clock.DAY
_BOOK_WITHIN = 3 * clock.DAY
_OFFER_WITHIN = 7 * clock.DAY
_CLOSE_WITHIN = 7 * clock.DAY
_QUIET_BEFORE_A_CLOSING_SESSION = 21 * clock.DAY
_PAUSE_REVIEW_AHEAD = 7 * clock.DAY
_OPEN_PAUSE_REVIEW = 28 * clock.DAY
_WAITED_FOR_WEEKS = 21 * clock.DAY
_WAIT_REVIEW_WITHIN = 7 * clock.DAY
_BOOKS_AHEAD_AS_A_RULE = 0.7
# The ranks of the caseload: each is set back by more years than any act ever waited, and within it the oldest is first.
_RISKS_COME_FIRST = timedelta(days=60 * 365)
_THEN_ANSWERS = timedelta(days=40 * 365)
_THEN_WHAT_COULD_NOT_BE_WORKED_OUT = datetime(2000, 1, 1, tzinfo=UTC)


class Owner(StrEnum):
    """Whose act it is."""

    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True)
class NextStep:
    """`due_on` is a day on the client's calendar; with nothing to do, the day it is."""

    kind: NextStepKind
    why: str
    owner: Owner
    due_on: date


NOTHING_NEEDED = "Nothing is needed now."
_WHY = {
    NextStepKind.REACH_TODAY: (
        "A risk of harm is on record: a named person reaches the client today."
        " The task has at hand what is known, and which ways are safe."
    ),
    NextStepKind.ANSWER_REPLY: "The client has answered: read it, and see what it asks for.",
    NextStepKind.CONFIRM_TIME: "The client has tapped one of the times you offered: confirm it, and it is booked.",
    NextStepKind.RECORD_OUTCOME: "A booked time has passed and its outcome is not recorded.",
    NextStepKind.CLOSING_SESSION: "It has been quiet for a while: offer a closing session, or a written goodbye.",
    NextStepKind.WAIT_FOR_CLIENT: "The client is the one to get in touch: leave the first word to them, and keep room.",
    NextStepKind.CALL: "A person's voice, or a short personal line, is the next kind step.",
    NextStepKind.REVIEW_BOOKING: "A time is booked: see that it still suits.",
    NextStepKind.LOOK_OVER_NOTE: "The next note of your plan: look it over, if it still fits. Nothing goes by itself.",
    NextStepKind.CHECK_IN: "A short check-in leaves the door open.",
    NextStepKind.REVIEW_PAUSE: "The pause is coming to its end: see what was agreed for afterwards.",
    NextStepKind.BOOK_NEXT: "The next time is usually booked by now.",
    NextStepKind.CLOSE_WITH_NOTE: "The end is agreed: write the ending down, with the work done and the goals for growth.",
    NextStepKind.NOTHING: NOTHING_NEEDED,
}
_WHETHER_TO_WAIT_ON = (
    "The client is the one to get in touch, and it has been quiet for weeks:"
    " see whether to go on waiting, or to write the ending down."
)
_LOOK_AT_THE_RECORD = (
    "Look at what is on record, the client's time zone first: with the next change it is worked out again."
)
_AFTER_A_DEATH = (
    "The client has died. When you are ready, write down how the work ended; nobody is to be called or written to."
)
_PAUSED = "Paused by the practice."
_NOT_SAFE = "It is not safe to write to the client or to call them: see them when they come, and keep room."
_WHETHER_TO_WAIT_THOUGH_UNSAFE = (
    "It is not safe to write to the client or to call them, and it has been quiet for weeks:"
    " see whether to go on waiting, or to write the ending down."
)
# Before it has been quiet for weeks, and after.
_WAITS = {
    KeptBack.NOTHING: (_WHY[NextStepKind.WAIT_FOR_CLIENT], _WHETHER_TO_WAIT_ON),
    KeptBack.UNSAFE: (_NOT_SAFE, _WHETHER_TO_WAIT_THOUGH_UNSAFE),
}
_THE_OTHERS_ONLY = {
    KeptBack.NOTHING: "One of those who take part is the one to get in touch: turn to the others only.",
    KeptBack.UNSAFE: "It is not safe to write to or call one of those who take part: turn to the others only.",
    KeptBack.PAUSED: "For one of those who take part the practice paused this: turn to the others only.",
}
_TURNS_TO_THE_CLIENT = frozenset(
    {
        NextStepKind.CLOSING_SESSION,
        NextStepKind.CALL,
        NextStepKind.LOOK_OVER_NOTE,
        NextStepKind.CHECK_IN,
        NextStepKind.REVIEW_BOOKING,
        NextStepKind.BOOK_NEXT,
    }
)


def next_step(standing: Standing, evidence: Evidence, now: datetime) -> NextStep:
    """The act that a standing asks for at `now`."""
    at = clock.second(now)
    strand = standing.leading or engagement.leading(evidence, at)
    kind, due = _choose(standing, evidence, strand, at)
    why = _why(kind, standing, evidence, at)
    return NextStep(kind, why, Owner.RESPONSIBLE, clock.local_day(due, evidence.time_zone))


def attention_at(
    drifting_at: datetime | None, evidence: Evidence, ended_at: datetime | None, now: datetime
) -> datetime | None:
    """The first instant at which an act falls to somebody: what the caseload is sorted by. None: never by time alone.

    A risk of harm stands on top of everything, then come answers, then what could not be worked out, then every other act;
    in each rank the one that has waited longest is first. A pause that runs at `now` puts off everything else until it is to be
    reviewed; where the client contacts us, or is not safe to turn to, drifting asks for nobody until the wait is to be looked at,
    and what the practice paused asks for nobody at all.
    """
    if ended_at is not None and ended_at <= now:
        return None
    if evidence.risk_since is not None:
        return _in_rank(evidence.risk_since, _RISKS_COME_FIRST)
    if evidence.reply_since is not None and evidence.no_clock is not ReasonCode.CLIENT_DIED:
        return _in_rank(evidence.reply_since, _THEN_ANSWERS)
    if evidence.no_clock is ReasonCode.NOT_WORKED_OUT:
        return _THEN_WHAT_COULD_NOT_BE_WORKED_OUT
    pause = engagement.running_pause(evidence, clock.second(now))
    moments = _moments(drifting_at, evidence) if pause is None else [_review_from(pause)]
    return clock.instant(min(moments)) if moments else None


def _in_rank(since: int, rank: timedelta) -> datetime | None:
    came = clock.instant(since)
    return None if came is None else came - rank


def _moments(drifting_at: datetime | None, evidence: Evidence) -> list[float]:
    """When each act that may fall to somebody first does, outside a pause."""
    moments: list[float] = [start + SESSION_OVER_AFTER for strand in evidence.strands for start in strand.unrecorded]
    if drifting_at is not None and not _is_paused_by_the_practice(evidence):
        moments.append(clock.second(drifting_at) + (_WAITED_FOR_WEEKS if evidence.reach is Reach.NOBODY else 0))
    if evidence.no_clock is None and evidence.reach is not Reach.NOBODY:
        moments += [_book_from(strand) for strand in evidence.strands if _books_ahead(strand)]
    if evidence.end_agreed_from is not None:
        moments.append(evidence.end_agreed_from)
    if evidence.note_due is not None and evidence.reach is not Reach.NOBODY:
        moments.append(evidence.note_due)
    return moments


def _books_ahead(strand: Strand) -> bool:
    return bool(strand.sessions) and strand.books_ahead >= _BOOKS_AHEAD_AS_A_RULE


def _book_from(strand: Strand) -> int:
    """A day before booking is due, unless the calendar holds a time for longer."""
    return max(strand.anchor + _BOOK_WITHIN - clock.DAY, *(until or 0 for until in strand.held_until))


def _why(kind: NextStepKind, standing: Standing, evidence: Evidence, at: int) -> str:
    """One sentence; a second where the act is not meant for everybody who takes part."""
    is_running = standing.stage is not Stage.ENDED
    why = _WHY[kind]
    if kind is NextStepKind.REACH_TODAY:
        return why
    if evidence.no_clock is ReasonCode.NOT_WORKED_OUT and is_running:
        return _LOOK_AT_THE_RECORD
    if evidence.no_clock is ReasonCode.CLIENT_DIED and kind is NextStepKind.CLOSE_WITH_NOTE:
        return _AFTER_A_DEATH
    if kind is NextStepKind.WAIT_FOR_CLIENT:
        return _WAITS[evidence.kept_back][_has_waited(standing, at)]
    if kind is NextStepKind.LOOK_OVER_NOTE:
        why = why.replace("next note", f"{ORDINAL[evidence.note_position]} note")
    if kind is NextStepKind.NOTHING and is_running and _is_paused_by_the_practice(evidence):
        why = _PAUSED
    elif evidence.reach is Reach.SOME and kind in _TURNS_TO_THE_CLIENT:
        why = f"{why} {_THE_OTHERS_ONLY[evidence.kept_back]}"
    return why


def _choose(standing: Standing, evidence: Evidence, strand: Strand, at: int) -> tuple[NextStepKind, int]:
    """The kind of act and the instant in the day by which it is due. A risk of harm is for today, every day that it stands."""
    if standing.stage is Stage.ENDED:
        return NextStepKind.NOTHING, at
    if evidence.risk_since is not None:
        return NextStepKind.REACH_TODAY, at
    if evidence.no_clock is ReasonCode.CLIENT_DIED:
        return NextStepKind.CLOSE_WITH_NOTE, (evidence.end_agreed_from or at) + _CLOSE_WITHIN
    if evidence.reply_since is not None:
        act = NextStepKind.CONFIRM_TIME if evidence.chose_time else NextStepKind.ANSWER_REPLY
        return act, evidence.reply_since + _ANSWER_WITHIN
    return _without_hurry(standing, evidence, strand, at)


def _without_hurry(standing: Standing, evidence: Evidence, strand: Strand, at: int) -> tuple[NextStepKind, int]:
    if standing.stage is Stage.PAUSED:
        return _in_a_pause(evidence, at)
    if unrecorded := strand.to_record(at):
        return NextStepKind.RECORD_OUTCOME, unrecorded[0] + _RECORD_WITHIN
    if evidence.end_agreed_from is not None and evidence.end_agreed_from <= at:
        return NextStepKind.CLOSE_WITH_NOTE, evidence.end_agreed_from + _CLOSE_WITHIN
    return _while_running(standing, evidence, strand, at)


def _while_running(standing: Standing, evidence: Evidence, strand: Strand, at: int) -> tuple[NextStepKind, int]:
    since = _since(standing, at)
    if _is_paused_by_the_practice(evidence):
        return NextStepKind.NOTHING, at
    if evidence.reach is Reach.NOBODY:
        return _where_the_client_contacts_us(standing, since, at)
    if evidence.note_due is not None and evidence.note_due <= at:
        return NextStepKind.LOOK_OVER_NOTE, evidence.note_due
    act, due = _by_stage(standing, evidence, strand, at)
    if act is NextStepKind.CHECK_IN and evidence.note_due is not None:
        return NextStepKind.LOOK_OVER_NOTE, evidence.note_due
    return act, due


def _by_stage(standing: Standing, evidence: Evidence, strand: Strand, at: int) -> tuple[NextStepKind, int]:
    since = _since(standing, at)
    if standing.stage is Stage.QUIET:
        return _when_quiet(strand, since, at)
    if standing.stage is Stage.DRIFTING:
        return _when_drifting(strand, since, at)
    return _when_engaged(evidence, strand, at)


def _is_paused_by_the_practice(evidence: Evidence) -> bool:
    return evidence.reach is Reach.NOBODY and evidence.kept_back is KeptBack.PAUSED


def _where_the_client_contacts_us(standing: Standing, since: int, at: int) -> tuple[NextStepKind, int]:
    """Nobody calls, writes or asks about a booking; what is due after four weeks is a look at the wait itself."""
    if standing.stage in {Stage.DRIFTING, Stage.QUIET}:
        return NextStepKind.WAIT_FOR_CLIENT, since + _WAITED_FOR_WEEKS + _WAIT_REVIEW_WITHIN
    return NextStepKind.NOTHING, at


def _has_waited(standing: Standing, at: int) -> bool:
    return standing.stage is Stage.QUIET and at - _since(standing, at) >= _WAITED_FOR_WEEKS


def _since(standing: Standing, at: int) -> int:
    return at if standing.since is None else clock.second(standing.since)


def _in_a_pause(evidence: Evidence, at: int) -> tuple[NextStepKind, int]:
    pause = engagement.running_pause(evidence, at)
    if pause is None or at < _review_from(pause):
        return NextStepKind.NOTHING, at
    return NextStepKind.REVIEW_PAUSE, pause.since + _OPEN_PAUSE_REVIEW if pause.until is None else pause.until - 1


def _review_from(pause: Away) -> int:
    """A week before a pause ends; four weeks into one without an end."""
    if pause.until is None:
        return pause.since + _OPEN_PAUSE_REVIEW
    return max(pause.since, pause.until - _PAUSE_REVIEW_AHEAD)


def _when_quiet(strand: Strand, since: int, at: int) -> tuple[NextStepKind, int]:
    """A call first; when that, too, stays without an answer for weeks, the offer of a good ending."""
    if at - since >= _QUIET_BEFORE_A_CLOSING_SESSION:
        return NextStepKind.CLOSING_SESSION, since + _QUIET_BEFORE_A_CLOSING_SESSION + _OFFER_WITHIN
    return NextStepKind.CALL, max(since + _CALL_WITHIN, _answer_awaited_until(strand, at))


def _when_drifting(strand: Strand, since: int, at: int) -> tuple[NextStepKind, int]:
    """A message already out is given its days before a call follows it."""
    if strand.unanswered:
        return NextStepKind.CALL, max(since + _CHECK_IN_WITHIN, strand.unanswered[-1])
    if weighing.hold_at(strand, at) in {Hold.CLIENT, Hold.PLAIN}:
        return NextStepKind.REVIEW_BOOKING, since + _CHECK_IN_WITHIN
    return NextStepKind.CHECK_IN, since + _CHECK_IN_WITHIN


def _answer_awaited_until(strand: Strand, at: int) -> int:
    return max((until for until in strand.unanswered if until > at), default=0)


def _when_engaged(evidence: Evidence, strand: Strand, at: int) -> tuple[NextStepKind, int]:
    """Booking is somebody's act only where the client usually has the next time booked by now."""
    if evidence.no_clock is not None or not _books_ahead(strand):
        return NextStepKind.NOTHING, at
    due = strand.anchor + _BOOK_WITHIN
    if weighing.hold_at(strand, at) is not Hold.OPEN or at < due - clock.DAY:
        return NextStepKind.NOTHING, at
    return NextStepKind.BOOK_NEXT, due
