"""Figures that a run should be seen to have: they travel with the reports, so that they are printed from every worker."""

from collections.abc import Callable
from typing import Any

import pytest

Say = Callable[[str], None]
_NAME = "figure"


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Say:
    """Puts a line into the summary at the end of the run."""
    return lambda text: record_property(_NAME, text)


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401  # pytest does not publish its type
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    said = sorted({text for report in reports for name, text in report.user_properties if name == _NAME})
    if said:
        terminalreporter.section("figures")
        for text in said:
            terminalreporter.line(text)
