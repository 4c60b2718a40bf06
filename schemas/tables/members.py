"""Members of a practice: who they are, what they may be, whom they supervise."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import Role


class Member(KeyedRow, table=True):
    """A person of the practice. Without `password_hash` they are only named (an imported clinician) and cannot sign in.

    `email_digest` is a keyed hash and unique in the installation: one address, one account. `handed_over_to` is who got the
    running episodes of somebody who left, and gets what another system goes on to say under their key.
    """

    __tablename__ = "members"
    __table_args__ = (
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        sa.UniqueConstraint("email_digest"),
        belongs_to("members", "handed_over_to"),
    )

    name_sealed: bytes
    email_sealed: bytes | None = None
    email_digest: bytes | None = Field(default=None)
    password_hash: str | None = Field(default=None, max_length=255)
    must_change_password: bool = False
    joined_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    handed_over_to: UUID | None = Field(default=None, sa_type=Identifier)
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1


class MemberRole(PracticeRow, table=True):
    """One role of a member."""

    __tablename__ = "member_roles"
    __table_args__ = (belongs_to("members", "member_id", on_delete="CASCADE"),)

    member_id: UUID = Field(primary_key=True, sa_type=Identifier)
    role: Role = Field(primary_key=True, sa_type=code_type(Role))


class Supervision(PracticeRow, table=True):
    """A supervisor sees the episodes of a supervisee while this row stands."""

    __tablename__ = "supervisions"
    __table_args__ = (
        belongs_to("members", "supervisor_id"),
        belongs_to("members", "supervisee_id"),
        sa.CheckConstraint("supervisor_id <> supervisee_id", name="not_oneself"),
    )

    supervisor_id: UUID = Field(primary_key=True, sa_type=Identifier)
    supervisee_id: UUID = Field(primary_key=True, sa_type=Identifier)
    since: datetime = Field(sa_type=Instant)
