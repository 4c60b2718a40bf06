"""What became of a closing session: offered, accepted, declined, not answered, held; and what may follow what. Pure.

Nothing here is evidence and no timer moves it: each step is what somebody said or did. Two are drawn and never stored. An offer
in a message counts once the message stands in the record as sent, and not at all where it came back. A session was held when
the time that was tied to it was attended: tying them said which session this would be, so a correction of the outcome, or of
the tie, corrects this too, and nobody has to say the same twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from api.domain.errors import Conflict, invalid_field
from schemas.vocabulary import AppointmentStatus, ClosingSession, ClosingStep, ClosingWay

# Minds change, so a "no" may be followed by anything; what was held is over.
_MAY_FOLLOW: dict[ClosingSession | None, frozenset[ClosingStep]] = {
    None: frozenset({ClosingStep.OFFERED, ClosingStep.ACCEPTED, ClosingStep.BOOKED, ClosingStep.HELD}),
    ClosingSession.OFFERED: frozenset(ClosingStep) - {ClosingStep.UNTIED},
    ClosingSession.NOT_ANSWERED: frozenset(ClosingStep) - {ClosingStep.UNTIED, ClosingStep.NOT_ANSWERED},
    ClosingSession.DECLINED: frozenset(
        {ClosingStep.OFFERED, ClosingStep.ACCEPTED, ClosingStep.BOOKED, ClosingStep.HELD}
    ),
    ClosingSession.ACCEPTED: frozenset(
        {ClosingStep.DECLINED, ClosingStep.BOOKED, ClosingStep.UNTIED, ClosingStep.HELD},
    ),
    ClosingSession.HELD: frozenset({ClosingStep.UNTIED}),
}
_ANSWERS = frozenset({ClosingStep.ACCEPTED, ClosingStep.DECLINED})
_NEEDS_A_CLIENT_ALIVE = frozenset({ClosingStep.OFFERED, ClosingStep.BOOKED})
FOLLOWS = (
    ClosingStep.OFFERED,
    ClosingStep.ACCEPTED,
    ClosingStep.DECLINED,
    ClosingStep.NOT_ANSWERED,
    ClosingStep.HELD,
)
"""Those of one tap, in the order in which they are usually said. Tying a time needs a time."""


@dataclass(frozen=True, slots=True)
class Time:
    """An appointment as the record has it now; of one that was moved, the time it was moved to."""

    id: UUID
    starts_at: datetime
    status: AppointmentStatus
    status_known_at: datetime

    @property
    def was_attended(self) -> bool:
        """A status that was recorded before the time came tells of no session."""
        return self.status is AppointmentStatus.ATTENDED and self.status_known_at >= self.starts_at


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the record. `goes_with_message`: an offer in a message, which had not gone when `went_at` is None."""

    id: UUID
    step: ClosingStep
    at: datetime
    known_at: datetime
    by_reply: bool = False
    goes_with_message: bool = False
    went_at: datetime | None = None
    time: Time | None = None

    @property
    def way(self) -> ClosingWay:
        if self.goes_with_message:
            return ClosingWay.CHECK_IN
        return ClosingWay.REPLY if self.by_reply else ClosingWay.IN_PERSON

    @property
    def happened(self) -> bool:
        return not self.goes_with_message or self.went_at is not None

    @property
    def happened_at(self) -> datetime:
        return self.went_at or self.at


@dataclass(frozen=True, slots=True)
class Course:
    """Where it stands. Of each step the instant of the first offer, and of the last word otherwise.

    `state` None: nothing on record, which does not say that nobody offered one.
    """

    state: ClosingSession | None = None
    offered_at: datetime | None = None
    offered_by: ClosingWay | None = None
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    not_answered_at: datetime | None = None
    held_at: datetime | None = None
    time: Time | None = None
    last_at: datetime | None = None

    @property
    def was_offered(self) -> bool:
        return self.offered_at is not None

    @property
    def was_accepted(self) -> bool:
        """Whoever held it had said yes."""
        return self.state in (ClosingSession.ACCEPTED, ClosingSession.HELD)


