"""The page for a last meeting in somebody's own words.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_TO = {"episode_id": "episodes", "client_id": "clients", "updated_by": "members"}


def upgrade() -> None:
    op.create_table(
        "closing_agendas",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column(
            "locale",
            sa.Enum("en", "es", name="locale", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum("full", "short", name="agendaform", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("parts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_by", base.Identifier, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_closing_agendas_practice_id_{column}_{table}"),
            )
            for column, table in _TO.items()
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_closing_agendas")),
        sa.UniqueConstraint(
            "practice_id", "episode_id", "client_id", name=op.f("uq_closing_agendas_practice_id_episode_id_client_id")
        ),
    )
    op.create_index(op.f("ix_closing_agendas_practice_id_client_id"), "closing_agendas", ["practice_id", "client_id"])


def downgrade() -> None:
    """What somebody put in their own words is lost; the proposal stands again."""
    op.drop_table("closing_agendas")
