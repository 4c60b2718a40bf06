"""The checks of `make check` bite: each finds what was planted, and passes over what is allowed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import check_locks, check_sizes, check_text
from tools.tree import ROOT, Problem, conclude, project_files

Plant = Callable[[str, str], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """An empty project; `plant(path, text)` puts a file into it."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)

    def put(path: str, text: str) -> Path:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        return tmp_path

    return put


def texts(problems: list[Problem]) -> str:
    return " ".join(problem.text for problem in problems)


def test_a_file_of_four_hundred_lines_is_too_long(plant: Plant) -> None:
    root = plant("api/long.py", "pass\n" * 400)
    assert texts(list(check_sizes.problems(root))).startswith("400 lines")


def test_a_file_just_below_the_limit_passes(plant: Plant) -> None:
    assert list(check_sizes.problems(plant("api/fits.py", "pass\n" * 399))) == []


def test_a_function_of_forty_one_lines_is_too_long(plant: Plant) -> None:
    root = plant("api/f.py", "def f() -> None:\n" + "    pass\n" * 41)
    assert [problem.text for problem in check_sizes.problems(root)] == ["f has 41 lines; 40 is the most"]


def test_a_docstring_does_not_count_as_length(plant: Plant) -> None:
    said = '    """' + "word\n" * 30 + '    """\n'
    assert list(check_sizes.problems(plant("api/f.py", "def f() -> None:\n" + said + "    pass\n" * 40))) == []


def test_a_migration_may_be_one_long_list_of_steps_but_not_a_long_file(plant: Plant) -> None:
    root = plant("alembic/versions/0001_x.py", "def upgrade() -> None:\n" + "    pass\n" * 60)
    assert list(check_sizes.problems(root)) == []
    plant("alembic/versions/0001_x.py", "pass\n" * 400)
    assert len(list(check_sizes.problems(root))) == 1


@pytest.mark.parametrize("marker", ["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"])
@pytest.mark.parametrize("path", ["api/a.py", "docs/a.md", "Makefile"])
def test_a_note_of_unfinished_work_is_found_in_any_file(plant: Plant, marker: str, path: str) -> None:
    root = plant(path, f"first\n# {marker}: later\n")
    found = [problem for problem in check_text.problems(root) if "unfinished" in problem.text]
    assert [(str(problem.path), problem.line) for problem in found] == [(path, 2)]


def test_to_do_in_a_sentence_is_no_note(plant: Plant) -> None:
    assert list(check_text.problems(plant("docs/a.md", "What is left to do, today's Todo list.\n"))) == []


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("# no" + "qa", "names the rule"),
        ("# type: " + "ignore", "names the rule"),
        ("# no" + "sec", "names the rule"),
        ("# no" + "qa: S101", "reason"),
        ("# type: " + "ignore[arg-type]", "reason"),
        ("# no" + "qa: S101  # why", "reason"),
        ("# no" + "qa: S101  # type: " + "ignore[misc]", "reason"),
    ],
)
def test_a_naked_suppression_is_found(plant: Plant, comment: str, fault: str) -> None:
    assert fault in texts(list(check_text.problems(plant("api/a.py", f"x = 1  {comment}\n"))))


@pytest.mark.parametrize(
    "comment",
    [
        "# no" + "qa: S101  # proved above",
        "# no" + "qa: PLR2004 - a week has seven days",
        "# type: " + "ignore[arg-type]  # the stub is wrong",
    ],
)
def test_a_suppression_with_its_rule_and_reason_passes(plant: Plant, comment: str) -> None:
    assert list(check_text.problems(plant("api/a.py", f"x = 1  {comment}\n"))) == []


def test_a_suppression_spoken_of_in_a_string_is_none(plant: Plant) -> None:
    assert list(check_text.problems(plant("api/a.py", 'x = "# no' + 'qa"\n'))) == []


@pytest.mark.parametrize(
    "trace",
    ["/ho" + "me/someone/project", "/Us" + "ers/someone/x", "/ro" + "ot/x", "https://files.python" + "hosted.org/x"],
)
def test_the_trace_of_a_machine_or_registry_is_found(plant: Plant, trace: str) -> None:
    assert "trace" in texts(list(check_text.problems(plant("docs/a.md", f"see {trace}\n"))))


@pytest.mark.parametrize("line", ["--index-" + "url x", "pip @ https://example.org/pip.whl", "-f elsewhere"])
def test_a_lock_that_says_where_packages_come_from_is_found(plant: Plant, line: str) -> None:
    assert "a lock names" in texts(list(check_text.problems(plant("requirements-dev.txt", line + "\n"))))


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    for path in [ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")]:
        shutil.copy(path, tmp_path)
    return tmp_path


def rewrite(path: Path, pattern: str, replacement: str) -> None:
    changed, count = re.subn(pattern, replacement, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(changed)


def test_the_locks_as_they_stand_follow_the_project(locked: Path) -> None:
    assert list(check_locks.problems(locked)) == []


def test_a_dependency_that_nobody_locked_is_found(locked: Path) -> None:
    rewrite(locked / "pyproject.toml", r"^dependencies = \[", 'dependencies = ["left-pad>=1",')
    assert "left-pad is not pinned" in texts(list(check_locks.problems(locked)))


def test_a_pin_outside_its_bounds_is_found(locked: Path) -> None:
    rewrite(locked / "requirements.txt", r"^httpx==\S+", "httpx==0.1")
    assert "httpx 0.1 is outside" in texts(list(check_locks.problems(locked)))


def test_a_pin_without_a_hash_is_found(locked: Path) -> None:
    rewrite(locked / "requirements-build.txt", r" \\\n(?:.|\n)*", "\n")
    assert "a pin without a hash" in texts(list(check_locks.problems(locked)))


def test_what_is_tested_is_what_runs(locked: Path) -> None:
    rewrite(locked / "requirements-dev.txt", r"^httpx==\S+", "httpx==0.28.0")
    assert "0.28.0 in requirements-dev.txt" in texts(list(check_locks.problems(locked)))


def test_ignored_files_are_not_the_projects(plant: Plant) -> None:
    root = plant(".gitignore", "*.db\n")
    plant("a.db", "")
    plant("a.py", "")
    assert list(project_files(root, ".py", ".db")) == [Path("a.py")]


def test_a_check_with_problems_ends_in_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude("sizes", [Problem(Path("a.py"), 3, "too long")]) == 1
    assert capsys.readouterr().err == "a.py:3: too long\n"
    assert conclude("sizes", []) == 0
