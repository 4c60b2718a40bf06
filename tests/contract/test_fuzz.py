"""Requests made up from the published contract: never a 500, and every answer as the contract says it will be.

Schemathesis makes both what the contract allows and what it forbids. The founder of a practice asks, who may do
everything, so that what is judged is the input.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.services.limits import RequestLimiter
from tests.contract.routes import ROUTES, drawn_app
from tests.contract.world import World
from tests.support.house import House, Person

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Of every operation: enough to come upon what a schema forgot to say, within about a minute for all of them.
EXAMPLES = 6

app = drawn_app()
contract = schemathesis.openapi.from_asgi("/v1/openapi.json", app)


@pytest.fixture(scope="module")
def somewhere(street: House) -> Iterator[World]:
    """Gives the application, which was made without a database to draw its contract, a database to answer from."""
    app.state.runtime = street.runtime
    app.state.limiter = RequestLimiter(1_000_000)
    yield World(street)
    app.state.runtime = None


def _asking(method: str, path: str) -> Callable[..., None]:
    signed_in: list[Person] = []

    @contract.include(method=method, path=path).parametrize()
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def every_answer_is_one_the_contract_names(case: "schemathesis.Case[Any]", somewhere: World) -> None:
        practice, founder = somewhere.practice, somewhere.founder
        if not signed_in:
            signed_in.append(practice.signed_in(founder.id, founder.name, founder.email, founder.principal.roles))
        answer = case.call(headers={"Authorization": f"Bearer {signed_in[0].token}"})
        if method != "GET" and answer.status_code < 400:
            signed_in.clear()  # it may have ended the sign-in too
        case.validate_response(answer, checks=CHECKS)

    asking: Callable[..., None] = pytest.mark.slow(every_answer_is_one_the_contract_names)
    return asking


# A test of its own for each operation. All of one function would have one id (pytest 9.2 with Schemathesis 4.32), and of tests with
# one id only the first is dealt to a process.
for _route in ROUTES:
    _name = f"test_every_answer_is_one_the_contract_names[{_route.method} {_route.path}]"
    globals()[_name] = _asking(_route.method, _route.path)
