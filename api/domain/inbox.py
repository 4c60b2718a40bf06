"""In which order what clients sent is read, and for whom an answer waits. Pure.

First what may be about danger, then whoever has waited longest. It is an order and no measure of anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple
from uuid import UUID

from api.domain.errors import invalid_field

FIRST, IN_TURN = 0, 1
# Over how long a time to answer is told, and over how many answers at most.
LOOKED_BACK = timedelta(days=90)
MOST_LOOKED_AT = 1000


class Position(NamedTuple):
    """The last row of a page, as text that may stand in an address. The id decides where two have the same instant."""

    rank: int
    at: datetime
    row_id: UUID

    def to_text(self) -> str:
        # Not "+00:00": a plus sign in an address means a space.
        return f"{self.rank}_{self.at.isoformat().removesuffix('+00:00')}Z_{self.row_id}"


def read(text: str | None) -> Position | None:
    """None where the first page is asked for. Raises Invalid for what was never given out."""
    if text is None:
        return None
    try:
        rank, moment, row_id = text.split("_")
        position = Position(int(rank), datetime.fromisoformat(moment), UUID(row_id))
    except ValueError:
        position = None
    if position is None or position.rank not in (FIRST, IN_TURN) or position.at.utcoffset() is None:
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    return position


@dataclass(frozen=True, slots=True)
class Around:
    """Who could answer a client. `successor_id`: to whom the work was passed on; `clinician_id`: responsible, or last was.

    `here`: who works here and can sign in. `away`: who is on leave today. `stands_in`: who covers for whom today.
    """

    clinician_id: UUID | None
    successor_id: UUID | None
    leads: Sequence[UUID]
    here: Collection[UUID]
    away: Collection[UUID]
    stands_in: Mapping[UUID, UUID]


def waits_for(around: Around) -> UUID | None:
    """The one person to whom an answer goes, also after an ending: a successor where the work was passed on, otherwise whoever
    was responsible, as long as they work here; whoever covers for them while they are away; otherwise a practice lead.

    None only where nobody can sign in at all.
    """
    theirs = next((one for one in (around.successor_id, around.clinician_id) if one in around.here), None)
    if theirs is not None and theirs not in around.away:
        return theirs
    if theirs is not None and around.stands_in.get(theirs) in around.here:
        return around.stands_in[theirs]
    lead = next((one for one in around.leads if one not in around.away), None)
    return lead or theirs or next(iter(around.leads), None)


def typical(waits: Sequence[timedelta]) -> timedelta | None:
    """The median: half of the answers took no longer. None where there are none."""
    return timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None
