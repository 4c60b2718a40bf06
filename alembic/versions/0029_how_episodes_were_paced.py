"""How an episode was paced, and since when the record knew: looking back at a day before a change stays true.

What changed before this is not known any more; those episodes were always what they are now.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "episode_kind_changes",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ongoing",
                "as_needed",
                "consultation",
                name="episodekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("known_at", base.Instant, nullable=False),
        sa.Column("recorded_by", base.Identifier, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_episode_kind_changes_practice_id_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_episode_kind_changes")),
    )
    op.create_index(
        op.f("ix_episode_kind_changes_practice_id_episode_id_known_at"),
        "episode_kind_changes",
        ["practice_id", "episode_id", "known_at"],
    )


def downgrade() -> None:
    op.drop_table("episode_kind_changes")
