"""Episodes of care, who takes part, and what noticing last worked out about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import FAR_FUTURE, Identifier, Instant, KeyedRow, PracticeRow, belongs_to, code_type
from schemas.vocabulary import ClinicianPart, EndingKind, EpisodeFormat, EpisodeKind


class Episode(KeyedRow, table=True):
    """One course of work.

    `drifting_at` and `quiet_at` are the instants at which the episode crosses if nothing more is learned, so the
    stage at any moment is a comparison. `evidence` holds codes, dates and counts for the words of the reasons.
    `attention_at` sorts the caseload: the first instant at which somebody should look. At `revisit_at` the stored
    values want working out again although nobody did anything. `assessment_due` marks an episode whose facts
    changed in bulk and whose assessment is still to come. While the next act is put off, `put_off_until` is when it will be
    there again if nothing more is learned, and `attention_at` is not before that. `ending_known_at` is when the record learned how it ended.
    """

    __tablename__ = "episodes"
    __table_args__ = (
        belongs_to("members", "responsible_id"),
        belongs_to("episodes", "previous_episode_id"),
        belongs_to("imports", "import_id"),
        sa.CheckConstraint("agreed_cadence_days > 0", name="cadence_positive"),
        sa.Index("ix_episodes_caseload", "practice_id", "attention_at", "id"),
        sa.Index("ix_episodes_clinician_caseload", "practice_id", "responsible_id", "attention_at", "id"),
        sa.Index("ix_episodes_drifting", "practice_id", "drifting_at"),
        sa.Index("ix_episodes_quiet", "practice_id", "quiet_at"),
        sa.Index("ix_episodes_revisit", "practice_id", "revisit_at"),
        sa.Index("ix_episodes_import", "practice_id", "import_id"),
        sa.Index(
            "ix_episodes_put_off",
            "practice_id",
            "attention_at",
            "id",
            sqlite_where=sa.text("put_off_until IS NOT NULL"),
            postgresql_where=sa.text("put_off_until IS NOT NULL"),
        ),
        sa.Index(
            "ix_episodes_assessment_due",
            "practice_id",
            "id",
            sqlite_where=sa.text("assessment_due = 1"),
            postgresql_where=sa.text("assessment_due"),
        ),
    )

    format: EpisodeFormat = Field(sa_type=code_type(EpisodeFormat))
    kind: EpisodeKind = Field(sa_type=code_type(EpisodeKind))
    responsible_id: UUID | None = Field(default=None, sa_type=Identifier)
    time_zone: str = Field(max_length=64)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ending: EndingKind | None = Field(default=None, sa_type=code_type(EndingKind))
    ending_known_at: datetime | None = Field(default=None, sa_type=Instant)
    agreed_cadence_days: float | None = None
    previous_episode_id: UUID | None = Field(default=None, sa_type=Identifier)
    drifting_at: datetime | None = Field(default=None, sa_type=Instant)
    quiet_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_from: datetime | None = Field(default=None, sa_type=Instant)
    paused_until: datetime | None = Field(default=None, sa_type=Instant)
    revisit_at: datetime | None = Field(default=None, sa_type=Instant)
    attention_at: datetime = Field(default=FAR_FUTURE, sa_type=Instant)
    put_off_until: datetime | None = Field(default=None, sa_type=Instant)
    evidence: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    model_version: str | None = Field(default=None, max_length=40)
    assessed_at: datetime | None = Field(default=None, sa_type=Instant)
    assessment_due: bool = False
    import_id: UUID | None = Field(default=None, sa_type=Identifier)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1


class EpisodeParticipant(PracticeRow, table=True):
    """A client's part in an episode.

    `ending` is said where it is not the episode's: of whoever left while others stayed, or whose work ended in another way.
    """

    __tablename__ = "episode_participants"
    __table_args__ = (
        belongs_to("episodes", "episode_id", on_delete="CASCADE"),
        belongs_to("clients", "client_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    episode_id: UUID = Field(primary_key=True, sa_type=Identifier)
    client_id: UUID = Field(primary_key=True, sa_type=Identifier)
    joined_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    ending: EndingKind | None = Field(default=None, sa_type=code_type(EndingKind))
    ending_known_at: datetime | None = Field(default=None, sa_type=Instant)


class EpisodeClinician(PracticeRow, table=True):
    """A clinician's part in an episode, while it lasts. This table says whose caseload an episode is in."""

    __tablename__ = "episode_clinicians"
    __table_args__ = (
        belongs_to("episodes", "episode_id", on_delete="CASCADE"),
        belongs_to("members", "member_id"),
        sa.Index(None, "practice_id", "member_id", "episode_id"),
    )

    episode_id: UUID = Field(primary_key=True, sa_type=Identifier)
    member_id: UUID = Field(primary_key=True, sa_type=Identifier)
    part: ClinicianPart = Field(sa_type=code_type(ClinicianPart))
    since: datetime = Field(sa_type=Instant)


class FormerClinician(KeyedRow, table=True):
    """A part that has ended. It opens nothing: only whether somebody once was a clinician of a client is asked of it."""

    __tablename__ = "former_clinicians"
    __table_args__ = (
        belongs_to("episodes", "episode_id", on_delete="CASCADE"),
        belongs_to("members", "member_id"),
        sa.Index(None, "practice_id", "episode_id"),
        sa.Index(None, "practice_id", "member_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    member_id: UUID = Field(sa_type=Identifier)
    part: ClinicianPart = Field(sa_type=code_type(ClinicianPart))
    since: datetime = Field(sa_type=Instant)
    ended_at: datetime = Field(sa_type=Instant)


class EpisodeKindChange(KeyedRow, table=True):
    """How an episode is paced, from when the record learned it. Only ever added; an episode without any never changed."""

    __tablename__ = "episode_kind_changes"
    __table_args__ = (
        belongs_to("episodes", "episode_id", on_delete="CASCADE"),
        sa.Index(None, "practice_id", "episode_id", "known_at"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    kind: EpisodeKind = Field(sa_type=code_type(EpisodeKind))
    known_at: datetime = Field(sa_type=Instant)
    recorded_by: UUID | None = Field(default=None, sa_type=Identifier)
