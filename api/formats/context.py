"""What a reader must be told about the moment and the place, because it asks nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ReadContext:
    """Where the practice is, and the instant at which it handed the file over: nothing in it was learned later."""

    practice_zone: ZoneInfo
    received_at: datetime

    def __post_init__(self) -> None:
        if self.received_at.utcoffset() != timedelta():
            raise ValueError("received_at must be an aware instant in UTC")
