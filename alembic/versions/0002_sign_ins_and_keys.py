"""How somebody or something proves who they are.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_windows",
        sa.Column("caller_digest", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", base.Instant, nullable=False),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("caller_digest", "window_start", name=op.f("pk_request_windows")),
    )
    with op.batch_alter_table("request_windows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_windows_window_start"), ["window_start"], unique=False)
    op.create_table(
        "sign_in_brakes",
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", base.Instant, nullable=False),
        sa.Column("blocked_until", base.Instant, nullable=True),
        sa.PrimaryKeyConstraint("subject_digest", name=op.f("pk_sign_in_brakes")),
    )
    op.create_table(
        "api_keys",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.String(1000), nullable=False),
        sa.Column("created_by", base.Identifier, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("last_used_at", base.Instant, nullable=True),
        sa.Column("expires_at", base.Instant, nullable=True),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "created_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_api_keys_practice_id_created_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_api_keys_token_digest")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("member_id", base.Identifier, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("last_seen_at", base.Instant, nullable=False),
        sa.Column("expires_at", base.Instant, nullable=False),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_sign_ins_practice_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_ins_token_digest")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_ins_practice_id_member_id"), ["practice_id", "member_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("sign_ins")
    op.drop_table("api_keys")
    op.drop_table("sign_in_brakes")
    op.drop_table("request_windows")
