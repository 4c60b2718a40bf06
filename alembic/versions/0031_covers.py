"""A named colleague sees what is due for a clinician who is away.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_MEMBERS = ("absent_id", "covering_id", "named_by", "ended_by")


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("absent_id", base.Identifier, nullable=False),
        sa.Column("covering_id", base.Identifier, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("named_by", base.Identifier, nullable=False),
        sa.Column("named_at", base.Instant, nullable=False),
        sa.Column("ended_at", base.Instant, nullable=True),
        sa.Column("ended_by", base.Identifier, nullable=True),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_covers_days_in_order")),
        sa.CheckConstraint("absent_id <> covering_id", name=op.f("ck_covers_by_another")),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                ["members.practice_id", "members.id"],
                name=op.f(f"fk_covers_practice_id_{column}_members"),
            )
            for column in _MEMBERS
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_covers")),
    )
    with op.batch_alter_table("covers", schema=None) as batch_op:
        for column in ("covering_id", "absent_id"):
            batch_op.create_index(batch_op.f(f"ix_covers_practice_id_{column}_to_on"), ["practice_id", column, "to_on"])


def downgrade() -> None:
    op.drop_table("covers")
