"""What takes long begins first, and no two tests have one id.

A module of slow tests that came last would keep one process busy while the others wait. Of tests with one id only the first is
dealt to a process, and nothing says so.

Tests are dealt to the processes module by module, in the order in which they were collected. That order stays random
(pytest-randomly), but for this.
"""

from collections import Counter

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    twice = sorted(name for name, count in Counter(item.nodeid for item in items).items() if count > 1)
    if twice:
        raise pytest.UsageError(f"several tests have one id: {', '.join(twice)}")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
