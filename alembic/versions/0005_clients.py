"""Clients, their data keys, their addresses and what they are called elsewhere.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("client_contacts_us", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", base.Identifier, nullable=True),
        sa.Column("opened_by", base.Identifier, nullable=True),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_clients_practice_id_import_id_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "merged_into_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_clients_practice_id_merged_into_id_clients"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_clients_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_clients")),
    )
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clients_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_clients_practice_id_opened_by"), ["practice_id", "opened_by"], unique=False
        )
    op.create_table(
        "external_ids",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("noun", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("target_id", base.Identifier, nullable=False),
        sa.Column("external_id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", base.Identifier, nullable=True),
        sa.CheckConstraint("noun IN ('client', 'member', 'group')", name=op.f("ck_external_ids_noun")),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["imports.practice_id", "imports.id"],
            name=op.f("fk_external_ids_practice_id_import_id_imports"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "noun", "source", "digest", name=op.f("pk_external_ids")),
    )
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_ids_practice_id_import_id"), ["practice_id", "import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_external_ids_practice_id_noun_target_id"), ["practice_id", "noun", "target_id"], unique=False
        )
    op.create_table(
        "client_keys",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(16), nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_client_keys_practice_id_client_id_clients"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "client_id", name=op.f("pk_client_keys")),
    )
    op.create_table(
        "consents",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
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
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_asked",
                "granted",
                "declined",
                "withdrawn",
                name="consentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", base.Instant, nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("may_mention_therapy", sa.Boolean(), nullable=False),
        sa.Column("voicemail_allowed", sa.Boolean(), nullable=False),
        sa.Column("sender_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_from", sa.Time(), nullable=True),
        sa.Column("safe_until", sa.Time(), nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=False),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_consents_practice_id_client_id_clients"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consents_practice_id_address_digest"), ["practice_id", "address_digest"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_consents_practice_id_client_id"), ["practice_id", "client_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("consents")
    op.drop_table("client_keys")
    op.drop_table("external_ids")
    op.drop_table("clients")
