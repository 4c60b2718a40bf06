"""How early a practice wants to be told. Every one that is there keeps what it had: balanced.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "sensitivity",
                sa.Enum(
                    "fewer",
                    "balanced",
                    "earlier",
                    name="sensitivity",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="balanced",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_practices_sensitivity"), type_="check")
        batch_op.drop_column("sensitivity")
