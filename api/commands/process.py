"""`serve`, `worker`, `migrate`: what an operator keeps running, and what has to be done before."""

from api.commands import opening
from api.commands.console import say


def serve() -> None:
    """Serve the API and the front end; on SQLite with the worker beside them.

    An embedded database is migrated at the start. PostgreSQL is not: run `leavetaking migrate` before.
    """
    from api.commands import server

    server.serve(opening.read_settings())


def worker() -> None:
    """Do what is due: imports, assessments, sealing the audit trail. Runs until it is asked to stop."""
    from api.commands import server

    server.work(opening.read_settings())


def migrate() -> None:
    """Bring the database to the schema of this version. Safe to run again, and from several places at once."""
    from api.commands.refusals import SetupMissing
    from api.store import migrations

    settings = opening.read_settings()
    opening.prepare_data_dir(settings)
    try:
        migrations.upgrade(settings.url)
    except ValueError as error:
        raise SetupMissing(str(error)) from error
    say(f"The database has the schema of this version ({migrations.head_revision()}).")
