"""A double of a double is the client's, at once: no chain of merges is left to follow.

Not taken back: which of the merges came first is in the audit trail, and nothing asks for it.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# One step of every chain at a time. A client that was merged is never merged into again, so each chain has an end.
_ONE_STEP = """
UPDATE clients SET merged_into_id = (
    SELECT further.merged_into_id FROM clients AS further
    WHERE further.practice_id = clients.practice_id AND further.id = clients.merged_into_id
)
WHERE EXISTS (
    SELECT 1 FROM clients AS further
    WHERE further.practice_id = clients.practice_id AND further.id = clients.merged_into_id
    AND further.merged_into_id IS NOT NULL
)
"""


def upgrade() -> None:
    while op.get_bind().execute(sa.text(_ONE_STEP)).rowcount:
        pass


def downgrade() -> None:
    pass
