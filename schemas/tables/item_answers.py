"""The answer to one item that a person has to look at, beside the total of a measure. No item's text is kept anywhere."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import RiskReview


class ItemAnswer(KeyedRow, table=True):
    """What a client answered to the ninth item of the PHQ-9, sealed, and who looked at it, how and when.

    It goes with its result: an import that is undone takes both.
    """

    __tablename__ = "item_answers"
    __table_args__ = (
        belongs_to("scores", "score_id", on_delete="CASCADE"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "assessed_by"),
        sa.UniqueConstraint("practice_id", "score_id"),
        sa.CheckConstraint(
            "(assessed_at IS NULL) = (assessed_by IS NULL) AND (assessed_at IS NULL) = (assessed_how IS NULL)",
            name="assessed_by_somebody",
        ),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    score_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    answer_sealed: bytes
    assessed_at: datetime | None = Field(default=None, sa_type=Instant)
    assessed_by: UUID | None = Field(default=None, sa_type=Identifier)
    assessed_how: RiskReview | None = Field(default=None, sa_type=code_type(RiskReview))
    assessed_words_sealed: bytes | None = None
