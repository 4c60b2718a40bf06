"""What a client's own measures came to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict, StringConstraints, model_validator

from schemas.vocabulary import MEASURE_NAME, RiskReview
from schemas.wire.common import Flag, ForeignId, SourceName, When, WireIn, WireOut, Words
from schemas.wire.episodes import PersonOut

Measure = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=MEASURE_NAME, max_length=40), Field(examples=["PHQ-9"])
]
ItemNine = Annotated[int, Strict(), Field(ge=0, le=3)]
Result = Annotated[float, Strict(), Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class ScoreIn(WireIn):
    """One result of one measure: the number alone, never its items. Without `at`, it was just now.

    With `source` and `external_id` the same result sent again is the one on record.
    """

    client_id: UUID | None = Field(default=None, description="Whose it is, where several take part.")
    measure: Measure
    value: Result
    higher_is_better: Flag = Field(description="Which way is better: false for PHQ-9, true for a measure of wellbeing.")
    item_nine: ItemNine | None = Field(
        default=None,
        description="Of PHQ-9: the answer to its ninth item. Above 0 a named person is asked to look today.",
    )
    assessed: RiskReview | None = Field(
        default=None, description="How whoever records it has looked at that answer already. A person's to say."
    )
    completes: UUID | None = Field(
        default=None,
        description="The result of that day on record, of the same value, to which the answer belongs. Asked for where it is not plain. "
        "A person's to say, and not with `external_id`.",
    )
    separate: Flag = Field(default=False, description="A result of its own, beside others of that day.")
    at: When | None = None
    source: SourceName | None = None
    external_id: ForeignId | None = None

    @model_validator(mode="after")
    def _a_key_has_a_source(self) -> "ScoreIn":
        if (self.source is None) != (self.external_id is None):
            raise ValueError("source and external_id go together")
        return self

    @model_validator(mode="after")
    def _what_was_looked_at_was_answered(self) -> "ScoreIn":
        if self.assessed is not None and self.item_nine is None:
            raise ValueError("assessed goes with item_nine")
        return self

    @model_validator(mode="after")
    def _what_is_completed_gains_an_answer(self) -> "ScoreIn":
        if self.completes is not None and (self.item_nine is None or self.separate):
            raise ValueError("completes goes with item_nine, and not with separate")
        return self


class AssessedIn(WireIn):
    """How somebody looked at an answer. `in_session` is enough by itself."""

    how: RiskReview
    words: Words | None = Field(default=None, description="What was found.")


class AssessedOut(WireOut):
    at: datetime
    by: PersonOut
    how: RiskReview
    words: str | None


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
    item_nine: int | None = Field(default=None, description="Told to people alone, never to a key.")
    assessed: AssessedOut | None = Field(default=None, description="Who looked at that answer, and how.")
