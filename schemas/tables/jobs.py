"""Work to be done after the answer, kept where a crash cannot lose it; and answers kept so that a retry repeats none."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow


class Job(KeyedRow, table=True):
    """A piece of work, done in slices. A worker holds it by a lease; a lease that ran out is anybody's."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.Index(
            "ix_jobs_due",
            "run_after",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.UniqueConstraint("practice_id", "kind", "subject_id", name="uq_jobs_subject"),
    )

    kind: str = Field(max_length=40)
    subject_id: UUID = Field(sa_type=Identifier)
    run_after: datetime = Field(sa_type=Instant)
    lease_token: UUID | None = Field(default=None, sa_type=Identifier)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    attempt_count: int = 0
    failure_code: str | None = Field(default=None, max_length=60)
    created_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredAnswer(PracticeRow, table=True):
    """The answer given to a POST under its Idempotency-Key. The body is sealed: it may hold a client's name."""

    __tablename__ = "stored_answers"
    __table_args__ = (sa.Index(None, "created_at"),)

    caller_id: UUID = Field(primary_key=True, sa_type=Identifier)
    idempotency_key: str = Field(primary_key=True, max_length=200)
    request_digest: bytes
    status_code: int
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    body_sealed: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
