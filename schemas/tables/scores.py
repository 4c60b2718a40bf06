"""What a client's own measures came to: a number, which way is better, and when. No item and no word of a questionnaire."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class Score(KeyedRow, table=True):
    """One result of one measure, such as PHQ-9, of one participant or of the work together.

    `fact_digest` recognises the same result told again. A withdrawn one counts until `withdrawn_at`, so that looking back stays true.
    """

    __tablename__ = "scores"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("imports", "import_id"),
        sa.UniqueConstraint("practice_id", "fact_digest"),
        sa.Index(None, "practice_id", "episode_id", "at"),
        sa.Index(None, "practice_id", "import_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID | None = Field(default=None, sa_type=Identifier)
    measure: str = Field(max_length=40)
    value: float
    higher_is_better: bool
    at: datetime = Field(sa_type=Instant)
    known_at: datetime = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str | None = Field(default=None, max_length=40)
    fact_digest: bytes | None = None
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1
