"""What another system may be called: one rule, whichever door the name comes by."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.domain import sources
from api.domain.errors import Invalid
from schemas.vocabulary import OWN_SOURCE
from schemas.wire.common import SourceName
from schemas.wire.imports import Mapping

SHAPE: TypeAdapter[str] = TypeAdapter(SourceName)
REFUSED = ("", "-pms", "_pms", "PMS", "my system", "pms\n", "p" * 41, "é", "pms/1", OWN_SOURCE)
names = st.sampled_from(REFUSED) | st.text(alphabet="ab1-_ A\n", max_size=42) | st.text(max_size=5)


def _takes(act: Callable[[], object]) -> bool:
    try:
        act()
    except (Invalid, ValidationError):
        return False
    return True


@pytest.mark.parametrize("name", ["cliniko", "1", "a-b_c", "p" * 40, "leavetaking-2"])
def test_a_short_plain_name_is_taken(name: str) -> None:
    assert sources.require(name) == SHAPE.validate_python(name) == name


@pytest.mark.parametrize("name", REFUSED)
def test_another_name_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sources.require(name)
    assert [problem.pointer for problem in refusal.value.problems] == ["/source"]


@given(names)
def test_the_contract_and_the_domain_have_the_same_rule(name: str) -> None:
    mapping = {"source": name, "client": "who", "starts_at": {"column": "when"}}
    assert _takes(lambda: sources.require(name)) == _takes(lambda: SHAPE.validate_python(name))
    assert _takes(lambda: sources.require(name)) == _takes(lambda: Mapping.model_validate(mapping))
