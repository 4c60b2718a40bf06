"""What happened outside the room: contacts, absences, agreements."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import AbsenceKind, AgreementKind, Channel, ContactDirection, ContactOutcome


class Contact(KeyedRow, table=True):
    """A call, message or word at the desk, made elsewhere and recorded here; with `check_in_id`, a message sent from here.

    `fact_digest` recognises the same fact in a second import of the same file.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("imports", "import_id"),
        belongs_to("check_ins", "check_in_id"),
        sa.UniqueConstraint("practice_id", "fact_digest"),
        sa.UniqueConstraint("practice_id", "check_in_id"),
        sa.Index(None, "practice_id", "episode_id", "at"),
        sa.Index(None, "practice_id", "import_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID | None = Field(default=None, sa_type=Identifier)
    at: datetime = Field(sa_type=Instant)
    known_at: datetime = Field(sa_type=Instant)
    direction: ContactDirection = Field(sa_type=code_type(ContactDirection))
    channel: Channel = Field(sa_type=code_type(Channel))
    outcome: ContactOutcome | None = Field(default=None, sa_type=code_type(ContactOutcome))
    automated: bool = False
    note_sealed: bytes | None = None
    check_in_id: UUID | None = Field(default=None, sa_type=Identifier)
    fact_digest: bytes | None = None
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)


class Absence(KeyedRow, table=True):
    """Days on which silence says nothing: of one episode, of a clinician (their leave), or of the whole practice (closed).

    Local dates, both included. A withdrawn absence counts until `withdrawn_at`, so that looking back stays true.
    """

    __tablename__ = "absences"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("members", "member_id"),
        belongs_to("imports", "import_id"),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        sa.CheckConstraint(
            "(kind IN ('pause', 'client_away') AND episode_id IS NOT NULL AND member_id IS NULL)"
            " OR (kind = 'clinician_leave' AND episode_id IS NULL AND member_id IS NOT NULL)"
            " OR (kind = 'practice_closed' AND episode_id IS NULL AND member_id IS NULL)",
            name="belongs_to_its_kind",
        ),
        sa.UniqueConstraint("practice_id", "fact_digest"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "member_id"),
        sa.Index(None, "practice_id", "import_id"),
    )

    kind: AbsenceKind = Field(sa_type=code_type(AbsenceKind))
    episode_id: UUID | None = Field(default=None, sa_type=Identifier)
    member_id: UUID | None = Field(default=None, sa_type=Identifier)
    from_on: date
    to_on: date | None = None
    known_at: datetime = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    fact_digest: bytes | None = None
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
    version: int = 1


class Agreement(KeyedRow, table=True):
    """What client and clinician settled about the course of the work: a planned end, a discharge, another cadence."""

    __tablename__ = "agreements"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("imports", "import_id"),
        sa.CheckConstraint("cadence_days > 0", name="cadence_positive"),
        sa.UniqueConstraint("practice_id", "fact_digest"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "import_id"),
    )

    kind: AgreementKind = Field(sa_type=code_type(AgreementKind))
    episode_id: UUID = Field(sa_type=Identifier)
    from_on: date
    to_on: date | None = None
    cadence_days: float | None = None
    known_at: datetime = Field(sa_type=Instant)
    fact_digest: bytes | None = None
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
