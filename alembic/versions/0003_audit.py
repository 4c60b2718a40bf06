"""The audit trail, its seals, and what waits to be sealed. Triggers follow in a revision of their own.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "member",
                "key",
                "system",
                "anonymous",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", base.Identifier, nullable=True),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "allowed",
                "denied",
                "not_found",
                name="auditoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.String(40), nullable=True),
        sa.Column("subject_id", base.Identifier, nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entries_practice_id_subject_id"), ["practice_id", "subject_id"], unique=False
        )
    op.create_table(
        "audit_seals",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", base.Identifier, nullable=False),
        sa.Column("link_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "entry_id"],
            ["audit_entries.practice_id", "audit_entries.id"],
            name=op.f("fk_audit_seals_practice_id_entry_id_audit_entries"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "position", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("practice_id", "entry_id", name=op.f("uq_audit_seals_practice_id_entry_id")),
    )
    op.create_table(
        "audit_unsealed",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("entry_id", base.Identifier, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "entry_id"],
            ["audit_entries.practice_id", "audit_entries.id"],
            name=op.f("fk_audit_unsealed_practice_id_entry_id_audit_entries"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "entry_id", name=op.f("pk_audit_unsealed")),
    )


def downgrade() -> None:
    op.drop_table("audit_unsealed")
    op.drop_table("audit_seals")
    op.drop_table("audit_entries")
