"""How an appointment's record grows: what a new report adds, and what the record says now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from api.domain import timeline
from api.domain.history import StatusEvent
from schemas.vocabulary import AppointmentStatus


def news(known: Sequence[StatusEvent], told: Iterable[StatusEvent]) -> list[StatusEvent]:
    """The part of a report that the record did not know, in the order of learning.

    A report that repeats what the record said at that moment adds nothing, however often it comes. The one
    repetition that counts is an outcome told again after its start, when before it had only been assumed.
    """
    # What is known to the letter is no news; nearly all that a file tells again is.
    told = [event for event in told if event not in known]
    if not told or (not known and len(told) == 1):
        return told
    learned = sorted(known, key=_learned)
    added: list[StatusEvent] = []
    for event in sorted(told, key=_learned):
        before = [one for one in learned if one.known_at < event.known_at][-1:]
        # Files often know only the day: what else was learned at that moment has no order, so any of it may be repeated.
        at_once = (one for one in learned if one.known_at == event.known_at)
        if any(_repeats(one, event) for one in (*before, *at_once)):
            continue
        learned.append(event)
        learned.sort(key=_learned)
        added.append(event)
    return added


def repeated(known: Sequence[StatusEvent], event: StatusEvent) -> int | None:
    """The place of the event that a report repeats; of several, the one learned last."""
    if event in known:
        return known.index(event)
    places = [place for place, one in enumerate(known) if one.known_at <= event.known_at and _repeats(one, event)]
    return max(places, key=lambda place: known[place].known_at, default=None)


def latest(events: Sequence[StatusEvent]) -> StatusEvent:
    """What the record says now, read as noticing reads it: of two outcomes learned at once the kinder stands, a booking
    came before whatever became of it, and an outcome told before the time came is no outcome.
    """
    ordered = events if len(events) == 1 else timeline.by_knowledge(events)
    said, start = timeline.standing(ordered), ordered[-1].starts_at
    return said if said.starts_at == start else replace(said, starts_at=start)


def _repeats(before: StatusEvent, event: StatusEvent) -> bool:
    same = (before.status, before.starts_at, before.initiator, before.excused) == (
        event.status,
        event.starts_at,
        event.initiator,
        event.excused,
    )
    return same and not _confirms(before, event)


def _confirms(before: StatusEvent, event: StatusEvent) -> bool:
    """Practice systems write "attended" ahead of time; said again afterwards, it is knowledge."""
    return event.status is not AppointmentStatus.BOOKED and before.known_at < event.starts_at <= event.known_at


def _learned(event: StatusEvent) -> datetime:
    return event.known_at
