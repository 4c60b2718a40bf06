"""Writers of one process take turns: whoever has waited longest is next, and nobody waits for the end of an import."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from api.domain.errors import Busy
from api.store import engine as engines
from api.store.engine import SessionFactory, as_domain_error, begin_read_only, make_engine, make_sessions
from api.store.turns import Turns


def test_a_turn_goes_to_whoever_has_waited_longest() -> None:
    turns = Turns()
    order: list[int] = []
    assert turns.take(0)

    def wait(number: int) -> None:
        assert turns.take(60)
        order.append(number)
        turns.hand_on()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    for count, waiter in enumerate(threads, 1):
        waiter.start()
        until(partial(lambda count: len(turns._waiting) == count, count))
    turns.hand_on()
    for waiter in threads:
        waiter.join()
    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0)


def test_who_gives_up_waiting_is_left_out() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.hand_on()
    assert turns.take(0)


def test_a_page_gets_in_between_two_slices_of_an_import(sqlite_url: str) -> None:
    """A worker that begins its next slice at once would otherwise be faster than whoever sleeps and looks again."""
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    slices, started = 1000, threading.Event()
    page: list[int] = []

    def look() -> None:
        with sessions() as reader:  # its connection is there before the race begins
            begin_read_only(reader)
        started.set()
        write(sessions)
        page.append(done)

    done = 0
    visitor = threading.Thread(target=look)
    while done < slices:
        write(sessions)
        done += 1
        if done == 1:
            visitor.start()
            assert started.wait(60)
    visitor.join()
    engine.dispose()
    assert page[0] < slices / 2


def test_a_turn_is_handed_on_however_a_unit_ends(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with pytest.raises(sa.exc.IntegrityError), sessions.begin() as session:
        session.execute(sa.text("INSERT INTO practices (id) VALUES (NULL)"))
    with pytest.raises(RuntimeError):
        fail(sessions)
    with sessions() as session:
        touch(session)
        session.connection().invalidate()
    write(sessions)
    with sessions() as reader:
        begin_read_only(reader)
        write(sessions)
    engine.dispose()


def test_whoever_waits_too_long_hears_that_the_database_is_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_BUSY_TIMEOUT_MS", 10)
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with sessions() as writer:
        touch(writer)
        with pytest.raises(sa.exc.TimeoutError) as refused, sessions.begin() as other:
            touch(other)
    assert isinstance(as_domain_error(refused.value), Busy)
    write(sessions)
    engine.dispose()


def write(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        touch(session)


def fail(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        touch(session)
        raise RuntimeError


def touch(session: Session) -> None:
    session.execute(sa.text("DELETE FROM request_windows"))


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.001)
