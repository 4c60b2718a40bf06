"""What a command needs before it can begin: settings, a database of the right schema, the master key."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.commands.refusals import SetupMissing

if TYPE_CHECKING:
    from api.services.work import Runtime
    from api.settings import Settings


def read_settings() -> "Settings":
    from api.settings import Settings

    return Settings()


@contextmanager
def runtime(settings: "Settings") -> "Iterator[Runtime]":
    """A runtime on a database whose schema is this version's. Raises SetupMissing, MissingMasterKey."""
    opened = unchecked_runtime(settings)
    try:
        require_current_schema(opened)
        yield opened
    finally:
        opened.sessions.kw["bind"].dispose()


def unchecked_runtime(settings: "Settings") -> "Runtime":
    from api.main import make_runtime

    prepare_data_dir(settings)
    try:
        return make_runtime(settings)
    except OSError as error:
        raise SetupMissing(f"The master key file cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SetupMissing(str(error) or str(type(error).__doc__)) from error


def require_current_schema(opened: "Runtime") -> None:
    if not _has_current_schema(opened):
        raise SetupMissing("The database has not the schema of this version. Run `leavetaking migrate`.")


def migrate_embedded(settings: "Settings") -> None:
    """Only where there is something to do: a start that migrates nothing does not load what migrates."""
    from api.store import migrations

    opened = unchecked_runtime(settings)
    try:
        current = _has_current_schema(opened)
    finally:
        opened.sessions.kw["bind"].dispose()
    if not current:
        migrations.upgrade(settings.url)


def _has_current_schema(opened: "Runtime") -> bool:
    from api.services import health
    from api.services.work import unit

    with unit(opened, read_only=True) as work:
        return health.schema_is_current(work)


def prepare_data_dir(settings: "Settings") -> None:
    """The folder of the embedded database, for nobody else's eyes."""
    if settings.on_sqlite and settings.database_url is None:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SetupMissing(f"LEAVETAKING_DATA_DIR cannot be made: {error.strerror}.") from error
