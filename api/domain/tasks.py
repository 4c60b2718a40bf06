"""In which order a person's tasks come, and when one that nobody touched becomes somebody else's too. Pure."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.domain import clock
from api.domain.errors import invalid_field
from schemas.vocabulary import TaskKind

TO_REACH = frozenset({TaskKind.RISK_TODAY, TaskKind.RISK_OVERDUE})
"""To reach a client of whom somebody has said that there is a risk: the task opens what that takes."""

# What cannot wait until tomorrow, whatever else is overdue.
TODAY = TO_REACH | {TaskKind.READ_REPLY_TODAY, TaskKind.READ_TEXT_TODAY, TaskKind.LOOK_AT_ANSWER}


OF_WHO_WAS_ASKED = TO_REACH | {TaskKind.LOOK_AT_ANSWER}
"""What stays with whoever was asked for it, also where the work goes to somebody else: it is about today."""


# What is done by its own act and by no tap, and where that is.
_BY_ITS_ACT = {
    TaskKind.RISK_TODAY: "Say on its page how you reached them, or clear the risk.",
    TaskKind.RISK_OVERDUE: "Say on its page how they were reached, or clear the risk.",
    TaskKind.SETTLE_DELIVERY: "Say with the message whether it arrived.",
    TaskKind.WRITE_NOTE: "Sign the note.",
    TaskKind.READ_TEXT: "Open the text message and say whose it is, or put it aside.",
    TaskKind.READ_TEXT_TODAY: "Open the text message and say whose it is, or put it aside.",
    TaskKind.LOOK_AT_ANSWER: "Say on its page how it was looked at.",
    TaskKind.WRITE_FOLLOW_UP: "Say on its page whether it was written.",
    TaskKind.READ_REPLY_TODAY: "Say with the answer what was done about it.",
    TaskKind.FOLLOW_UP_REFERRAL: "Say with the referral how it went, or when to ask again.",
    TaskKind.READ_TRANSFER: "Say with the transfer that you have read what was handed over.",
    TaskKind.FOLLOW_TRANSFER: "Say with the transfer whether the first meeting took place, or when to ask again.",
    TaskKind.ANSWER_REPLY: "Say with the answer what was done about it.",
}
# To reach somebody at risk, or to ask them, stays one's own; of a text message nobody knows yet whose it is; a tap leaves no
# referral unasked about.
_ABOUT_NO_CLIENT_YET = frozenset(
    {
        TaskKind.RISK_TODAY,
        TaskKind.RISK_OVERDUE,
        TaskKind.LOOK_AT_ANSWER,
        TaskKind.READ_TEXT,
        TaskKind.READ_TEXT_TODAY,
        TaskKind.FOLLOW_UP_REFERRAL,
        TaskKind.FOLLOW_TRANSFER,
    }
)


def where_done(kind: TaskKind, *, within_reach: bool) -> str | None:
    """None: saying so does it. So too where the act belongs to somebody else by now, because the client does.

    To reach somebody at risk stays one's own: the task itself opens what that takes.
    """
    return _BY_ITS_ACT.get(kind) if within_reach or kind in _ABOUT_NO_CLIENT_YET else None


_AT_LEAST = timedelta(hours=1)
ASK_AHEAD = timedelta(days=14)
"""How long before a permission runs out somebody is asked to ask again."""


def escalates_at(created_at: datetime, due_on: date, zone_name: str, hours: int) -> datetime:
    """When a risk that nobody has touched is told to others as well: after so many hours, or when the client's day is over.

    Never within the first hour, so that what is raised shortly before midnight has its time.
    """
    day_is_over = clock.instant(clock.end_of(due_on, zone_name)) or created_at
    return max(created_at + _AT_LEAST, min(day_is_over, created_at + timedelta(hours=hours)))


def is_asked_again(valid_until: date | None, asked_on: date, adult_on: date | None, today: date) -> bool:
    """Whether a permission runs out soon, or its client is an adult by now and was a minor when asked."""
    if valid_until is not None and valid_until <= today + ASK_AHEAD:
        return True
    return adult_on is not None and asked_on < adult_on <= today


class Position(NamedTuple):
    """The last task of a page, as text that may stand in an address: what is for today first, then by the day it is due."""

    rank: int
    due_on: date
    task_id: UUID

    def to_text(self) -> str:
        return f"{self.rank}_{self.due_on.isoformat()}_{self.task_id}"


def rank(kind: TaskKind) -> int:
    return 0 if kind in TODAY else 1


def read(text: str | None) -> Position | None:
    """None where the first page is asked for. Raises Invalid for what was never given out."""
    if text is None:
        return None
    try:
        first, due_on, task_id = text.split("_")
        position = Position(int(first), date.fromisoformat(due_on), UUID(task_id))
    except ValueError:
        position = None
    if position is None or position.rank not in (0, 1):
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    return position
