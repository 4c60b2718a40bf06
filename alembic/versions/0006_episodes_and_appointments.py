"""Courses of work, who takes part, and the booked times with everything learned of them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "episodes",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "individual",
                "couple",
                "family",
                "group",
                name="episodeformat",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "ongoing",
                "as_needed",
                "consultation",
                name="episodekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("responsible_id", base.Identifier, nullable=True),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("started_at", base.Instant, nullable=True),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.Column("agreed_cadence_days", sa.Float(), nullable=True),
        sa.Column("previous_episode_id", base.Identifier, nullable=True),
        sa.Column("drifting_at", base.Instant, nullable=True),
        sa.Column("quiet_at", base.Instant, nullable=True),
        sa.Column("paused_from", base.Instant, nullable=True),
        sa.Column("paused_until", base.Instant, nullable=True),
        sa.Column("revisit_at", base.Instant, nullable=True),
        sa.Column("attention_at", base.Instant, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("model_version", sa.String(40), nullable=True),
        sa.Column("assessed_at", base.Instant, nullable=True),
        sa.Column("assessment_due", sa.Boolean(), nullable=False),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("agreed_cadence_days > 0", name=op.f("ck_episodes_cadence_positive")),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_episodes_practice_id_import_id_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "previous_episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_episodes_practice_id_previous_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "responsible_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_episodes_practice_id_responsible_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_episodes")),
    )
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_episodes_assessment_due",
            ["practice_id", "id"],
            unique=False,
            sqlite_where=sa.text("assessment_due"),
            postgresql_where=sa.text("assessment_due"),
        )
        batch_op.create_index("ix_episodes_caseload", ["practice_id", "attention_at", "id"], unique=False)
        batch_op.create_index(
            "ix_episodes_clinician_caseload", ["practice_id", "responsible_id", "attention_at", "id"], unique=False
        )
        batch_op.create_index("ix_episodes_drifting", ["practice_id", "drifting_at"], unique=False)
        batch_op.create_index("ix_episodes_import", ["practice_id", "import_id"], unique=False)
        batch_op.create_index("ix_episodes_quiet", ["practice_id", "quiet_at"], unique=False)
        batch_op.create_index("ix_episodes_revisit", ["practice_id", "revisit_at"], unique=False)
    op.create_table(
        "appointments",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=True),
        sa.Column("clinician_id", base.Identifier, nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("rescheduled_from", sa.String(200), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("starts_at", base.Instant, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "attended",
                "no_show",
                "late_cancelled",
                "cancelled",
                "rescheduled",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "initiator",
            sa.Enum(
                "client",
                "clinician",
                "practice",
                "system",
                name="initiator",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("status_known_at", base.Instant, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name=op.f("ck_appointments_duration_sensible")),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_appointments_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_appointments_practice_id_clinician_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_appointments_practice_id_episode_id_episodes"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_appointments")),
        sa.UniqueConstraint(
            "practice_id", "source", "external_id", name=op.f("uq_appointments_practice_id_source_external_id")
        ),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointments_practice_id_episode_id_starts_at"),
            ["practice_id", "episode_id", "starts_at"],
            unique=False,
        )
    op.create_table(
        "episode_clinicians",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("member_id", base.Identifier, nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "responsible",
                "co_therapist",
                name="clinicianpart",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_episode_clinicians_practice_id_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_episode_clinicians_practice_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "episode_id", "member_id", name=op.f("pk_episode_clinicians")),
    )
    with op.batch_alter_table("episode_clinicians", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_episode_clinicians_practice_id_member_id_episode_id"),
            ["practice_id", "member_id", "episode_id"],
            unique=False,
        )
    op.create_table(
        "episode_participants",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("joined_at", base.Instant, nullable=False),
        sa.Column("left_at", base.Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_episode_participants_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_episode_participants_practice_id_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "episode_id", "client_id", name=op.f("pk_episode_participants")),
    )
    with op.batch_alter_table("episode_participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_episode_participants_practice_id_client_id"), ["practice_id", "client_id"], unique=False
        )
    op.create_table(
        "appointment_events",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("appointment_id", base.Identifier, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "attended",
                "no_show",
                "late_cancelled",
                "cancelled",
                "rescheduled",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", base.Instant, nullable=False),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column(
            "initiator",
            sa.Enum(
                "client",
                "clinician",
                "practice",
                "system",
                name="initiator",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointments.practice_id", "appointments.id"],
            name=op.f("fk_appointment_events_practice_id_appointment_id_appointments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_appointment_events_practice_id_import_id_imports"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "appointment_id", "position", name=op.f("pk_appointment_events")),
    )
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_events_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("appointment_events")
    op.drop_table("episode_participants")
    op.drop_table("episode_clinicians")
    op.drop_table("appointments")
    op.drop_table("episodes")
