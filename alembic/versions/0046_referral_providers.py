"""The practice's own directory of those who may be a better fit.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_providers",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("external_digest", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("changed_by", base.Identifier, nullable=True),
        sa.Column("removed_at", base.Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_referral_providers_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_referral_providers")),
        sa.UniqueConstraint(
            "practice_id", "external_digest", name=op.f("uq_referral_providers_practice_id_external_digest")
        ),
    )


def downgrade() -> None:
    op.drop_table("referral_providers")
