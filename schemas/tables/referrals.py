"""Helping a client on: what they would like, to whom, who here asks how it went, and what came of each."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import PassingOn, ReferralEnd, ReferralStep


class Referral(KeyedRow, table=True):
    """Of one client out of one episode. While it is open it has an owner and a day on which they ask: no gap without either.

    Wishes and words are one document, sealed with the client's key.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "owner_id"),
        sa.CheckConstraint("(closed_at IS NULL) = (follow_up_on IS NOT NULL)", name="asked_while_open"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_because IS NULL)", name="closed_with_reason"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "client_id"),
        sa.Index(None, "practice_id", "owner_id", "closed_at"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    owner_id: UUID = Field(sa_type=Identifier)
    follow_up_on: date | None = None
    passing_on: PassingOn = Field(default=PassingOn.NOT_ASKED, sa_type=code_type(PassingOn))
    content_sealed: bytes
    made_by: UUID = Field(sa_type=Identifier)
    made_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_because: ReferralEnd | None = Field(default=None, sa_type=code_type(ReferralEnd))
    closed_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1


class ReferralOption(KeyedRow, table=True):
    """One who was suggested: out of the directory, or known by name alone. `called` is how they were told then."""

    __tablename__ = "referral_options"
    __table_args__ = (
        belongs_to("referrals", "referral_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("referral_providers", "provider_id"),
        sa.UniqueConstraint("practice_id", "referral_id", "position"),
        sa.UniqueConstraint("practice_id", "referral_id", "provider_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    referral_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    provider_id: UUID | None = Field(default=None, sa_type=Identifier)
    called_sealed: bytes
    position: int
    step: ReferralStep = Field(sa_type=code_type(ReferralStep))
    step_on: date


class ReferralProgress(KeyedRow, table=True):
    """One step with one of them, on the day it was taken. Only ever added to."""

    __tablename__ = "referral_progress"
    __table_args__ = (
        belongs_to("referral_options", "option_id"),
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        sa.Index(None, "practice_id", "option_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    option_id: UUID = Field(sa_type=Identifier)
    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    step: ReferralStep = Field(sa_type=code_type(ReferralStep))
    taken_on: date
    words_sealed: bytes | None = None
    recorded_by: UUID = Field(sa_type=Identifier)
    recorded_at: datetime = Field(sa_type=Instant)
