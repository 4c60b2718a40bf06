"""What takes long begins first: a module of slow tests that came last would keep one process busy while the others wait.

Tests are dealt to the processes module by module, in the order in which they were collected. That order stays random
(pytest-randomly), but for this.
"""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
