"""Looks at what keeps messages back, whom to call in need, erasure, legal holds and how long a record is kept.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OF_CLIENTS = ("emergency_contact_sealed", "erased_at", "erased_by", "legal_hold_at", "legal_hold_by")


def upgrade() -> None:
    op.create_table(
        "flag_reviews",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("flag_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("reviewed_by", base.Identifier, nullable=True),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_flag_reviews_practice_id_client_id_clients"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "flag_id"],
            ["flags.practice_id", "flags.id"],
            name=op.f("fk_flag_reviews_practice_id_flag_id_flags"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "reviewed_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_flag_reviews_practice_id_reviewed_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_flag_reviews")),
    )
    with op.batch_alter_table("flag_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_reviews_practice_id_flag_id_at"), ["practice_id", "flag_id", "at"])
        batch_op.create_index(batch_op.f("ix_flag_reviews_practice_id_client_id"), ["practice_id", "client_id"])

    op.create_table(
        "refused_addresses",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "sms",
                "phone",
                "letter",
                "portal",
                "in_person",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("since", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_refused_addresses_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("practice_id", "channel", "address_digest", name=op.f("pk_refused_addresses")),
    )

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("emergency_contact_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", base.Instant, nullable=True))
        batch_op.add_column(sa.Column("erased_by", base.Identifier, nullable=True))
        batch_op.add_column(sa.Column("legal_hold_at", base.Instant, nullable=True))
        batch_op.add_column(sa.Column("legal_hold_by", base.Identifier, nullable=True))
        batch_op.add_column(sa.Column("legal_hold_reason_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("keep_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("keep_reason_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retention_years", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("retention_years_of_minors", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_practices_retention_sensible"),
            "retention_years BETWEEN 1 AND 100 AND retention_years_of_minors BETWEEN 1 AND 100",
        )


def downgrade() -> None:
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_practices_retention_sensible"), type_="check")
        batch_op.drop_column("retention_years_of_minors")
        batch_op.drop_column("retention_years")
    with op.batch_alter_table("clients", schema=None) as batch_op:
        for name in (*_OF_CLIENTS, "legal_hold_reason_sealed", "keep_until", "keep_reason_sealed"):
            batch_op.drop_column(name)
    op.drop_table("refused_addresses")
    op.drop_table("flag_reviews")
