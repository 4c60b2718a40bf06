"""In which order a person's tasks come. Pure."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from api.domain.errors import invalid_field
from schemas.vocabulary import TaskKind

# What cannot wait until tomorrow, whatever else is overdue.
TODAY = frozenset({TaskKind.RISK_TODAY})


# What is done by its own act and by no tap, and where that is.
_BY_ITS_ACT = {
    TaskKind.RISK_TODAY: "Say on its page how you reached them, or clear the risk.",
    TaskKind.SETTLE_DELIVERY: "Say with the message whether it arrived.",
    TaskKind.WRITE_NOTE: "Sign the note.",
    TaskKind.READ_TEXT: "Open the text message and say whose it is, or put it aside.",
}
# To reach somebody at risk stays one's own; of a text message nobody knows yet whose it is.
_ABOUT_NO_CLIENT_YET = frozenset({TaskKind.RISK_TODAY, TaskKind.READ_TEXT})


def where_done(kind: TaskKind, *, within_reach: bool) -> str | None:
    """None: saying so does it. So too where the act belongs to somebody else by now, because the client does.

    To reach somebody at risk stays one's own: the task itself opens what that takes.
    """
    return _BY_ITS_ACT.get(kind) if within_reach or kind in _ABOUT_NO_CLIENT_YET else None


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
