"""What a file told that another import had told before it.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_repeats",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("import_id", base.Identifier, nullable=False),
        sa.Column("of_import_id", base.Identifier, nullable=False),
        sa.Column("noun", sa.String(12), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("noun IN ('event', 'contact', 'absence', 'agreement')", name=op.f("ck_import_repeats_noun")),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_import_repeats_practice_id_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "of_import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_import_repeats_practice_id_of_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_import_repeats")),
    )
    with op.batch_alter_table("import_repeats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_repeats_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_repeats_practice_id_of_import_id"),
            ["practice_id", "of_import_id", "import_id"],
            unique=False,
        )


def downgrade() -> None:
    op.drop_table("import_repeats")
