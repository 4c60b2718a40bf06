"""Closing letters: which message was written with which note.

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_TO = {"note_id": "termination_notes", "check_in_id": "check_ins", "waits_by": "members", "released_by": "members"}


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("note_id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("waits_since", base.Instant, nullable=True),
        sa.Column("waits_by", base.Identifier, nullable=True),
        sa.Column("released_by", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_letters_practice_id_{column}_{table}"),
            )
            for column, table in _TO.items()
        ),
        sa.CheckConstraint("(waits_since IS NULL) = (waits_by IS NULL)", name=op.f("ck_letters_waits_for_somebody")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_letters")),
        sa.UniqueConstraint("practice_id", "check_in_id", name=op.f("uq_letters_practice_id_check_in_id")),
    )
    op.create_index(op.f("ix_letters_practice_id_note_id"), "letters", ["practice_id", "note_id"])


def downgrade() -> None:
    """The messages stay in the log; which note each was written with is forgotten."""
    op.drop_table("letters")
