"""Replies, what is told to somebody else than the clinician, and what the page behind a reply link says.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concerns",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("reader_id", base.Identifier, nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("handled_at", base.Instant, nullable=True),
        sa.Column("hold_id", base.Identifier, nullable=True),
        sa.Column("released_at", base.Instant, nullable=True),
        sa.Column("client_agreed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(released_at IS NULL) = (client_agreed_on IS NULL)", name=op.f("ck_concerns_released_as_agreed")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("fk_concerns_practice_id_check_in_id_check_ins"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_concerns_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_concerns_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "reader_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_concerns_practice_id_reader_id_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_concerns")),
    )
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concerns_practice_id_check_in_id"), ["practice_id", "check_in_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_concerns_practice_id_client_id"), ["practice_id", "client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_concerns_practice_id_reader_id_at_id"),
            ["practice_id", "reader_id", "at", "id"],
            unique=False,
        )

    op.create_table(
        "replies",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("check_in_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "come_back",
                "another_time",
                "call_me",
                "finished_for_now",
                "another_person",
                "take_a_break",
                "closing_session",
                "written_goodbye",
                "better_fit",
                "do_not_contact",
                name="replyanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("handled_at", base.Instant, nullable=True),
        sa.Column("handled_by", base.Identifier, nullable=True),
        sa.Column(
            "handled_how",
            sa.Enum(
                "spoke",
                "wrote",
                "booked",
                "nothing_needed",
                name="replyhandling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "check_in_id"],
            ["check_ins.practice_id", "check_ins.id"],
            name=op.f("fk_replies_practice_id_check_in_id_check_ins"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_replies_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_replies_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "handled_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_replies_practice_id_handled_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_replies")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index("ix_replies_inbox", ["practice_id", "at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_replies_practice_id_check_in_id"), ["practice_id", "check_in_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_replies_practice_id_client_id"), ["practice_id", "client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_replies_practice_id_episode_id_handled_at"),
            ["practice_id", "episode_id", "handled_at"],
            unique=False,
        )

    # What a client said by a link of ours, no member wrote down.
    with op.batch_alter_table("consent_answers", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=base.Identifier, nullable=True)

    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("help_now_en", sa.String(600), nullable=True))
        batch_op.add_column(sa.Column("help_now_es", sa.String(600), nullable=True))
        batch_op.add_column(sa.Column("replies_read_en", sa.String(600), nullable=True))
        batch_op.add_column(sa.Column("replies_read_es", sa.String(600), nullable=True))


def downgrade() -> None:
    op.drop_table("replies")
    op.drop_table("concerns")

    # Before, each answer needed a member: the refusals stay with whoever recorded the address.
    op.execute(
        "UPDATE consent_answers SET recorded_by = (SELECT consents.recorded_by FROM consents"
        " WHERE consents.practice_id = consent_answers.practice_id AND consents.id = consent_answers.consent_id)"
        " WHERE recorded_by IS NULL"
    )
    with op.batch_alter_table("consent_answers", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=base.Identifier, nullable=False)

    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("replies_read_es")
        batch_op.drop_column("replies_read_en")
        batch_op.drop_column("help_now_es")
        batch_op.drop_column("help_now_en")
