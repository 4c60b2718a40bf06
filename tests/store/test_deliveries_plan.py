"""What the worker asks of the outbox every half second is answered by the index of what is due, whatever was ever sent."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from api.domain.access import WORKER
from api.services.work import unit
from api.store import deliveries as delivery_store
from tests.support.house import House


def test_what_is_due_is_found_by_its_index(both_houses: House) -> None:
    """PostgreSQL would read a small table whole."""
    plans: list[str] = []

    def explain(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:  # noqa: ANN401  # the driver's own
        if statement.startswith("SELECT") and "deliveries" in statement:
            cursor.execute(f"{word} {statement}", parameters)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    with unit(both_houses.runtime, WORKER) as work:
        engine = work.session.get_bind()
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        if engine.dialect.name != "sqlite":
            work.session.connection().execute(sa.text("SET LOCAL enable_seqscan = off"))
        event.listen(engine, "before_cursor_execute", explain)
        try:
            assert delivery_store.claim(work.session, work.now) is None
        finally:
            event.remove(engine, "before_cursor_execute", explain)
    (plan,) = plans
    assert "ix_deliveries_due" in plan
    assert "SCAN deliveries" not in plan
    assert "Seq Scan on deliveries" not in plan
