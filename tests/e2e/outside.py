"""Using a running server from outside, as an integrator's program and a killed process's successor would."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import col

from api.domain.access import OPERATOR
from api.main import make_runtime
from api.services import practices
from api.services.work import unit
from api.settings import Settings
from schemas.tables import Delivery, Job
from tests.support.server import CERTIFICATES, MASTER_KEY

EMAIL = "ines@example.org"
PASSWORD = "correct horse battery"


def found_practice(url: str) -> UUID:
    """Straight into the database, before any server runs on it."""
    runtime = make_runtime(Settings(database_url=url, master_key=SecretStr(MASTER_KEY)))
    founder = practices.Founder("Inés Ortega", EMAIL, PASSWORD)
    with unit(runtime, OPERATOR) as work:
        practice_id = practices.create(work, name="Casa Abierta", time_zone="Europe/Madrid", founder=founder)
    runtime.sessions.kw["bind"].dispose()
    return practice_id


@dataclass(slots=True)
class Integrator:
    """A signed-in program. `url` may change when the server is started anew; the token stays good."""

    url: str
    token: str

    @classmethod
    def signed_in(cls, url: str) -> "Integrator":
        answer = httpx.post(
            f"{url}/v1/sign-ins", json={"email": EMAIL, "password": PASSWORD}, timeout=30, trust_env=False
        )
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return cls(url, answer.json()["token"])

    def call(self, method: str, path: str, **given: Any) -> httpx.Response:  # noqa: ANN401  # whatever httpx takes
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        told = {"headers": headers, "timeout": 60, "trust_env": False, "verify": CERTIFICATES, **given}
        return httpx.request(method, self.url + path, **told)

    def get(self, path: str) -> dict[str, Any]:
        answer = self.call("GET", path)
        assert answer.status_code == httpx.codes.OK, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def send(self, content: bytes, **form: str) -> str:
        """Sends a file; the import's id."""
        answer = self.call("POST", "/v1/imports", data=form, files={"file": ("facts.csv", content, "text/csv")})
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        import_id: str = answer.json()["id"]
        return import_id

    def every(self, path: str) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        joint = "&" if "?" in path else "?"
        page = self.get(f"{path}{joint}limit=200")
        found += page["items"]
        while page["next_cursor"]:
            cursor = quote(page["next_cursor"], safe="")
            page = self.get(f"{path}{joint}limit=200&cursor={cursor}")
            found += page["items"]
        return found


class Record:
    """What is durable, read beside the server and without asking it: a server that is asked works more slowly."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)

    def says(self, statement: sa.Select[Any]) -> Any:  # noqa: ANN401  # whatever the statement selects
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def let_the_lease_run_out(self) -> None:
        """As if the two minutes had gone by in which nobody else may have the killed process's job."""
        held = col(Job.lease_until).is_not(None), col(Job.finished_at).is_(None)
        with self._engine.begin() as connection:
            ended = connection.execute(sa.update(Job).where(*held).values(lease_until=col(Job.created_at)))
        assert ended.rowcount == 1, "it was not killed with a job in hand"

    def let_the_delivery_go(self) -> None:
        """As if the quarter of an hour had gone by in which nobody else may have the killed process's message."""
        held = col(Delivery.lease_until).is_not(None), col(Delivery.settled_at).is_(None)
        with self._engine.begin() as connection:
            ended = connection.execute(sa.update(Delivery).where(*held).values(lease_until=col(Delivery.created_at)))
        assert ended.rowcount == 1, "it was not killed with a message in hand"

    @contextmanager
    def holding_the_outbox(self) -> Iterator[None]:
        """Nobody writes in the outbox meanwhile, and whoever wants to waits."""
        with self._engine.connect() as connection, connection.begin() as kept:
            connection.execute(sa.update(Delivery).values(failure_code=None))
            yield
            kept.rollback()

    def nobody_waits(self) -> bool:
        """No statement of anybody waits for a lock: what a killed process had asked for is given up."""
        if self._engine.dialect.name == "sqlite":
            return True
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with self._engine.connect() as connection:
            return not connection.execute(sa.text(asked)).scalar_one()

    def close(self) -> None:
        self._engine.dispose()


def wait_until(true: Callable[[], bool], *, seconds: float = 90.0, every: float = 0.05) -> None:
    """Polls; fails loudly when it never becomes true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(every)
