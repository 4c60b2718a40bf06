"""Goals for continued growth, as records.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_STATES = ("open", "reached", "let_go")
_REFERS = (
    ("client_id", "clients"),
    ("episode_id", "episodes"),
    ("former_id", "goals"),
    ("note_id", "termination_notes"),
    ("recorded_by", "members"),
)


def upgrade() -> None:
    op.create_table(
        "goals",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="goalstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("note_id", base.Identifier, nullable=True),
        sa.Column("former_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (settled_on IS NULL)", name=op.f("ck_goals_settled_on_a_day")),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_goals_practice_id_{column}_{table}"),
            )
            for column, table in _REFERS
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_goals")),
    )
    for columns in (("episode_id", "id"), ("client_id",), ("note_id",), ("former_id",)):
        op.create_index(op.f(f"ix_goals_practice_id_{'_'.join(columns)}"), "goals", ["practice_id", *columns])


def downgrade() -> None:
    op.drop_table("goals")
