"""Releases: asking for one, and what the ledger says of each. The document itself is served as it was kept."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.vocabulary import ActorKind
from schemas.wire.common import Whole, WireIn, WireOut

Year = Annotated[Whole, Field(ge=1900, le=2199, examples=[2025])]


class ReleaseIn(WireIn):
    """One year, or up to three that follow one another. The same period again is answered with the release it has."""

    first_year: Year
    last_year: Year | None = Field(default=None, description="Left out: the first year alone.")


class ReleaseOut(WireOut):
    """The digests are SHA-256 of the two files, letter by letter."""

    id: UUID
    period: str = Field(examples=["2025"])
    cut_off_on: date
    released_at: datetime
    released_by_kind: ActorKind
    released_by: UUID | None
    document_sha256: str
    sheet_sha256: str
