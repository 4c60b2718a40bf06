"""Runs the migrations: with the product's own engine when it calls, or for people at the `alembic` command.

On SQLite foreign keys are switched off while tables are rebuilt, because batch mode would otherwise
cascade into their children; they are checked whole before the commit.
"""

import os
from typing import Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import AutoString, SQLModel

import schemas.tables  # noqa: F401  # declares every table
from schemas.tables import base


def _render_type(kind: str, item: object, autogen: object) -> str | Literal[False]:  # noqa: ARG001  # Alembic passes three
    """New revisions name the project's own types instead of spelling out what they are made of."""
    if kind == "type":
        for name in ("Identifier", "Instant"):
            if item is getattr(base, name):
                return f"base.{name}"
        if isinstance(item, AutoString):
            return f"sa.String({item.length})" if item.length else "sa.String()"
    return False


def _run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=sqlite,
        render_item=_render_type,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if not sqlite:
            # Two processes that start together migrate one after the other.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7310593358)"))
        context.run_migrations()
        if sqlite and connection.execute(sa.text("PRAGMA foreign_key_check")).first() is not None:
            raise RuntimeError("a migration left rows that refer to nothing")


def _run_online() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    from api.store.migrations import migrating_connection  # noqa: PLC0415  # at the command line only

    with migrating_connection(os.environ["LEAVETAKING_DATABASE_URL"]) as connection:
        _run(connection)


_run_online()
