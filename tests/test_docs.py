"""The check of the documents bites: what is said of links, commands, settings and dependencies has to be there."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import check_docs
from tools.tree import ROOT

Plant = Callable[[str, str], list[str]]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """A project in order; `plant(path, text)` adds a document and returns what the check says then."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "docs" / "decisions").mkdir(parents=True)
    for name in ("pyproject.toml", "Makefile", "docs/dependencies.md"):
        shutil.copy(ROOT / name, tmp_path / name)

    def put(path: str, text: str) -> list[str]:
        (tmp_path / path).write_text(text)
        return [problem.text for problem in check_docs.problems(tmp_path)]

    return put


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("See [this](missing.md).", "missing.md is not there"),
        ("See [this](#nowhere).", "has no heading #nowhere"),
        ("Run `make coffee`.", "make coffee: no such target"),
        ("```\nmake coffee\n```", "make coffee: no such target"),
        ("Run `leavetaking sing`.", "leavetaking sing: no such command"),
        ("Set LEAVETAKING_MOOD.", "LEAVETAKING_MOOD: no such setting"),
    ],
)
def test_what_a_document_promises_has_to_be_there(plant: Plant, text: str, fault: str) -> None:
    assert any(fault in said for said in plant("docs/a.md", text + "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "# A heading, with `code`\n\nSee [above](#a-heading-with-code) and [outside](https://example.org/x).",
        "Run `make test` or `leavetaking serve`; never make haste. Leavetaking keeps what it was told.",
        "Set LEAVETAKING_DATABASE_URL, or LEAVETAKING_TEST_POSTGRES_URL for tests.",
    ],
)
def test_what_is_there_may_be_said(plant: Plant, text: str) -> None:
    assert plant("docs/a.md", text + "\n") == []


def test_a_setting_that_does_not_exist_is_found_in_the_container_files(plant: Plant) -> None:
    assert any("LEAVETAKING_MOOD" in said for said in plant("Dockerfile", "ENV LEAVETAKING_MOOD=calm\n"))


def test_a_decision_record_has_its_four_parts(plant: Plant) -> None:
    said = plant("docs/decisions/0099-x.md", "# 0099 x\n\n## Context\n\n## Decision\n\n## Consequences\n")
    assert said == ["a decision record has a part “The check that holds it”"]


def test_every_dependency_is_justified_and_nothing_else(plant: Plant) -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text().replace("| `uvicorn` |", "| `left-pad` |")
    assert sorted(plant("docs/dependencies.md", text)) == ["left-pad is no dependency", "uvicorn is not justified"]


def test_the_documents_as_they_stand_are_in_order() -> None:
    assert list(check_docs.problems(ROOT)) == []
