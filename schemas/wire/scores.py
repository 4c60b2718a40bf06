"""What a client's own measures came to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict, StringConstraints, model_validator

from schemas.vocabulary import MEASURE_NAME
from schemas.wire.common import Flag, ForeignId, SourceName, When, WireIn, WireOut

Measure = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=MEASURE_NAME, max_length=40), Field(examples=["PHQ-9"])
]
Result = Annotated[float, Strict(), Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class ScoreIn(WireIn):
    """One result of one measure: the number alone, never its items. Without `at`, it was just now.

    With `source` and `external_id` the same result sent again is the one on record.
    """

    client_id: UUID | None = Field(default=None, description="Whose it is, where several take part.")
    measure: Measure
    value: Result
    higher_is_better: Flag = Field(description="Which way is better: false for PHQ-9, true for a measure of wellbeing.")
    at: When | None = None
    source: SourceName | None = None
    external_id: ForeignId | None = None

    @model_validator(mode="after")
    def _a_key_has_a_source(self) -> "ScoreIn":
        if (self.source is None) != (self.external_id is None):
            raise ValueError("source and external_id go together")
        return self


class ScoreOut(WireOut):
    """A result as the clinician sees it. It is the client's own, and no judgement of ours."""

    id: UUID
    episode_id: UUID
    client_id: UUID | None
    measure: str
    value: float
    higher_is_better: bool
    at: datetime
    withdrawn: bool
    recorded_by: UUID | None
