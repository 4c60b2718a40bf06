"""Days on which nobody expects a session: a clinician is away, or the practice is closed."""

from datetime import date
from uuid import UUID

from pydantic import Field, model_validator

from schemas.wire.common import Day, WireIn, WireOut


class LeaveIn(WireIn):
    """Days on which the practice is closed or a clinician is away; local dates, both included."""

    from_on: Day = Field(examples=["2026-08-03"])
    to_on: Day = Field(examples=["2026-08-21"])

    @model_validator(mode="after")
    def _in_order(self) -> "LeaveIn":
        if self.to_on < self.from_on:
            raise ValueError("to_on must not be before from_on")
        return self


class LeaveOut(WireOut):
    id: UUID
    from_on: date
    to_on: date | None
    member_id: UUID | None = Field(description="The clinician who is away; null when the practice is closed.")
    withdrawn: bool
