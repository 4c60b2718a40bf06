"""What a provider's record says of a message, and what that moves. Pure.

Only forwards: reports come late, twice and out of order, and none of them calls a message back from its end. Of a message
whose end nobody knows, any word of the provider says at least that it has it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.vocabulary import CheckInState, StopReason


class Course(StrEnum):
    """How far the provider's record says a message has come."""

    WITH_PROVIDER = "with_provider"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Move:
    """To this state, and by what the message was stopped, if it was."""

    to: CheckInState
    stopped_by: StopReason | None = None


_TO = {
    Course.WITH_PROVIDER: Move(CheckInState.SENT),
    Course.DELIVERED: Move(CheckInState.DELIVERED),
    Course.NOT_DELIVERED: Move(CheckInState.BOUNCED, StopReason.NOT_ACCEPTED),
    Course.OPTED_OUT: Move(CheckInState.BOUNCED, StopReason.OPTED_OUT),
}
_OPEN = frozenset({CheckInState.SENDING, CheckInState.UNCERTAIN})

# After a connection broke off: soon, since most of what was taken stands in the list at once, then ever more rarely.
_LOOKS = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


def move(state: CheckInState, course: Course, *, by_person: bool = False) -> Move | None:
    """None: nothing is new by it. `by_person`: somebody said how it ended, and what arrived all the same has arrived."""
    wanted = _TO[course]
    if by_person and state is CheckInState.FAILED and course is Course.DELIVERED:
        return wanted
    if state in _OPEN or (state is CheckInState.SENT and wanted.to is not CheckInState.SENT):
        return wanted
    return None


def next_look(look_count: int, now: datetime) -> datetime | None:
    """When the provider's list is looked through again for a message that was not in it; None: often enough, a person has it."""
    return now + _LOOKS[look_count] if look_count < len(_LOOKS) else None
