"""The practice's own settings."""

from uuid import UUID

from pydantic import Field

from schemas.wire.common import Cadence, Line, TimeZone, WireIn, WireOut


class PracticeOut(WireOut):
    id: UUID
    name: str
    time_zone: str
    locale: str
    default_cadence_days: float
    version: int


class PracticePatch(WireIn):
    """A new default cadence or zone has every running episode assessed again."""

    name: Line | None = None
    time_zone: TimeZone | None = None
    locale: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    default_cadence_days: Cadence | None = None
