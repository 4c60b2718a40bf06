"""What has been loaded stays: collecting garbage need not look at it again and again, which took a tenth of the tests' time."""

import gc

import pytest

_ALLOCATIONS, _YOUNG, _OLDER = 50_000, 10, 10


def pytest_collection_finish(session: pytest.Session) -> None:  # noqa: ARG001  # named as pytest hands it over
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, _YOUNG, _OLDER)
