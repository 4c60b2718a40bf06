"""What the record itself adds to a termination note: when the work began and was last done, and who tried to reach whom.

Nobody types these, so nobody remembers them wrongly. A draft shows them as they are; a signature freezes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.domain.measures import FirstAndLast
from schemas.vocabulary import Channel, ClosingSession, ContactDirection, ContactOutcome


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact outside the room, as the record has it."""

    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None
    automated: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Those that took place."""

    first_at: datetime | None
    last_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Attempt:
    at: datetime
    channel: Channel
    outcome: ContactOutcome | None


@dataclass(frozen=True, slots=True)
class LastContact:
    at: datetime
    direction: ContactDirection
    channel: Channel
    outcome: ContactOutcome | None


@dataclass(frozen=True, slots=True)
class Record:
    """`attempts`: those made since the client was last seen or heard of, oldest first. `closing_session`: what its record comes to.
    `scores`: first against last, by measure. `goes_to`: to whom elsewhere the care goes, as its transfer says.
    """

    drawn_at: datetime
    started_at: datetime | None
    first_session_at: datetime | None
    last_session_at: datetime | None
    session_count: int
    last_contact: LastContact | None
    attempts: tuple[Attempt, ...]
    closing_session: ClosingSession | None = None
    scores: tuple[FirstAndLast, ...] = ()
    goes_to: str | None = None


def drawn(
    started_at: datetime | None,
    sessions: Sessions,
    touches: Sequence[Touch],
    now: datetime,
    *,
    closing_session: ClosingSession | None = None,
    scores: tuple[FirstAndLast, ...] = (),
) -> Record:
    """`touches` oldest first. A message that a program sent by itself is no contact and no attempt."""
    by_people = [touch for touch in touches if not touch.automated and touch.at <= now]
    last = by_people[-1] if by_people else None
    return Record(
        drawn_at=now,
        started_at=started_at,
        first_session_at=sessions.first_at,
        last_session_at=sessions.last_at,
        session_count=sessions.count,
        last_contact=None if last is None else LastContact(last.at, last.direction, last.channel, last.outcome),
        attempts=tuple(_attempts(sessions.last_at, by_people)),
        closing_session=closing_session,
        scores=scores,
    )


def _attempts(last_session_at: datetime | None, touches: Sequence[Touch]) -> list[Attempt]:
    """Outward, and since the client last came, wrote, called or was spoken to."""
    heard = [touch.at for touch in touches if touch.direction is ContactDirection.INBOUND or _spoke(touch)]
    since = max([*heard, *([last_session_at] if last_session_at is not None else [])], default=None)
    return [
        Attempt(touch.at, touch.channel, touch.outcome)
        for touch in touches
        if touch.direction is ContactDirection.OUTBOUND and (since is None or touch.at >= since)
    ]


def _spoke(touch: Touch) -> bool:
    return touch.outcome is ContactOutcome.SPOKE
