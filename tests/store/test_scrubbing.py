"""What an erasure deleted is scrubbed from the database's files; where somebody reads all the time, that is said and not waited for."""

import sqlalchemy as sa

from api.store import scrubbing
from api.store.engine import begin_read_only, make_engine, make_sessions
from api.store.sealing import Keyring
from tests.support.house import MASTER_KEY


def test_it_is_done_where_nobody_reads(engine_url: str) -> None:
    engine = make_engine(engine_url)
    assert scrubbing.scrub(engine)
    engine.dispose()


def test_a_reader_is_not_thrown_out(engine_url: str) -> None:
    """On SQLite a reader holds the log as it was, on PostgreSQL the table of keys."""
    engine, writers = make_engine(engine_url), make_engine(engine_url)
    with make_sessions(engine)() as reader:
        begin_read_only(reader)
        reader.execute(sa.text("SELECT count(*) FROM client_keys")).all()
        with writers.begin() as connection:
            connection.execute(sa.text("DELETE FROM request_windows"))
            connection.execute(sa.text("CREATE TABLE written (at INTEGER)"))
        assert not scrubbing.scrub(writers)
    assert scrubbing.scrub(writers)
    engine.dispose()
    writers.dispose()


def test_opened_keys_are_let_go_of() -> None:
    """By whoever erased at once, and by every other process after a while."""
    ring = Keyring([MASTER_KEY])
    _, stored = ring.new_data_key()
    first = ring.unwrap(stored)
    assert ring.unwrap(stored) is first
    ring.forget()
    second = ring.unwrap(stored)
    assert second is not first
    ring._forget_at = 0.0  # its time is over
    assert ring.unwrap(stored) is not second
    assert ring.unwrap(stored) is ring.unwrap(stored)
