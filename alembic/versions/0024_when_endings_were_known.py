"""When the record learned of an ending or a death, and how it ended for one of several who took part.

What is there counts from its own date, as it did before; how those ended who left while others stayed says their note.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_DEATHS = "UPDATE clients SET death_known_at = {midnight} WHERE died_on IS NOT NULL"
_MIDNIGHT = {
    "sqlite": "CAST(strftime('%s', died_on) AS INTEGER) * 1000000",
    "postgresql": "CAST(died_on AS timestamp) AT TIME ZONE 'UTC'",
}
_PARTS = """
UPDATE episode_participants SET ending_known_at = left_at, ending = (
    SELECT how_it_ended FROM termination_notes
    WHERE termination_notes.practice_id = episode_participants.practice_id
    AND termination_notes.episode_id = episode_participants.episode_id
    AND termination_notes.client_id = episode_participants.client_id
)
WHERE left_at IS NOT NULL
"""


def upgrade() -> None:
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("death_known_at", base.Instant, nullable=True))

    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ending_known_at", base.Instant, nullable=True))

    with op.batch_alter_table("episode_participants", schema=None) as batch_op:
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
        batch_op.add_column(sa.Column("ending_known_at", base.Instant, nullable=True))

    op.execute("UPDATE episodes SET ending_known_at = ended_at WHERE ended_at IS NOT NULL")
    op.execute(_DEATHS.format(midnight=_MIDNIGHT[op.get_bind().dialect.name]))
    op.execute(_PARTS)
    _newest_index()


def downgrade() -> None:
    with op.batch_alter_table("episode_participants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_episode_participants_endingkind"), type_="check")
        batch_op.drop_column("ending_known_at")
        batch_op.drop_column("ending")

    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.drop_column("ending_known_at")

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.drop_column("death_known_at")
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
