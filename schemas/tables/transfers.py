"""Giving the work with one client to somebody else: to whom, what they said to it, what may go along, whether it arrived."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import FirstMeeting, TransferConsent, TransferReason, TransferState


class Transfer(KeyedRow, table=True):
    """Of one client's part in an episode. `to_id` is a colleague here; without one it goes to somebody outside, who is in the content.

    `content_sealed` is what was written, with what the client asked to keep back; `handed_sealed` what was handed over, as it was then.
    From the handing over until the first meeting has taken place, or somebody says otherwise, it has an owner and a day.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "from_id"),
        belongs_to("members", "to_id"),
        belongs_to("members", "owner_id"),
        belongs_to("members", "consent_recorded_by"),
        belongs_to("members", "risk_reviewed_by"),
        belongs_to("referrals", "referral_id"),
        sa.CheckConstraint("(state = 'draft') = (handed_over_at IS NULL AND withdrawn_at IS NULL)", name="dated_state"),
        sa.CheckConstraint("state != 'received' OR received_at IS NOT NULL", name="received_by_somebody"),
        sa.CheckConstraint("(follow_up_on IS NULL) = (owner_id IS NULL)", name="asked_by_somebody"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "owner_id"),
        sa.Index(None, "practice_id", "referral_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    from_id: UUID = Field(sa_type=Identifier)
    to_id: UUID | None = Field(default=None, sa_type=Identifier)
    referral_id: UUID | None = Field(default=None, sa_type=Identifier)
    state: TransferState = Field(default=TransferState.DRAFT, sa_type=code_type(TransferState))
    reason: TransferReason | None = Field(default=None, sa_type=code_type(TransferReason))
    consent: TransferConsent = Field(default=TransferConsent.NOT_ASKED, sa_type=code_type(TransferConsent))
    consent_on: date | None = None
    consent_recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
    content_sealed: bytes
    handed_sealed: bytes | None = None
    risk_reviewed_at: datetime | None = Field(default=None, sa_type=Instant)
    risk_reviewed_by: UUID | None = Field(default=None, sa_type=Identifier)
    first_meeting_on: date | None = None
    owner_id: UUID | None = Field(default=None, sa_type=Identifier)
    follow_up_on: date | None = None
    first_meeting: FirstMeeting | None = Field(default=None, sa_type=code_type(FirstMeeting))
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    made_by: UUID = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    handed_over_at: datetime | None = Field(default=None, sa_type=Instant)
    handed_over_by: UUID | None = Field(default=None, sa_type=Identifier)
    received_at: datetime | None = Field(default=None, sa_type=Instant)
    received_by: UUID | None = Field(default=None, sa_type=Identifier)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1
