"""How far a closing session had come by the cut-off, as the record knew it then: offered, accepted, held. Pure.

The steps on record say it, as `closing_sessions` draws them; the note's own word counts only where no step is on record. What was
recorded, sent or learned after the cut-off is not known yet, whatever its date.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from api.domain import closing_sessions, timeline
from api.domain.closing_sessions import Step, Time
from api.domain.history import Appointment
from api.domain.timeline import Visit
from schemas.vocabulary import ClosingSession, Figure

# Whoever declined, or did not answer, had been offered one; whoever held one had accepted.
_COUNTS_IN: dict[ClosingSession, frozenset[Figure]] = {
    ClosingSession.NOT_OFFERED: frozenset(),
    ClosingSession.OFFERED: frozenset({Figure.CLOSING_OFFERED}),
    ClosingSession.NOT_ANSWERED: frozenset({Figure.CLOSING_OFFERED}),
    ClosingSession.DECLINED: frozenset({Figure.CLOSING_OFFERED}),
    ClosingSession.ACCEPTED: frozenset({Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED}),
    ClosingSession.HELD: frozenset({Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD}),
}
_MOVES = 20


class Tied(NamedTuple):
    """The time that a step names, by the key under which the history has it."""

    id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """One step that was not taken back by the cut-off. Its time is read as it was known then, so `step.time` is left empty."""

    step: Step
    tied: Tied | None = None


class InNote(NamedTuple):
    """What a termination note says, and when its last signature locked it."""

    says: ClosingSession
    locked_at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """What the record holds of one client's closing session in one episode."""

    said: tuple[Said, ...] = ()
    in_note: InNote | None = None


NOTHING_SAID = Closing()


def reached(closing: Closing, appointments: Sequence[Appointment], cut_off: datetime) -> frozenset[Figure]:
    """`appointments` are those of the episode, with all that was ever learned of them."""
    state = closing_sessions.course(_known(closing.said, appointments, cut_off)).state
    if state is None and closing.in_note is not None and closing.in_note.locked_at <= cut_off:
        state = closing.in_note.says
    return frozenset() if state is None else _COUNTS_IN[state]


def _known(said: Iterable[Said], appointments: Sequence[Appointment], cut_off: datetime) -> Iterator[Step]:
    for one in said:
        step = one.step
        if step.went_at is not None and step.went_at > cut_off:
            step = replace(step, went_at=None)
        if max(step.at, step.known_at) <= cut_off:
            yield step if one.tied is None else replace(step, time=_time(one.tied, appointments, cut_off))


def _time(tied: Tied, appointments: Sequence[Appointment], cut_off: datetime) -> Time | None:
    """What was known of it by then; moved, the time keeps the tie."""
    known = {
        one.key: visit for one in timeline.joined(appointments) if (visit := timeline.read(one, cut_off)) is not None
    }
    key = tied.key
    for _ in range(_MOVES):
        moved = _moved_to(key, known)
        if moved is None:
            break
        key = moved
    visit = known.get(key)
    return None if visit is None else Time(tied.id, visit.start, visit.status, visit.known)


def _moved_to(key: str, known: dict[str, Visit]) -> str | None:
    """The one heard of last, where two times say that they were moved from there."""
    there = [(visit.booked, other) for other, visit in known.items() if visit.rescheduled_from == key and other != key]
    return max(there)[1] if there else None
