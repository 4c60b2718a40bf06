"""Files taken in, the work done after an answer, and answers kept for a retry.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_answers",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("caller_id", base.Identifier, nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "caller_id", "idempotency_key", name=op.f("pk_stored_answers")),
    )
    with op.batch_alter_table("stored_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_answers_created_at"), ["created_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appointments",
                "clients",
                "contacts",
                "agreements",
                "leave",
                name="importkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "applying",
                "ready",
                "applied",
                "failed",
                "undoing",
                "undone",
                "expired",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=True),
        sa.Column("file_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_digest", sa.LargeBinary(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(60), nullable=True),
        sa.Column("failure_detail", sa.String(300), nullable=True),
        sa.Column("created_by", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("finished_at", base.Instant, nullable=True),
        sa.Column("undone_at", base.Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_imports_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_imports_practice_id_created_at"), ["practice_id", "created_at"], unique=False
        )
    op.create_table(
        "jobs",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", base.Identifier, nullable=False),
        sa.Column("run_after", base.Instant, nullable=False),
        sa.Column("lease_token", base.Identifier, nullable=True),
        sa.Column("lease_until", base.Instant, nullable=True),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(60), nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("finished_at", base.Instant, nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_jobs_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("practice_id", "kind", "subject_id", name="uq_jobs_subject"),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jobs_due",
            ["run_after"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
    op.create_table(
        "import_former_values",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("import_id", base.Identifier, nullable=False),
        sa.Column("noun", sa.String(8), nullable=False),
        sa.Column("target_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("former_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("noun IN ('client', 'episode')", name=op.f("ck_import_former_values_noun")),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_import_former_values_practice_id_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "import_id", "noun", "target_id", name=op.f("pk_import_former_values")),
    )
    op.create_table(
        "import_pieces",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("import_id", base.Identifier, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_import_pieces_practice_id_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "import_id", "position", name=op.f("pk_import_pieces")),
    )
    op.create_table(
        "import_problems",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("import_id", base.Identifier, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("column_name", sa.String(200), nullable=True),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_import_problems_practice_id_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "import_id", "line", name=op.f("pk_import_problems")),
    )


def downgrade() -> None:
    op.drop_table("import_problems")
    op.drop_table("import_pieces")
    op.drop_table("import_former_values")
    op.drop_table("jobs")
    op.drop_table("imports")
    op.drop_table("stored_answers")
