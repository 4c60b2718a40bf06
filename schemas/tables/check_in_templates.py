"""The practice's own templates of messages to clients."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import Channel, CheckInKind, Locale, Situation


class CheckInTemplate(KeyedRow, table=True):
    """Words to begin with, about no client. Sealed with the practice's key all the same: somebody may type a name.

    `findings` are the codes of what the review of the wording named and its author kept, for the sealed reason.
    """

    __tablename__ = "check_in_templates"
    __table_args__ = (belongs_to("members", "written_by"),)

    kind: CheckInKind = Field(sa_type=code_type(CheckInKind))
    locale: Locale = Field(sa_type=code_type(Locale))
    situation: Situation = Field(default=Situation.GENERAL, sa_type=code_type(Situation))
    channel: Channel = Field(default=Channel.EMAIL, sa_type=code_type(Channel))
    may_mention_therapy: bool = False
    name_sealed: bytes
    subject_sealed: bytes
    body_sealed: bytes
    findings: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    override_sealed: bytes | None = None
    written_by: UUID = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1
