"""The audit trail as those who answer for the practice read it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from schemas.vocabulary import ActorKind, AuditOutcome
from schemas.wire.common import WireOut


class AuditEntryOut(WireOut):
    """Who did, read or was refused what. Codes, ids and counts only: the trail holds nobody's words."""

    id: UUID
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    action: str = Field(examples=["client.read"])
    outcome: AuditOutcome
    subject_kind: str | None = Field(examples=["client"])
    subject_id: UUID | None
    request_id: str | None
    details: dict[str, JsonValue] = Field(examples=[{"count": 12}])
