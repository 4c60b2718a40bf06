"""Results of a client's own measures, and the kind of file that brings them.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_KINDS = ("appointments", "clients", "contacts", "agreements", "leave")
_NOUNS = ("event", "contact", "absence", "agreement")


def upgrade() -> None:
    _allow("imports", "kind", "importkind", (*_KINDS, "scores"))
    _allow("import_repeats", "noun", "noun", (*_NOUNS, "score"))
    op.create_table(
        "scores",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=True),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("higher_is_better", sa.Boolean(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column("withdrawn_at", base.Instant, nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("fact_digest", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_scores_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_scores_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_scores_practice_id_import_id_imports"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_scores")),
        sa.UniqueConstraint("practice_id", "fact_digest", name=op.f("uq_scores_practice_id_fact_digest")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scores_practice_id_episode_id_at"), ["practice_id", "episode_id", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_scores_practice_id_import_id"), ["practice_id", "import_id"], unique=False)


def downgrade() -> None:
    """The code before has no word for a file of scores: what is left of one counts as a file of agreements."""
    op.drop_table("scores")
    op.execute("DELETE FROM import_repeats WHERE noun = 'score'")
    op.execute("UPDATE imports SET kind = 'agreements' WHERE kind = 'scores'")
    _allow("import_repeats", "noun", "noun", _NOUNS)
    _allow("imports", "kind", "importkind", _KINDS)


def _allow(table: str, column: str, name: str, words: tuple[str, ...]) -> None:
    wanted = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), f"{column} IN ({wanted})")
