"""The audit trail: who did, read or was refused what. Entries and seals are only ever added; triggers hold that."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import ActorKind, AuditOutcome


class AuditEntry(KeyedRow, table=True):
    """One call through the gate. `details` holds codes and counts, never words of or about a client."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index(None, "practice_id", "subject_id"),)

    at: datetime = Field(sa_type=Instant)
    actor_kind: ActorKind = Field(sa_type=code_type(ActorKind))
    actor_id: UUID | None = Field(default=None, sa_type=Identifier)
    action: str = Field(max_length=60)
    outcome: AuditOutcome = Field(sa_type=code_type(AuditOutcome))
    subject_kind: str | None = Field(default=None, max_length=40)
    subject_id: UUID | None = Field(default=None, sa_type=Identifier)
    request_id: str | None = Field(default=None, max_length=64)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class AuditSeal(PracticeRow, table=True):
    """A link of the chain: SHA-256 over the link before it and the entry, so that no entry can be changed, removed or slipped in."""

    __tablename__ = "audit_seals"
    __table_args__ = (
        belongs_to("audit_entries", "entry_id"),
        sa.UniqueConstraint("practice_id", "entry_id"),
    )

    position: int = Field(primary_key=True)
    entry_id: UUID = Field(sa_type=Identifier)
    link_digest: bytes
    sealed_at: datetime = Field(sa_type=Instant)


class AuditUnsealed(PracticeRow, table=True):
    """Entries that wait to be sealed, so that the sealer finds them without looking through the whole trail."""

    __tablename__ = "audit_unsealed"
    __table_args__ = (belongs_to("audit_entries", "entry_id"),)

    entry_id: UUID = Field(primary_key=True, sa_type=Identifier)
