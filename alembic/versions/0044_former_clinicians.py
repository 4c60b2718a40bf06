"""Who was a clinician of an episode, after their part has ended.

Parts that ended before this are not known here any more, and nothing of them is made up. Whoever saw the client, wrote to them,
approved what was written, recorded a contact or wrote a note about the ending counts all the same, by those rows. Of anybody else the
audit trail may tell: the entries `episode.edit` of an episode name to whom it went and who did it, `member.leave` and `member.tie`
whose work went to whom. A practice in which a lead once treated clients should look there before it relies on that lead
as a reader of what is told in confidence. Going back drops what has been kept since.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_clinicians",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("member_id", base.Identifier, nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "responsible",
                "co_therapist",
                name="clinicianpart",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", base.Instant, nullable=False),
        sa.Column("ended_at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_former_clinicians_practice_id_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_former_clinicians_practice_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_former_clinicians")),
    )
    for column in ("episode_id", "member_id"):
        name = op.f(f"ix_former_clinicians_practice_id_{column}")
        op.create_index(name, "former_clinicians", ["practice_id", column], unique=False)


def downgrade() -> None:
    op.drop_table("former_clinicians")
