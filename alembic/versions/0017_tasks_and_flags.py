"""Tasks, and what keeps messages back.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "risk_today",
                "understand_opt_out",
                "write_note",
                "settle_delivery",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=True),
        sa.Column("client_id", base.Identifier, nullable=True),
        sa.Column("subject_id", base.Identifier, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("done_at", base.Instant, nullable=True),
        sa.Column("done_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_tasks_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "done_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_tasks_practice_id_done_by_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_tasks_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "owner_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_tasks_practice_id_owner_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_tasks")),
    )

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_practice_id_client_id"), ["practice_id", "client_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tasks_practice_id_episode_id"), ["practice_id", "episode_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tasks_practice_id_owner_id_done_at_due_on"),
            ["practice_id", "owner_id", "done_at", "due_on"],
            unique=False,
        )

    op.create_table(
        "flags",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("consent_id", base.Identifier, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "unsafe_to_contact",
                "risk_of_harm",
                "practice_hold",
                "confidential_programme",
                name="flagkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_by", base.Identifier, nullable=True),
        sa.Column("raised_at", base.Instant, nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("cleared_at", base.Instant, nullable=True),
        sa.Column("cleared_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "cleared_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_flags_practice_id_cleared_by_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_flags_practice_id_client_id_clients"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "consent_id"],
            ["consents.practice_id", "consents.id"],
            name=op.f("fk_flags_practice_id_consent_id_consents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "raised_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_flags_practice_id_raised_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_flags")),
    )

    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_flags_practice_id_client_id_cleared_at"),
            ["practice_id", "client_id", "cleared_at"],
            unique=False,
        )


def downgrade() -> None:
    op.drop_table("flags")
    op.drop_table("tasks")
