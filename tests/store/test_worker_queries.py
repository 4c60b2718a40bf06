"""What the worker asks every half second is answered by indexes alone, however many episodes there are."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from api.store import audit as audit_store
from api.store import episodes as episode_store
from api.store import jobs as job_store
from api.store.engine import Session
from schemas.tables import Episode
from tests.support.house import House


@contextmanager
def explained(session: Session, plans: list[str]) -> Iterator[None]:
    """Keeps the plan of every statement that reads episodes. PostgreSQL would read a small table whole."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if not sqlite:
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    word = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"

    def explain(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:  # noqa: ANN401  # the driver's own
        if statement.startswith("SELECT") and "episodes" in statement:
            cursor.execute(f"{word} {statement}", parameters)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def due(session: Session, house: House) -> object:
    return episode_store.due_for_assessment(session, now=house.now, limit=100)


def everywhere(session: Session, house: House) -> object:
    return job_store.practices_with_work(session, house.now)


@pytest.mark.parametrize("ask", [due, everywhere])
def test_what_is_due_is_found_by_its_index(both_houses: House, ask: Callable[[Session, House], object]) -> None:
    house = both_houses
    for number in range(3):
        house.client(str(number), house.clinician)
    plans: list[str] = []
    with house.rows() as work, explained(work.session, plans):
        ask(work.session, house)
    text = "\n".join(plans)
    assert set(re.findall(r"ix_episodes_\w+", text)) == {"ix_episodes_assessment_due", "ix_episodes_revisit"}, text
    assert not re.search(r"Seq Scan on episodes|SCAN episodes|Bitmap", text), text
    # The index is entered by the practice and the instant, not walked from end to end.
    assert re.search(
        r"\(practice_id=\? AND revisit_at<\?\)|Index Cond: \(\(practice_id = .* AND \(revisit_at <= ", text
    ), text


def test_every_practice_with_something_due_is_named_once(both_houses: House) -> None:
    house = both_houses
    marked, later, idle = house.practice, house.found("Later"), house.found("Idle")
    cases = [practice.client("Ana", practice.founder) for practice in (marked, later, idle)]
    for practice in (marked, later, idle):
        with house.rows(practice) as work:
            assert audit_store.seal_next(work.session, now=work.now, limit=100) < 100  # all of them
    with house.rows(marked) as work:
        episode_store.mark_for_assessment(work.session, [cases[0].episode_id])
    with house.rows(later) as work:
        work.session.execute(sa.update(Episode).values(revisit_at=work.now - timedelta(days=1)))
    with house.rows() as work:
        assert sorted(job_store.practices_with_work(work.session, work.now)) == sorted([marked.id, later.id])
