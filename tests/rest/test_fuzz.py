"""Requests made up from the published contract: whatever comes, never a fault of ours, and every refusal a problem.

Bounded: a few made-up requests for each operation, by somebody who may do everything a person may.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

from tests.support.house import House, open_house

_EXAMPLES = 4
_FIRST_ERROR = 400
_OUR_FAULT = 500


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    from tests.support.databases import migrated_database  # noqa: PLC0415  # starts the store

    with migrated_database("sqlite", tmp_path_factory.mktemp("fuzz")) as url, open_house(url) as house:
        yield house


def _send(house: House, case: Case[Any]) -> int:
    token = house.founder.token
    answer = case.call(headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code < _OUR_FAULT, (case.method, case.path, answer.status_code)
    if answer.status_code >= _FIRST_ERROR:
        assert answer.headers["content-type"][0].startswith("application/problem+json"), (case.method, case.path)
    return int(answer.status_code)


@pytest.mark.slow
def test_made_up_requests_are_never_answered_with_a_fault_of_ours(fuzzed: House) -> None:
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", fuzzed.app)
    count, answers = 0, Counter[int]()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "an operation of the contract cannot be read"
        operation = found.ok()
        if operation.path.endswith(("/sign-ins/current", "/me/password", "/leave-practice", "/password-reset")):
            continue  # these end the very sign-in that asks
        count += 1

        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def made_up(case: Case[Any]) -> None:
            answers[_send(fuzzed, case) // 100] += 1

        made_up()
    print(f"fuzzed {count} operations; answers by hundred: {dict(answers)}")  # noqa: T201  # the count belongs in the log
    assert count > 40
    assert answers[2] > 20, "hardly anything was accepted: the requests are not the contract's"
    assert answers[4] > 20