def course(steps: Iterable[Step]) -> Course:
    """Whatever the steps are, and in whatever order they were written down: total, and the same for the same steps."""
    drawn = Course()
    for step in sorted((one for one in steps if one.happened), key=lambda one: (one.happened_at, one.known_at, one.id)):
        drawn = _after(drawn, step)
    if drawn.time is not None and drawn.time.was_attended and drawn.held_at is None:
        drawn = replace(drawn, state=ClosingSession.HELD, held_at=drawn.time.starts_at)
    return drawn


def _after(before: Course, step: Step) -> Course:
    at = step.happened_at
    now = replace(before, last_at=at)
    if not now.was_offered and step.step is not ClosingStep.UNTIED:
        now = replace(now, offered_at=at, offered_by=step.way)
    if step.step is ClosingStep.UNTIED:
        return replace(now, time=None)
    if step.step is ClosingStep.HELD:
        return replace(_accepted(now, at), state=ClosingSession.HELD, held_at=at)
    return now if before.state is ClosingSession.HELD else _answered(now, step)


def _answered(now: Course, step: Step) -> Course:
    """Before it is held. A further offer, or silence, does not take a yes back; a no does."""
    at, kind = step.happened_at, step.step
    if kind in (ClosingStep.OFFERED, ClosingStep.NOT_ANSWERED) and now.state is ClosingSession.ACCEPTED:
        return now
    if kind is ClosingStep.OFFERED:
        return replace(now, state=ClosingSession.OFFERED)
    if kind is ClosingStep.NOT_ANSWERED:
        return replace(now, state=ClosingSession.NOT_ANSWERED, not_answered_at=at)
    if kind is ClosingStep.DECLINED:
        return replace(now, state=ClosingSession.DECLINED, declined_at=at, accepted_at=None, time=None)
    accepted = _accepted(now, at)
    return replace(accepted, time=step.time) if kind is ClosingStep.BOOKED else accepted


def _accepted(course: Course, at: datetime) -> Course:
    if course.state in (ClosingSession.ACCEPTED, ClosingSession.HELD):
        return course
    return replace(course, state=ClosingSession.ACCEPTED, accepted_at=at)


def require_may_follow(course: Course, step: ClosingStep, *, by_reply: bool, died: bool) -> None:
    """Raises Conflict. A client who taps that they want one has been offered it by their own wish; said yes to, it was said before."""
    if died and step in _NEEDS_A_CLIENT_ALIVE:
        raise Conflict("This client has died.", code="client_died")
    wants_offer = course.state is None and step is ClosingStep.ACCEPTED and not by_reply
    wants_time = step is ClosingStep.UNTIED and course.time is None
    if wants_offer or wants_time or step not in _MAY_FOLLOW[course.state]:
        raise Conflict(
            "This does not follow from what is on record of the closing session.", code="closing_out_of_order"
        )


def next_steps(course: Course, *, died: bool) -> list[ClosingStep]:
    """What one tap may say now."""
    found = [step for step in FOLLOWS if step in _MAY_FOLLOW[course.state]]
    if course.state is None:
        found.remove(ClosingStep.ACCEPTED)
    return [step for step in found if not (died and step in _NEEDS_A_CLIENT_ALIVE)]


def said_at(wanted: datetime | None, course: Course, now: datetime) -> datetime:
    """Whoever types a time types minutes. Raises Invalid for what has not come yet, or lies before the step before."""
    if wanted is None:
        return now
    if wanted > now:
        raise invalid_field("/at", "This lies in the future.")
    if course.last_at is not None and wanted < course.last_at.replace(second=0, microsecond=0):
        raise invalid_field("/at", "What came before it on record was later than that.")
    return wanted


def require_answer(step: ClosingStep) -> None:
    """Raises Invalid where an answer of the client's is named for what is no answer."""
    if step not in _ANSWERS:
        raise invalid_field("/reply_id", "By an answer a client accepts or declines.")


def latest(steps: Collection[Step]) -> Step | None:
    """The one that may be taken back: what came before it is what the others rest on. What waits in a message is taken back there."""
    written = [one for one in steps if not one.goes_with_message]
    return max(written, key=lambda one: (one.at, one.known_at, one.id), default=None)
