"""The practice's own directory of those who may be a better fit."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow


class ReferralProvider(KeyedRow, table=True):
    """One person or service. What is known of them is one document, sealed with the practice's key, and matched in memory.

    No client stands here. A removed one stays, for the referrals that name them. The digest is of the key of another list: two
    providers never have the same.
    """

    __tablename__ = "referral_providers"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.UniqueConstraint("practice_id", "external_digest"),
    )

    facts_sealed: bytes
    external_digest: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    changed_by: UUID | None = Field(default=None, sa_type=Identifier)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
