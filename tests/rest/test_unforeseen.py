"""Our own faults: answered as a problem with every header an answer has, and nothing of the fault told."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.main import create_app
from tests.support.house import House, open_house


def _with_a_fault(house: House) -> FastAPI:
    app = create_app(house.settings, house.runtime)

    @app.get("/v1/fault")
    def fault() -> None:
        raise RuntimeError("Ana Moreno told us")

    return app


def test_a_fault_of_ours_is_a_problem_with_the_headers_of_every_answer(sqlite_url: str) -> None:
    with open_house(sqlite_url) as house:
        answer = TestClient(_with_a_fault(house)).get("/v1/fault", headers={"X-Request-ID": "try-7"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "unforeseen"
    assert answer.headers["X-Request-ID"] == "try-7"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Ana" not in answer.text
