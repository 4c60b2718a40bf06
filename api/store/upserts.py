"""The one statement whose spelling differs between the two databases: insert, or update on conflict."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table


def insert(session: Session, table: Table) -> "postgresql.Insert | sqlite.Insert":
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
