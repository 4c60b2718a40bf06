"""What a client said belongs to a client of the practice, by a key of its own.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = "fk_consent_answers_practice_id_client_id_clients"
# An answer is of whoever the address is of; should one say otherwise, the address is right.
_AS_THE_ADDRESS = """
UPDATE consent_answers SET client_id = (
    SELECT consents.client_id FROM consents
    WHERE consents.practice_id = consent_answers.practice_id AND consents.id = consent_answers.consent_id
)
WHERE NOT EXISTS (
    SELECT 1 FROM consents
    WHERE consents.practice_id = consent_answers.practice_id AND consents.id = consent_answers.consent_id
    AND consents.client_id = consent_answers.client_id
)
"""


def upgrade() -> None:
    op.execute(_AS_THE_ADDRESS)
    with op.batch_alter_table("consent_answers", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f(_KEY), "clients", ["practice_id", "client_id"], ["practice_id", "id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("consent_answers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_KEY), type_="foreignkey")
