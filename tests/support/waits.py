"""For tests of locks on PostgreSQL: a unit beside another that does not wait, and the order in which a unit takes its locks."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from tests.support.house import House

_LOCKS = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE)(?: OF ([\w, ]+?))?(?: SKIP LOCKED| NOWAIT)?\s*$")
_WRITES = re.compile(r"^(?:WITH .*?\))?\s*(?:UPDATE|DELETE FROM) (\w+)", re.DOTALL)
_FACTS = "facts"

ORDER = ("clients", "check_ins", "deliveries", "offered_times", "episodes", _FACTS)
"""As docs/architecture.md has it."""


@contextmanager
def not_waiting(house: House) -> Iterator[None]:
    """Inside, a statement that would wait for a lock fails after a moment instead, as `Busy`."""
    engine = house.runtime.sessions.kw["bind"]

    def shorten(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")

    sa.event.listen(engine, "begin", shorten)
    try:
        yield
    finally:
        sa.event.remove(engine, "begin", shorten)


def until_waiting(house: House, count: int) -> None:
    """Until as many statements of others wait for a lock. Raises TimeoutError."""
    asked = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with house.runtime.sessions.kw["bind"].connect() as connection:
        for _ in range(500):
            if connection.execute(asked).scalar_one() >= count:
                return
            connection.rollback()
            time.sleep(0.02)
    raise TimeoutError


@contextmanager
def locks_taken(house: House) -> Iterator[list[str]]:
    """The tables whose rows are locked or written inside, each once, in order; `facts` for the lock of the practice's facts.

    What is inserted is left out: nobody else has it. What it refers to is locked by its keys alone, for which nobody waits.
    """
    engine = house.runtime.sessions.kw["bind"]
    taken: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        for name in _tables(statement):
            if name not in taken:
                taken.append(name)

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield taken
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


@contextmanager
def clients_locked(house: House) -> Iterator[list[set[UUID]]]:
    """By statement, which clients are locked inside by name. The first has to name all: a later one may be waited for by somebody
    whom those of the first wait for.
    """
    engine = house.runtime.sessions.kw["bind"]
    locked: list[set[UUID]] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: Mapping[str, object], *_: object) -> None:
        if _tables(statement) == ["clients"]:
            locked.append({one for name, one in parameters.items() if isinstance(one, UUID) and "practice" not in name})

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield locked
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def _tables(statement: str) -> list[str]:
    if "pg_advisory_xact_lock" in statement:
        return [_FACTS]
    written = _WRITES.match(statement)
    if written is not None:
        return [written[1]]
    locked = _LOCKS.search(statement)
    if locked is None:
        return []
    if locked[1]:
        return [name.strip() for name in locked[1].split(",")]
    named = re.search(r"\bFROM (\w+)", statement)
    return [named[1]] if named else []


def in_order(taken: list[str]) -> None:
    ours = [one for one in taken if one in ORDER]
    assert ours == [one for one in ORDER if one in ours], taken
    assert ours[0] == "clients", taken


def clients_first(taken: list[str]) -> None:
    """Where everybody whom the rest is about is held, nothing of the rest is another's to take in another order."""
    assert taken[0] == "clients", taken
    assert taken[-1] == _FACTS, taken


@contextmanager
def in_the_way(house: House, statement_begins: str, times: int) -> Iterator[None]:
    """The first statements that begin so are ended by the database as it ends one of two that wait for each other."""
    engine = house.runtime.sessions.kw["bind"]
    left = times

    def end(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> tuple[str, object]:
        nonlocal left
        if left and statement.startswith(statement_begins):
            left -= 1
            return "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$", ()
        return statement, parameters

    sa.event.listen(engine, "before_cursor_execute", end, retval=True)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", end)
    assert not left, "nothing was ended"
