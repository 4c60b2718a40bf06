"""How episodes end, and what a permission to write has to know of a client.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "locale",
                sa.Enum("en", "es", name="locale", native_enum=False, create_constraint=True, length=32),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("adult_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("died_on", sa.Date(), nullable=True))

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "recipient",
                sa.Enum("client", "guardian", name="recipient", native_enum=False, create_constraint=True, length=32),
                nullable=True,
            )
        )

    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ending",
                sa.Enum(
                    "agreed",
                    "client_told_us",
                    "clinician_decided",
                    "transferred",
                    "without_conversation",
                    "administrative",
                    "client_died",
                    name="endingkind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=True,
            )
        )

    _newest_index()


def downgrade() -> None:
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_episodes_endingkind"), type_="check")
        batch_op.drop_column("ending")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_consents_recipient"), type_="check")
        batch_op.drop_column("recipient")

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.drop_column("died_on")
        batch_op.drop_column("adult_on")
        batch_op.drop_constraint(batch_op.f("ck_clients_locale"), type_="check")
        batch_op.drop_column("locale")
    _newest_index()


def _newest_index() -> None:
    """SQLite takes the newest of indexes that look alike to it, and a table that is written anew gets them in any order."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_episodes_assessment_due", table_name="episodes")
        op.create_index(
            "ix_episodes_assessment_due",
            "episodes",
            ["practice_id", "id"],
            sqlite_where=sa.text("assessment_due = 1"),
        )
