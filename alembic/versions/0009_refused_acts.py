"""The trail may say `refused`: allowed by right, and not possible as things stood

SQLite cannot change a CHECK, so the table is written anew, with its triggers, which go with the old one. Entries and
their ids stay as they are, and so does the chain over them. Going back is possible until the first such entry: it
could be neither kept under the former rule nor changed without breaking the chain.

Code of before this revision writes as it did, but cannot read an entry that says `refused`.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FORMER = "'allowed', 'denied', 'not_found'"
NEW = f"{FORMER}, 'refused'"

KEEP = """
CREATE TRIGGER audit_entries_keep_on_{act} BEFORE {act} ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END
"""


def upgrade() -> None:
    _allow(FORMER, NEW)


def downgrade() -> None:
    _allow(NEW, FORMER)


def _allow(former: str, wanted: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _write_anew(former, wanted)
        return
    op.drop_constraint("auditoutcome", "audit_entries", type_="check")
    op.create_check_constraint("auditoutcome", "audit_entries", f"outcome IN ({wanted})")


def _write_anew(former: str, wanted: str) -> None:
    declared = op.get_bind().scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'audit_entries'"))
    if former not in declared:
        raise RuntimeError("the outcomes of audit_entries are not declared as revision 0003 declares them")
    anew = declared.replace("audit_entries", "audit_entries_anew", 1).replace(former, wanted)
    op.execute(anew)
    op.execute("INSERT INTO audit_entries_anew SELECT * FROM audit_entries")  # in the order in which they were declared
    op.drop_table("audit_entries")
    op.rename_table("audit_entries_anew", "audit_entries")
    op.create_index("ix_audit_entries_practice_id_subject_id", "audit_entries", ["practice_id", "subject_id"])
    for act in ("update", "delete"):
        op.execute(KEEP.format(act=act))
