"""One row for each address of a client, and what was said about it, answer by answer.

Of rows that say the same address twice the one that allows less is kept, as in a merge of two clients.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATES = sa.Enum(
    "not_asked",
    "granted",
    "declined",
    "withdrawn",
    name="consentstate",
    native_enum=False,
    create_constraint=True,
    length=32,
)
# Withdrawn before declined before granted before not asked; of equals the younger.
_KEEP_ONE = """
DELETE FROM consents WHERE (practice_id, id) IN (
    SELECT practice_id, id FROM (
        SELECT practice_id, id, ROW_NUMBER() OVER (
            PARTITION BY practice_id, client_id, channel, address_digest
            ORDER BY CASE state WHEN 'withdrawn' THEN 0 WHEN 'declined' THEN 1 WHEN 'granted' THEN 2 ELSE 3 END, id DESC
        ) AS place
        FROM consents
    ) AS ranked
    WHERE place > 1
)
"""
_FIRST_ANSWERS = """
INSERT INTO consent_answers (practice_id, id, consent_id, client_id, state, valid_until, at, recorded_by)
SELECT practice_id, id, id, client_id, state, valid_until, COALESCE(asked_at, updated_at), recorded_by
FROM consents WHERE state <> 'not_asked'
"""


def upgrade() -> None:
    op.execute(_KEEP_ONE)
    op.drop_index("ix_consents_practice_id_client_id", table_name="consents")
    op.create_index(
        "uq_consents_address", "consents", ["practice_id", "client_id", "channel", "address_digest"], unique=True
    )
    op.create_table(
        "consent_answers",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("consent_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("recorded_by", base.Identifier, nullable=False),
        sa.CheckConstraint("state <> 'not_asked'", name=op.f("ck_consent_answers_an_answer")),
        sa.ForeignKeyConstraint(
            ["practice_id", "consent_id"],
            ["consents.practice_id", "consents.id"],
            name=op.f("fk_consent_answers_practice_id_consent_id_consents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_consent_answers")),
    )
    op.create_index("ix_consent_answers_practice_id_consent_id", "consent_answers", ["practice_id", "consent_id"])
    op.create_index("ix_consent_answers_practice_id_client_id", "consent_answers", ["practice_id", "client_id"])
    op.execute(_FIRST_ANSWERS)


def downgrade() -> None:
    op.drop_table("consent_answers")
    op.drop_index("uq_consents_address", table_name="consents")
    op.create_index("ix_consents_practice_id_client_id", "consents", ["practice_id", "client_id"])
