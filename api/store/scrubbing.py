"""After an erasure: what was deleted is not to be read from the database's own files, nor from a process's memory.

SQLite writes over what it deletes (`secure_delete`), and its log of writes is emptied here. PostgreSQL keeps dead rows in its files:
the table of keys, small as it is, is written anew without them. Replicas, archived logs and backups are beyond reach.
"""

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

log = structlog.get_logger(__name__)

_PATIENCE_MS = 3_000


def scrub(engine: Engine) -> bool:
    """Call it with no transaction of one's own open. False: somebody was reading all the time; the next erasure or restart does it."""
    try:
        done = _checkpoint(engine) if engine.dialect.name == "sqlite" else _write_keys_anew(engine)
    except sa.exc.DBAPIError:
        done = False
    if not done:
        log.warning("erasure.not_scrubbed_yet")
    return done


def _checkpoint(engine: Engine) -> bool:
    """Moves the log into the database and cuts it to nothing. On the driver's own connection: there must be no transaction."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        cursor.execute(f"PRAGMA busy_timeout={usual}")
        raw.close()


def _write_keys_anew(engine: Engine) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {_PATIENCE_MS}")
        connection.exec_driver_sql("VACUUM (FULL) client_keys")
        connection.exec_driver_sql("RESET lock_timeout")
    return True
