"""An answer is given after the commit, never before: what is not kept is not promised."""

import pytest
import sqlalchemy as sa
from sqlmodel import col
from starlette.testclient import TestClient

from schemas.tables import AuditEntry, Client
from tests.support.house import House


class CommitFails(Exception):
    """Planted by these tests."""


@pytest.mark.usefixtures("quiet_log")
@pytest.mark.parametrize("path", ["/v1/clients", "/v1/clients?limit=5"])
def test_an_act_whose_commit_fails_is_not_answered_2xx(both_houses: House, path: str) -> None:
    token = both_houses.clinician.token
    api = TestClient(both_houses.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)
    engine = both_houses.runtime.sessions.kw["bind"]

    def fail(_connection: object) -> None:
        raise CommitFails

    sa.event.listen(engine, "commit", fail)
    try:
        answer = api.get(path) if "?" in path else api.post(path, json={"name": "Ana"})
    finally:
        sa.event.remove(engine, "commit", fail)
    assert answer.status_code == 500
    assert answer.json()["code"] == "unforeseen"
    assert "CommitFails" not in answer.text
    with both_houses.rows() as work:
        assert work.session.scalars(sa.select(Client)).all() == []
        assert work.session.scalars(sa.select(col(AuditEntry.action))).all() == []


def test_a_clash_with_somebody_else_s_write_is_a_conflict(both_houses: House) -> None:
    engine = both_houses.runtime.sessions.kw["bind"]

    def clash(_connection: object) -> None:
        raise sa.exc.IntegrityError("", {}, Exception())

    api = both_houses.api(both_houses.clinician)
    # Once: what is kept after the rollback, such as the counted request, is written again by itself.
    sa.event.listen(engine, "commit", clash, once=True)
    answer = api.post("/v1/clients", json={"name": "Ana"})
    assert (answer.status_code, answer.json()["code"]) == (409, "clashes")


def test_a_lock_that_is_not_to_be_had_is_answered_try_again(both_houses: House) -> None:
    engine = both_houses.runtime.sessions.kw["bind"]

    def busy(_connection: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception())

    api = both_houses.api(both_houses.clinician)
    # Once: what is kept after the rollback, such as the counted request, is written again by itself.
    sa.event.listen(engine, "commit", busy, once=True)
    answer = api.post("/v1/clients", json={"name": "Ana"})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")
