"""Audit entries and seals can be added and never changed, removed or replaced

On SQLite an INSERT OR REPLACE deletes without asking unless the connection has recursive_triggers, which
the product's own connections do. Batch mode rebuilds a table without its triggers: a migration that alters
one of these tables has to create them again.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("audit_entries", "audit_seals")

SQLITE = """
CREATE TRIGGER {table}_keep_on_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION keep_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'restrict_violation';
END $$
"""

POSTGRESQL_ROWS = """
CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION keep_audit_trail()
"""

POSTGRESQL_WHOLE = """
CREATE TRIGGER {table}_keep_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_trail()
"""


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    if _on_sqlite():
        for table in TABLES:
            for act in ("update", "delete"):
                op.execute(SQLITE.format(table=table, act=act))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        op.execute(POSTGRESQL_ROWS.format(table=table))
        op.execute(POSTGRESQL_WHOLE.format(table=table))


def downgrade() -> None:
    if _on_sqlite():
        for table in TABLES:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_keep_on_{act}")
        return
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_keep_rows ON {table}")
        op.execute(f"DROP TRIGGER {table}_keep_whole ON {table}")
    op.execute("DROP FUNCTION keep_audit_trail()")
