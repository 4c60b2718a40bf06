"""How somebody or something proves who they are: sign-ins, API keys, and the brakes on guessing."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to


class SignIn(KeyedRow, table=True):
    """A signed-in browser or API client. Only the hash of its token is stored."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        belongs_to("members", "member_id"),
        sa.UniqueConstraint("token_digest"),
        sa.Index(None, "practice_id", "member_id"),
    )

    member_id: UUID = Field(sa_type=Identifier)
    token_digest: bytes
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ApiKey(KeyedRow, table=True):
    """A key of an integration: its scopes are permissions, space-separated, never more than integrations may have."""

    __tablename__ = "api_keys"
    __table_args__ = (belongs_to("members", "created_by"), sa.UniqueConstraint("token_digest"))

    name: str = Field(max_length=100)
    prefix: str = Field(max_length=12)
    token_digest: bytes
    scopes: str = Field(max_length=1000)
    created_by: UUID = Field(sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInBrake(SQLModel, table=True):
    """Failures counted for one account or one address, known only by keyed digest: unknown accounts are counted alike."""

    __tablename__ = "sign_in_brakes"

    subject_digest: bytes = Field(primary_key=True)
    failures: int = 0
    last_failed_at: datetime = Field(sa_type=Instant)
    blocked_until: datetime | None = Field(default=None, sa_type=Instant)


class RequestWindow(SQLModel, table=True):
    """Requests counted for one caller in one window, so that many processes share one limit."""

    __tablename__ = "request_windows"
    __table_args__ = (sa.Index(None, "window_start"),)

    caller_digest: bytes = Field(primary_key=True)
    window_start: datetime = Field(primary_key=True, sa_type=Instant)
    request_count: int = 0
